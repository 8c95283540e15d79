"""Arithmetic and rounding; all of it exact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from runtime.rules.formula import typed
from runtime.rules.formula.functions.base import Function, function, operator
from runtime.rules.formula.tree import Call, Constant
from runtime.rules.formula.typed import DATE, DATETIME, NUMBER, WHOLE, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.sql.own import CEILING, own
from runtime.sql.types import BinaryText
from runtime.words import Words

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

JOIN = Words("要把文字连起来，用 &。", "To join texts, use &.")
WHOLE_NUMBER = Words("一个整数", "a whole number")


def _plus(work: Compiler, call: Call) -> Expr:
    left, right = (work.make(part) for part in call.parts)
    if left.kind in (DATE, DATETIME):
        return later(work, left, right, 1)
    if right.kind in (DATE, DATETIME):
        return later(work, right, left, 1)
    return typed.plus(work.fit(left, (NUMBER,), JOIN), work.fit(right, (NUMBER,), JOIN))


def _minus(work: Compiler, call: Call) -> Expr:
    if len(call.parts) == 1:
        return typed.minus(work.number(call.parts[0]))
    left, right = (work.make(part) for part in call.parts)
    if left.kind not in (DATE, DATETIME):
        return typed.plus(work.fit(left, (NUMBER,)), work.fit(right, (NUMBER,)), -1)
    if right.kind in (DATE, DATETIME):
        first, last = (work.fit(one, (DATE,)).value for one in (right, left))
        return typed.whole(own("days", first, last, type_=WHOLE), 4_000_000)
    return later(work, left, right, -1)


def later(work: Compiler, day: Expr, days: Expr, sign: int) -> Expr:
    """A date some whole days later or earlier."""
    moved = floor(work.fit(days, (NUMBER,)))
    value = (moved if sign > 0 else typed.minus(moved)).value
    return typed.day(own("moved", work.fit(day, (DATE,)).value, value, sa.literal_column("'day'"), type_=BinaryText))


def floor(number: Expr) -> Expr:
    """The whole number at or below it."""
    if number.scale == 0:
        return number
    most = number.most // 10**number.scale + 1
    return typed.whole(own("floor", number.value, number.scale, type_=WHOLE), most)


def _times(work: Compiler, call: Call) -> Expr:
    return typed.times(*(work.number(part) for part in call.parts))


def _over(work: Compiler, call: Call) -> Expr:
    return typed.over(*(work.number(part) for part in call.parts))


def _percent(work: Compiler, call: Call) -> Expr:
    number = work.number(call.parts[0])
    return typed.scaled(replace(number, scale=number.scale + 2), min(typed.SCALE, number.scale + 2))


def _round(work: Compiler, call: Call) -> Expr:
    number, digits = work.number(call.parts[0]), literal(call, 1, 0)
    if digits >= number.scale:
        return number
    if digits >= 0:
        return typed.scaled(number, digits)
    rounded = typed.Expr(NUMBER, own("shift", number.value, number.scale - digits, type_=WHOLE),
                         most=number.most // 10 ** (number.scale - digits) + 1)
    return replace(typed.scaled(rounded, -digits), scale=0)


def literal(call: Call, at: int, otherwise: int, least: int = -6, most: int = 6) -> int:
    """A part that must be a whole number written down, for it decides what the result looks like."""
    if at >= len(call.parts):
        return otherwise
    part, sign = call.parts[at], 1
    if isinstance(part, Call) and part.name == "-" and len(part.parts) == 1:
        part, sign = part.parts[0], -1
    value = part.value if isinstance(part, Constant) else None
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not least <= sign * value <= most:
        raise Wrong("formula_literal", call.parts[at].at, call.parts[at].end, name=call.name, wanted=WHOLE_NUMBER)
    return sign * int(value)


def _int(work: Compiler, call: Call) -> Expr:
    return floor(work.number(call.parts[0]))


def _abs(work: Compiler, call: Call) -> Expr:
    number = work.number(call.parts[0])
    return replace(number, value=sa.func.abs(number.value, type_=WHOLE))


def _mod(work: Compiler, call: Call) -> Expr:
    a, b = (work.number(part) for part in call.parts)
    scale = max(a.scale, b.scale)
    a, b = typed.scaled(a, scale), typed.scaled(b, scale)
    return Expr(NUMBER, own("mod", a.value, b.value, type_=WHOLE), scale=scale, most=min(CEILING, b.most))


OPERATORS: tuple[Function, ...] = (
    operator("+", (2, 2), _plus),
    operator("-", (1, 2), _minus),
    operator("*", (2, 2), _times),
    operator("/", (2, 2), _over),
    operator("%", (1, 1), _percent),
)
FUNCTIONS = (
    *OPERATORS,
    function("ROUND", "number", ("数字, 小数位数", "number, decimals"), ("四舍五入。", "Rounded, halves away from zero."), (1, 2), _round),
    function("INT", "number", ("数字", "number"), ("去掉小数，往小取整。", "The whole number at or below it."), (1, 1), _int),
    function("ABS", "number", ("数字", "number"), ("去掉负号。", "Without its minus sign."), (1, 1), _abs),
    function("MOD", "number", ("数字, 除数", "number, divisor"), ("除不尽时剩下的数。", "What is left over after dividing."), (2, 2), _mod),
)
