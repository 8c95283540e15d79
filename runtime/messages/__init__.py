"""The sentence of every error code, in both languages; one file per area, merged here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from runtime.errors import Problem
from runtime.words import Words, read


def _merge() -> dict[str, Words]:
    """All areas' codes in one mapping; two areas may not use one code for two sentences."""
    merged: dict[str, Words] = {}
    for area in pkgutil.iter_modules(__path__):
        codes: dict[str, Words] = importlib.import_module(f"{__name__}.{area.name}").CODES
        for code, words in codes.items():
            if merged.setdefault(code, words) != words:
                raise ValueError(f"the code '{code}' has two sentences; the second is in '{area.name}'")
    return merged


CODES = _merge()


def say(problem: Problem, lang: str) -> str:
    """The sentence for a problem; parameters that are texts in two languages are said in the same language."""
    return CODES[problem.code].say(lang, **{name: _in(value, lang) for name, value in problem.params.items()})


def _in(value: Any, lang: str) -> Any:
    if isinstance(value, Words):
        return value.say(lang)
    return read(value, lang) if isinstance(value, Mapping) else value
