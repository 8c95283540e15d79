"""What time does to a condition: the values for which its answer may change while time passes from one moment to another.

A condition on a date compares it with edges that move with the clock, and its answer turns as an edge passes the value. So
only values between where the edges were and where they are can have turned, whatever was written in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime import clock
from runtime.clock import AsOf
from runtime.rules import dates
from runtime.rules.operators import ENDS, OPERATORS
from runtime.rules.target import Operand
from runtime.sql.types import BinaryText

Edge = Callable[[AsOf], str]
Bool = ColumnElement[bool]
BACKWARD, FORWARD = ("inLast", "olderThan"), ("inNext", "furtherThan")
COMPARISONS = ("=", "<", "<=", ">", ">=", "between")
KINDS = ("date", "datetime", "period", "consent")
# A moment of today's clock on another day jumps with daylight saving, there and back again.
SLACK = timedelta(hours=2)
# Days of the year come round: beyond so many days any of them may have turned.
LONG = 40


def known(kind: str, operator: str) -> bool:
    """Whether it can be told of a condition of this kind what time does to it."""
    name = _positive(operator)
    told = name in (*BACKWARD, *FORWARD, *COMPARISONS, *ENDS, "covers") or name.startswith("anniversary")
    return kind in KINDS and told


def turned(operand: Operand, operator: str, value: Any, last: AsOf, now: AsOf) -> list[Bool]:
    """Where the answer of a condition may differ between any two moments of a span; wider than need be, never narrower.

    Nothing when no edge has moved.
    """
    name = _positive(operator)
    if name.startswith("anniversary"):
        return _anniversary(operand.value, name, value, last, now)
    return [_between(column, *ends) for column, edge, slack in _edges(operand, name, value)
            if (ends := _span(edge, slack, last, now))[0] != ends[1]]


def _positive(operator: str) -> str:
    return OPERATORS[operator].denies or operator


def _between(column: Any, low: str, high: str) -> Bool:
    return sa.and_(column >= sa.literal(low, BinaryText), column <= sa.literal(high, BinaryText))


def _span(edge: Edge, slack: timedelta, last: AsOf, now: AsOf) -> tuple[str, str]:
    """Where an edge has been; the clock may have been set back."""
    ends = sorted((edge(last), edge(now)))
    if slack:
        ends = sorted((*ends, edge(AsOf(last.at - slack, last.zone)), edge(AsOf(now.at + slack, now.zone))))
    return ends[0], ends[-1]


def _edges(operand: Operand, name: str, value: Any) -> Iterator[tuple[Any, Edge, timedelta]]:
    """What moves, and the column it is compared with."""
    if operand.kind == "period":
        sides = (("first", "<="), ("last", ">=")) if name == "covers" else (ENDS[name],)
        for end, asked in sides:
            day = sa.func.substr(operand.value, 1 if end == "first" else 12, 10, type_=BinaryText)
            yield from ((day, edge, slack) for edge, slack in _of_one(asked, value, day=True))
        return
    column = sa.func.substr(operand.value, 1, 20, type_=BinaryText) if operand.kind == "consent" else operand.value
    yield from ((column, edge, slack) for edge, slack in _of_one(name, value, day=operand.kind == "date"))


def _of_one(name: str, value: Any, *, day: bool) -> Iterator[tuple[Edge, timedelta]]:
    if name in (*BACKWARD, *FORWARD):
        yield from ((edge, timedelta(0)) for edge in _of_span(name, value, day))
        return
    for one in value if name == "between" else [value]:
        if isinstance(one, Mapping):
            yield from _of_moment(one, day)


def _of_span(name: str, span: Mapping[str, Any], day: bool) -> Iterator[Edge]:
    reach = dates.back if name in BACKWARD else dates.ahead
    yield (lambda a: reach(span, a)[0].isoformat()) if day else (lambda a: clock.text(reach(span, a)[1]))
    if name in ("olderThan", "furtherThan"):
        return
    if day:
        yield lambda a: a.today.isoformat()
    elif span.get("today", True):
        yield lambda a: clock.text(a.at)
    else:
        later = 0 if name in BACKWARD else 1
        yield lambda a: clock.text(a.start_of(dates.add(a.today, later, "day")))


def _of_moment(value: Mapping[str, Any], day: bool) -> Iterator[tuple[Edge, timedelta]]:
    if day:
        yield lambda a: dates.day_of(value, a).isoformat(), timedelta(0)
        return
    jumps = value.get("anchor") == "now" and value.get("unit", "day") not in dates.FINE
    for end in (0, 1):
        yield (lambda a, end=end: dates.moments(value, a)[end]), SLACK if jumps else timedelta(0)  # type: ignore[misc]


def _anniversary(column: Any, name: str, span: Mapping[str, Any], last: AsOf, now: AsOf) -> list[Bool]:
    """Days of the year that came into the window or went out of it."""
    passed = abs((now.today - last.today).days)
    if not passed:
        return []
    if passed > LONG:
        return [column.is_not(None)]
    first = min(last, now, key=lambda a: a.today)
    days = (first.today + timedelta(days=n) for n in range(passed + 1))
    windows = [_window(name, span, AsOf(first.start_of(day), first.zone)) for day in days]
    moved = {day for before, after in pairwise(windows) for day in before ^ after}
    turn = sa.func.substr(column, 6, 5, type_=BinaryText)
    return [turn.in_([sa.literal(day, BinaryText) for day in sorted(moved)])] if moved else []


def _window(name: str, span: Mapping[str, Any], as_of: AsOf) -> set[str]:
    low, high = dates.anniversary(span, as_of, ahead_of_now=name == "anniversaryInNext")
    return {day for day in DAYS if (low <= day <= high if low <= high else day >= low or day <= high)}


DAYS = [f"{date(2024, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]
