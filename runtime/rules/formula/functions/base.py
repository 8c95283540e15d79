"""What a function of formulas says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.rules.formula.tree import Call
from runtime.rules.formula.typed import Expr
from runtime.words import Words

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

Make = Callable[["Compiler", Call], Expr]
GROUPS = {
    "logic": Words("判断", "Logic"),
    "number": Words("数字", "Numbers"),
    "text": Words("文字", "Text"),
    "date": Words("日期", "Dates"),
    "linked": Words("关联记录", "Linked records"),
}


@dataclass(frozen=True)
class Function:
    """One function: how it is written, what it does, how many parts it takes, and the SQL it makes.

    `group` is its place in the list people choose from; operators have none and are not listed.
    """

    name: str
    group: str
    shape: Words
    does: Words
    least: int
    most: int
    make: Make


def function(name: str, group: str, shape: tuple[str, str], does: tuple[str, str], parts: tuple[int, int], make: Make) -> Function:
    """A function people choose by name."""
    return Function(name, group, Words(*(f"{name}({said})" for said in shape)), Words(*does), *parts, make)


def operator(sign: str, parts: tuple[int, int], make: Make) -> Function:
    """A sign between parts."""
    return Function(sign, "", Words(sign, sign), Words(sign, sign), *parts, make)
