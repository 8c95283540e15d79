"""What a rule compares with, as a column holds it; whatever is no such value is refused with a path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from runtime.errors import Invalid, Problem
from runtime.fold import fold
from runtime.rules import dates, shape
from runtime.rules.target import Operand

_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def bind(operand: Operand, value: Any, path: str) -> Any:
    """A rule's value as its column holds it; what is none is an Invalid with a path."""
    if value is None or value == "":
        raise Invalid(Problem(path, "rule_no_value", {"field": operand.label}))
    try:
        return storable(operand.kind, operand.bind(value))
    except (ValueError, TypeError, ArithmeticError) as refused:
        code = getattr(refused, "code", "rule_bad_value")
        params = getattr(refused, "params", {})
        raise Invalid(Problem(path, code, {"field": operand.label, "value": shape.short(value), **params})) from None


def storable(kind: str, bound: Any) -> Any:
    """A bound value of the kind a column holds; anything a database would choke on is no value."""
    if isinstance(bound, sa.BindParameter):
        return bound
    if kind in ("number", "file", "rows", "person", "people", "link", "links"):
        if isinstance(bound, bool) or not isinstance(bound, int | float | Decimal) or not -(2**63) < bound < 2**63:
            raise ValueError("not a number a column can hold")
        if kind in ("person", "people", "link", "links") and not (isinstance(bound, int) and 0 <= bound < 2**31):
            raise ValueError("not an id")
    elif kind == "boolean":
        if not isinstance(bound, bool):
            raise ValueError("neither yes nor no")
    elif not isinstance(bound, str) or "\0" in bound or not _encodable(bound):
        raise ValueError("not a text a column can hold")
    return bound


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def words(operand: Operand, value: Any, path: str) -> str:
    """A text to compare with, folded; one of spaces only is none, because everything contains it."""
    wanted = fold(bind(operand, value, path))
    if not wanted:
        raise Invalid(Problem(path, "rule_no_value", {"field": operand.label}))
    return wanted


def many_values(value: Any, path: str) -> Sequence[Any]:
    """A list of values; an empty one is refused, because it would mean nobody or everybody."""
    if not isinstance(value, list) or not value or len(value) > shape.VALUES:
        raise Invalid(Problem(path, "rule_no_list"))
    return value


def pair(value: Any, path: str) -> tuple[Any, Any]:
    """Both ends of a range, in the order they were given."""
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid(Problem(path, "rule_no_pair"))
    return value[0], value[1]


def check_when(value: Any, path: str) -> None:
    """Refuse what is neither an ISO day, an ISO moment nor a relative day."""
    if not (_relative(value) if isinstance(value, Mapping) else isinstance(value, str) and _written(value)):
        raise Invalid(Problem(path, "rule_bad_date", {"value": shape.short(value)}))


def _relative(value: Mapping[str, Any]) -> bool:
    name, unit, offset = value.get("anchor", "today"), value.get("unit", "day"), value.get("offset", 0)
    whole = isinstance(offset, int) and not isinstance(offset, bool) and abs(offset) <= 36500
    known = name in dates.ANCHORS and unit in dates.UNITS and value.get("mode", "relative") == "relative"
    # Hours and minutes are counted from now; from the start of a month they would say more than a sentence can.
    fine = unit not in dates.FINE or name == "now"
    return whole and known and fine and not value.keys() - {"anchor", "offset", "unit", "mode"}


def _written(text: str) -> bool:
    try:
        return bool(_ISO.fullmatch(text)) and dates.FIRST <= datetime.fromisoformat(text).year <= dates.LAST
    except ValueError:
        return False


def span_of(value: Any, path: str) -> Mapping[str, Any]:
    """A length of time: a whole number of units."""
    if isinstance(value, Mapping) and not value.keys() - {"n", "unit", "today"}:
        n, today = value.get("n"), value.get("today", True)
        whole = isinstance(n, int) and not isinstance(n, bool) and 0 <= n <= 36500
        if whole and value.get("unit") in dates.UNITS and isinstance(today, bool):
            return value
    raise Invalid(Problem(path, "rule_bad_span"))


def days_of(value: Any, path: str) -> Mapping[str, Any]:
    """A length of whole days, for what comes round once a year and has no hour."""
    span = span_of(value, path)
    if span["unit"] in dates.FINE:
        raise Invalid(Problem(path, "rule_bad_span"))
    return span
