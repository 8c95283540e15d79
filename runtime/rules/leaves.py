"""One condition on one field as SQL. Only positive operators stand here; the compiler denies them where asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.fold import fold
from runtime.rules import dates
from runtime.rules.target import Operand
from runtime.sql.lists import among
from runtime.sql.prepared import late
from runtime.sql.texts import position
from runtime.sql.types import BinaryText

Bool = ColumnElement[bool]
SHORT = 24
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def leaf(operand: Operand, operator: str, value: Any, as_of: AsOf | None, path: str) -> Bool:
    """A positive condition; false, never NULL, on a blank field."""
    if operator == "notNull":
        return operand.many.present() if operand.many is not None else operand.value.is_not(None)
    if operand.many is not None:
        return _many(operand, operator, value, path)
    if operand.kind == "text":
        made = _text(operand, operator, value, path)
    elif operand.kind in ("date", "datetime"):
        made = _when(operand, operator, value, as_of, path)
    else:
        made = _plain(operand, operator, value, path)
    return sa.and_(operand.value.is_not(None), made)


def bind(operand: Operand, value: Any, path: str) -> Any:
    """A rule's value as its column holds it; what is none is an Invalid with a path."""
    if value is None or value == "":
        raise Invalid(Problem(path, "rule_no_value", {"field": operand.label}))
    try:
        return operand.bind(value)
    except (ValueError, TypeError, ArithmeticError) as refused:
        code = getattr(refused, "code", "rule_bad_value")
        params = getattr(refused, "params", {})
        raise Invalid(Problem(path, code, {"field": operand.label, "value": str(value)[:60], **params})) from None


def many_values(value: Any, path: str) -> Sequence[Any]:
    """A list of values; an empty one is refused, because it would mean nobody or everybody."""
    if not isinstance(value, list) or not value or len(value) > 500:
        raise Invalid(Problem(path, "rule_no_list"))
    return value


def pair(value: Any, path: str) -> tuple[Any, Any]:
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid(Problem(path, "rule_no_pair"))
    return value[0], value[1]


def one_of(column: ColumnElement[Any], values: Sequence[Any]) -> Bool:
    """Short lists become ORs, which SQLite runs five to ten times faster in result columns; long ones one parameter."""
    if len(values) <= SHORT or not all(isinstance(v, int | str) for v in values):
        return sa.or_(*(column == value for value in values))
    return among(column, values)


