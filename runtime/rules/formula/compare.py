"""Two parts of a formula compared: true or false, never blank."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.fold import fold
from runtime.rules.formula import typed
from runtime.rules.formula.typed import BLANK, BOOLEAN, CHOICE, DATE, DATETIME, KINDS, NUMBER, TEXT, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.sql.own import CEILING, own

Bool = ColumnElement[bool]
SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
SHOWN = 8


def compare(sign: str, a: Expr, b: Expr, at: int, end: int) -> Expr:
    """`=` is true of two blanks and `<>` is its complement; the others are false of any blank."""
    if sign == "<>":
        return typed.truth(sa.not_(compare("=", a, b, at, end).value))
    if BLANK in (a.kind, b.kind):
        return typed.truth(_blank(sign, a, b))
    if CHOICE in (a.kind, b.kind):
        found = _choice(sign, a, b)
        if found is not None:
            return typed.truth(found)
        a, b = (typed.labels(one) if one.kind == CHOICE else one for one in (a, b))
    if a.kind != b.kind or a.kind not in (NUMBER, TEXT, DATE, DATETIME, BOOLEAN):
        raise Wrong("formula_compare", at, end, one=a.said, kind=KINDS[a.kind], two=b.said, other=KINDS[b.kind])
    return typed.truth(_same(a, b) if sign == "=" else _sure(_ordered(sign, a, b)))


def _sure(condition: Any) -> Bool:
    return sa.func.coalesce(condition, sa.false(), type_=sa.Boolean())


def _blank(sign: str, a: Expr, b: Expr) -> Bool:
    if sign != "=":
        return sa.false()
    known = [one for one in (a, b) if one.kind != BLANK]
    return sa.not_(known[0].present) if known else sa.true()


def _ordered(sign: str, a: Expr, b: Expr) -> Any:
    if a.kind != NUMBER:
        return SIGNS[sign](*((a.compared, b.compared) if a.kind == TEXT else (a.value, b.value)))
    scale = max(a.scale, b.scale)
    up = scale - a.scale, scale - b.scale
    if max(a.most * 10 ** up[0], b.most * 10 ** up[1]) <= CEILING:
        return SIGNS[sign](typed.scaled(a, scale).value, typed.scaled(b, scale).value)
    return SIGNS[sign](own("compare", a.value, b.value, *up, type_=sa.Integer()), sa.literal_column("0", sa.Integer()))


def _same(a: Expr, b: Expr) -> Bool:
    """Equal, or both blank; each side is written once, or a formula in a formula would double with every step."""
    if a.kind != NUMBER:
        left, right = (a.compared, b.compared) if a.kind == TEXT else (a.value, b.value)
        return left.is_not_distinct_from(right)
    scale = max(a.scale, b.scale)
    up = scale - a.scale, scale - b.scale
    if max(a.most * 10 ** up[0], b.most * 10 ** up[1]) <= CEILING:
        return typed.scaled(a, scale).value.is_not_distinct_from(typed.scaled(b, scale).value)
    return _sure(own("same", a.value, b.value, *up, type_=sa.Integer()) == sa.literal_column("1", sa.Integer()))


def _choice(sign: str, a: Expr, b: Expr) -> Bool | None:
    """A choice against an option by name: the key is compared, so that a renamed option stays the same."""
    choice, other = (a, b) if a.kind == CHOICE else (b, a)
    if sign != "=" or other.kind != TEXT or not isinstance(other.value, sa.BindParameter) or not choice.options:
        return None
    wanted = fold(other.said)
    names = {str(one["const"]): {fold(str(label)) for label in one["label"].values()} for one in choice.options}
    keys = [key for key, said in names.items() if wanted in said or wanted == key]
    if not keys:
        options = "、".join(str(next(iter(one["label"].values()))) for one in choice.options[:SHOWN])
        raise Wrong("formula_option", other.at, other.end, field=choice.label, option=other.said, options=options)
    return _sure(sa.or_(*(choice.value == key for key in keys)))
