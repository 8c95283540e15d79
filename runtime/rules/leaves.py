"""One condition on one field as SQL. Only positive operators stand here; the compiler denies them where asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime import clock
from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.rules import binding, dates, spots
from runtime.rules.operators import ENDS
from runtime.rules.target import Operand
from runtime.sql import distance
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
    elif operand.kind == "consent":
        given = sa.func.substr(operand.value, 1, 20, type_=BinaryText)
        made = _when(replace(operand, kind="datetime", value=given), operator, value, as_of, path)
    elif operand.kind == "place":
        made = _place(operand, operator, value, path)
    elif operand.kind == "period":
        made = _period(operand, operator, value, as_of, path)
    else:
        made = _plain(operand, operator, value, path)
    return made if operand.never_blank else sa.and_(operand.value.is_not(None), made)


def one_of(column: ColumnElement[Any], values: Sequence[Any]) -> Bool:
    """Short lists become ORs, which SQLite runs five to ten times faster in result columns; long ones one parameter."""
    if len(values) <= SHORT or not all(isinstance(v, int | str) for v in values):
        return sa.or_(*(column == value for value in values))
    return among(column, values)


def _text(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    column = operand.value if operand.folded is None else operand.folded
    if operator == "in":
        return one_of(column, [binding.words(operand, v, path) for v in binding.many_values(value, path)])
    wanted = binding.words(operand, value, path)
    return column == wanted if operator == "=" else _like(column, sa.literal(wanted, BinaryText), len(wanted), operator)


def _like(column: ColumnElement[Any], wanted: ColumnElement[Any], size: Any, operator: str) -> Bool:
    """Substring tests without wildcards and without LIKE, whose case rules differ between the databases."""
    if operator == "contains":
        return position(column, wanted) > 0
    if operator == "beginsWith":
        return sa.func.substr(column, 1, size, type_=BinaryText) == wanted
    return sa.and_(
        sa.func.length(column) >= size,
        sa.func.substr(column, sa.func.length(column) - size + 1, size, type_=BinaryText) == wanted,
    )


def two_fields(operand: Operand, operator: str, other: Operand) -> Bool | None:
    """Two fields of one kind compared, false where either is blank; None where they cannot be."""
    if other.kind != operand.kind or operand.many is not None:
        return None
    # NULL itself (a draft has no columns yet) refuses to be compared; NULL of some type does not.
    sides = (one.value if one.folded is None else one.folded for one in (operand, other))
    left, right = (sa.type_coerce(one, BinaryText) if isinstance(one, sa.Null) else one for one in sides)
    if operator in COMPARE:
        made = COMPARE[operator](*_same_measure(left, right, operand, other))
    elif operand.kind == "text" and operator in ("contains", "beginsWith", "endsWith"):
        made = _like(left, right, sa.func.length(right), operator)
    else:
        return None
    return sa.and_(operand.value.is_not(None), other.value.is_not(None), made)


def _same_measure(left: Any, right: Any, operand: Operand, other: Operand) -> tuple[Any, Any]:
    """Numbers kept with different decimals are compared by what they mean; how 1 is stored says how they are kept."""
    if operand.kind != "number" or operand.bind(1) == other.bind(1):
        return left, right
    # An exact type, because the longest numbers times a million are more than a BigInteger holds.
    mine, theirs = (sa.cast(sa.literal(one.bind(1)), sa.Numeric(20, 0)) for one in (operand, other))
    return left * theirs, right * mine


def _plain(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    column = operand.value
    if operator == "in":
        return one_of(column, [binding.bind(operand, v, path) for v in binding.many_values(value, path)])
    if operator == "between":
        low, high = (binding.bind(operand, v, path) for v in binding.pair(value, path))
        low, high = (low, high) if low <= high else (high, low)
        return sa.and_(column >= low, column <= high)
    if operator == "under":
        return sa.or_(*(_under(operand, binding.bind(operand, v, path)) for v in binding.many_values(value, path)))
    if operator not in COMPARE:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    wanted = binding.bind(operand, value, path)
    if isinstance(wanted, bool):
        return column.is_(wanted)
    made: Bool = COMPARE[operator](column, wanted)
    return made


def _under(operand: Operand, value: Any) -> Bool:
    """A place of a tree and everything below it."""
    found = operand.below(value) if operand.below else None
    if isinstance(found, sa.Select):
        return operand.value.in_(found)
    return _branch(operand.value, str(value)) if found is None else one_of(operand.value, found)


def _branch(column: ColumnElement[Any], code: str) -> Bool:
    """A region and everything below it: the codes from its own to the last with the same digits before the zeros."""
    stem = code.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return sa.and_(column >= stem.ljust(6, "0"), column <= stem.ljust(6, "9"))


def _many(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    assert operand.many is not None
    wanted = [binding.bind(operand, v, path) for v in binding.many_values(value, path)]
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
        return _span(operand.value, day, operator, binding.span_of(value, path), as_of)
    if operator.startswith("anniversary") and day:
        return _anniversary(operand.value, operator, binding.days_of(value, path), as_of)
    if operator == "between":
        first, second = (_limits(v, day, as_of, path) for v in binding.pair(value, path))
        column = operand.value
        return sa.or_(_within(column, first[0], second[1], day), _within(column, second[0], first[1], day))
    if operator not in COMPARE:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    low, high = _limits(value, day, as_of, path)
    column = operand.value
    if operator == "=":
        return _within(column, low, high, day)
    made: Bool
    if day:
        made = COMPARE[operator](column, low)
        return made
    made = {"<": column < low, ">=": column >= low, "<=": column < high, ">": column >= high}[operator]
    return made


def _period(operand: Operand, operator: str, value: Any, as_of: AsOf | None, path: str) -> Bool:
    """A question to `2025-01-01/2025-03-31`, answered by its first and its last day."""
    days = {
        end: replace(operand, kind="date", value=sa.func.substr(operand.value, at, 10, type_=BinaryText))
        for end, at in (("first", 1), ("last", 12))
    }
    if operator == "covers":
        begun = _when(days["first"], "<=", value, as_of, path)
        return sa.and_(begun, _when(days["last"], ">=", value, as_of, path))
    if operator not in ENDS:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    end, asked = ENDS[operator]
    return _when(days[end], asked, value, as_of, path)


def _place(operand: Operand, operator: str, value: Any, path: str) -> Bool:
    """A question to `+31.230400+121.473700 address`: how far away it is, or what its address says."""
    if operator == "contains":
        column = operand.value if operand.folded is None else operand.folded
        address = sa.func.substr(column, spots.ADDRESS, spots.LONGEST, type_=BinaryText)
        return position(address, sa.literal(binding.words(operand, value, path), BinaryText)) > 0
    if operator != "near":
        raise Invalid(Problem(path, "rule_no_operator", {"operator": operator, "field": operand.label}))
    circle = spots.circle(str(binding.bind(operand, value, path)))
    if circle is None:
        raise Invalid(Problem(path, "rule_no_circle", {"field": operand.label}))
    figures: list[Any] = [sa.cast(sa.func.substr(operand.value, *at), sa.Double()) for at in (spots.LATITUDE, spots.LONGITUDE)]
    return distance.within(figures[0], figures[1], (circle.lat, circle.lon), circle.km)


def _within(column: ColumnElement[Any], low: Any, high: Any, day: bool) -> Bool:
    return sa.and_(column >= low, column <= high if day else column < high)


def _limits(value: Any, day: bool, as_of: AsOf | None, path: str) -> tuple[Any, Any]:
    """The first and last day (dates), or the half-open range of moments (date-times), that a value covers."""
    binding.check_when(value, path)
    daily = not (isinstance(value, Mapping) and (value.get("anchor") == "now" or value.get("unit") in dates.FINE))
    if day:
        if isinstance(value, str) and len(value) == 10:
            return value, value
        bound = at(lambda now: dates.day_of(value, now).isoformat(), as_of, daily)
        return bound, bound
    begin = at(lambda now: dates.moments(value, now)[0], as_of, daily)
    return begin, at(lambda now: dates.moments(value, now)[1], as_of, daily)


def at(value: Callable[[AsOf], str], as_of: AsOf | None, daily: bool = True) -> ColumnElement[Any]:
    """A bound that depends on now: fixed when now is given, filled in at each run otherwise.

    `daily` says that it is the same all day long, so that statements made once need not work it out at each run.
    """
    if as_of is None:
        return late(lambda context: value(context["as_of"]), BinaryText, _day if daily else None)
    return sa.literal(value(as_of), BinaryText)


def _day(context: Mapping[str, Any]) -> Any:
    as_of: AsOf = context["as_of"]
    return as_of.today, as_of.zone


def _span(column: ColumnElement[Any], day: bool, operator: str, span: Mapping[str, Any], as_of: AsOf | None) -> Bool:
    today, daily = span.get("today", True), span["unit"] not in dates.FINE
    if day:
        now = at(lambda a: a.today.isoformat(), as_of)
        edge = at(
            lambda a: (dates.back if operator in ("inLast", "olderThan") else dates.ahead)(span, a)[0].isoformat(),
            as_of,
            daily,
        )
        return {
            "inLast": sa.and_(column >= edge, column <= now if today else column < now),
            "olderThan": column < edge,
            "inNext": sa.and_(column >= now if today else column > now, column <= edge),
            "furtherThan": column > edge,
        }[operator]
    if operator in ("inLast", "olderThan"):
        edge = at(lambda a: clock.text(dates.back(span, a)[1]), as_of, daily)
        end = at(lambda a: clock.text(a.at if today else a.start_of(a.today)), as_of, not today)
        return (
            column < edge
            if operator == "olderThan"
            else sa.and_(column >= edge, column <= end if today else column < end)
        )
    edge = at(lambda a: clock.text(dates.ahead(span, a)[1]), as_of, daily)
    begin = at(lambda a: clock.text(a.at if today else a.start_of(dates.add(a.today, 1, "day"))), as_of, not today)
    return column >= edge if operator == "furtherThan" else sa.and_(column >= begin, column < edge)


def _anniversary(column: ColumnElement[Any], operator: str, span: Mapping[str, Any], as_of: AsOf | None) -> Bool:
    ahead = operator == "anniversaryInNext"
    first = at(lambda a: dates.anniversary(span, a, ahead_of_now=ahead)[0], as_of)
    last = at(lambda a: dates.anniversary(span, a, ahead_of_now=ahead)[1], as_of)
    turn = sa.func.substr(column, 6, 5, type_=BinaryText)
    return sa.or_(
        sa.and_(first <= last, turn >= first, turn <= last), sa.and_(first > last, sa.or_(turn >= first, turn <= last))
    )
