"""Every function of formulas; to add one, write how it is made and list it in its file."""

from __future__ import annotations

from runtime.registry import Registry
from runtime.rules.formula.functions import dates, linked, logic, numbers, texts
from runtime.rules.formula.functions.base import Function

FUNCTIONS: Registry[Function] = Registry(
    "function", *logic.FUNCTIONS, *numbers.FUNCTIONS, *texts.FUNCTIONS, *dates.FUNCTIONS, *linked.FUNCTIONS
)