def _text(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    column = operand.value if operand.folded is None else operand.folded
    if operator == "in":
        return one_of(column, [fold(str(bind(operand, v, path))) for v in many_values(value, path)])
    wanted = fold(str(bind(operand, value, path)))
    if operator == "=":
        return column == wanted
    match = {"contains": column.contains, "beginsWith": column.startswith, "endsWith": column.endswith}.get(operator)
    if match is None:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    return _like(column, wanted, operator)


def _like(column: ColumnElement[Any], wanted: str, operator: str) -> Bool:
    """Substring tests without wildcards and without LIKE, whose case rules differ between the databases."""
    if operator == "contains":
        return position(column, sa.literal(wanted, BinaryText)) > 0
    size = len(wanted)
    if operator == "beginsWith":
        return sa.func.substr(column, 1, size, type_=BinaryText) == wanted
    return sa.and_(
        sa.func.length(column) >= size,
        sa.func.substr(column, sa.func.length(column) - size + 1, size, type_=BinaryText) == wanted,
    )


def _plain(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    column = operand.value
    if operator == "in":
        return one_of(column, [bind(operand, v, path) for v in many_values(value, path)])
    if operator == "between":
        low, high = (bind(operand, v, path) for v in pair(value, path))
        low, high = (low, high) if low <= high else (high, low)
        return sa.and_(column >= low, column <= high)
    if operator == "under":
        return sa.or_(*(_branch(column, str(bind(operand, v, path))) for v in many_values(value, path)))
    if operator not in COMPARE:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    wanted = bind(operand, value, path)
    if isinstance(wanted, bool):
        return column.is_(wanted)
    made: Bool = COMPARE[operator](column, wanted)
    return made


def _branch(column: ColumnElement[Any], code: str) -> Bool:
    """A region and everything below it: the codes from its own to the last with the same digits before the zeros."""
    stem = code.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return sa.and_(column >= stem.ljust(6, "0"), column <= stem.ljust(6, "9"))


def _many(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    assert operand.many is not None
    wanted = [bind(operand, v, path) for v in many_values(value, path)]
    every = sa.and_(*(operand.many.any_of([one]) for one in wanted))
    if operator == "hasAnyOf":
        return operand.many.any_of(wanted)
    if operator == "hasAllOf":
        return every
    if operator == "hasExactly":
        return sa.and_(every, operand.many.only(wanted))
    raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))


def _when(operand: Operand, operator: str, value: Any, as_of: AsOf | None, path: str) -> Bool:
    day = operand.kind == "date"
    if operator in ("inLast", "inNext", "olderThan", "furtherThan"):
        return _span(operand.value, day, operator, span_of(value, path), as_of)
    if operator.startswith("anniversary") and day:
        return _anniversary(operand.value, operator, span_of(value, path), as_of)
    if operator == "between":
        first, second = (_limits(v, day, as_of, path) for v in pair(value, path))
        column = operand.value
        return sa.or_(_within(column, first[0], second[1], day), _within(column, second[0], first[1], day))
    if operator not in COMPARE:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    low, high = _limits(value, day, as_of, path)
    column = operand.value
    if operator == "=":
        return _within(column, low, high, day)
    if day:
        made: Bool = COMPARE[operator](column, low)
        return made
    return {"<": column < low, ">=": column >= low, "<=": column < high, ">": column >= high}[operator]


def _within(column: ColumnElement[Any], low: Any, high: Any, day: bool) -> Bool:
    return sa.and_(column >= low, column <= high if day else column < high)


def _limits(value: Any, day: bool, as_of: AsOf | None, path: str) -> tuple[Any, Any]:
    """The first and last day (dates), or the half-open range of moments (date-times), that a value covers."""
    check_when(value, path)
    if day:
        if isinstance(value, str) and len(value) == 10:
            return value, value
        bound = at(lambda now: dates.day_of(value, now).isoformat(), as_of)
        return bound, bound
    return at(lambda now: dates.moments(value, now)[0], as_of), at(lambda now: dates.moments(value, now)[1], as_of)


def check_when(value: Any, path: str) -> None:
    """Refuse what is neither an ISO day, an ISO moment nor a relative day."""
    if isinstance(value, Mapping):
        good = (
            value.get("anchor", "today") in dates.ANCHORS
            and value.get("unit", "day") in dates.UNITS
            and isinstance(value.get("offset", 0), int)
            and not value.keys() - {"anchor", "offset", "unit", "mode"}
            and abs(value.get("offset", 0)) <= 36500
        )
        if good:
            return
    elif isinstance(value, str):
        try:
            dates.datetime.fromisoformat(value)
            return
        except ValueError:
            pass
    raise Invalid(Problem(path, "rule_bad_date", {"value": str(value)[:40]}))


def span_of(value: Any, path: str) -> Mapping[str, Any]:
    """A length of time: a whole number of units."""
    good = (
        isinstance(value, Mapping)
        and isinstance(value.get("n"), int)
        and not isinstance(value["n"], bool)
        and 0 <= value["n"] <= 36500
        and value.get("unit") in dates.UNITS
        and not value.keys() - {"n", "unit", "today"}
    )
    if not good:
        raise Invalid(Problem(path, "rule_bad_span"))
    found: Mapping[str, Any] = value
    return found


def at(value: Callable[[AsOf], str], as_of: AsOf | None) -> ColumnElement[Any]:
    """A bound that depends on now: fixed when now is given, filled in at each run otherwise."""
    if as_of is None:
        return late(lambda context: value(context["as_of"]), BinaryText)
    return sa.literal(value(as_of), BinaryText)


def _span(column: ColumnElement[Any], day: bool, operator: str, span: Mapping[str, Any], as_of: AsOf | None) -> Bool:
    today = span.get("today", True)
    if day:
        now = at(lambda a: a.today.isoformat(), as_of)
        edge = at(
            lambda a: (dates.back if operator in ("inLast", "olderThan") else dates.ahead)(span, a)[0].isoformat(),
            as_of,
        )
        return {
            "inLast": sa.and_(column >= edge, column <= now if today else column < now),
            "olderThan": column < edge,
            "inNext": sa.and_(column >= now if today else column > now, column <= edge),
            "furtherThan": column > edge,
        }[operator]
    if operator in ("inLast", "olderThan"):
        edge = at(lambda a: dates.clock.text(dates.back(span, a)[1]), as_of)
        end = at(lambda a: dates.clock.text(a.at if today else a.start_of(a.today)), as_of)
        return (
            column < edge
            if operator == "olderThan"
            else sa.and_(column >= edge, column <= end if today else column < end)
        )
    edge = at(lambda a: dates.clock.text(dates.ahead(span, a)[1]), as_of)
    begin = at(lambda a: dates.clock.text(a.at if today else a.start_of(dates.add(a.today, 1, "day"))), as_of)
    return column >= edge if operator == "furtherThan" else sa.and_(column >= begin, column < edge)


def _anniversary(column: ColumnElement[Any], operator: str, span: Mapping[str, Any], as_of: AsOf | None) -> Bool:
    ahead = operator == "anniversaryInNext"
    first = at(lambda a: dates.anniversary(span, a, ahead_of_now=ahead)[0], as_of)
    last = at(lambda a: dates.anniversary(span, a, ahead_of_now=ahead)[1], as_of)
    turn = sa.func.substr(column, 6, 5, type_=BinaryText)
    return sa.or_(
        sa.and_(first <= last, turn >= first, turn <= last), sa.and_(first > last, sa.or_(turn >= first, turn <= last))
    )
