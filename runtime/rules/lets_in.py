"""The set of values that a condition lets in: numbers, days as ordinals, moments as stored text, regions by their codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.clock import AsOf
from runtime.rules import binding, dates
from runtime.rules.ranges import NOTHING, Ranges, after, before, between, points
from runtime.rules.target import Operand


def lets_in(operand: Operand, operator: str, value: Any, as_of: AsOf) -> Ranges | None:
    """The values a positive operator lets in; None where they are no set that could be written down."""
    if operand.kind == "date":
        return days(operator, value, as_of)
    if operand.kind in ("datetime", "consent"):
        return _moments(operator, value, as_of)
    if operand.kind == "place" or operator not in ("=", "<", "<=", ">", ">=", "between", "in", "under"):
        return None
    bound = [binding.bind(operand, one, "") for one in (value if isinstance(value, list) else [value])]
    if any(isinstance(one, sa.BindParameter) for one in bound):
        return None
    if operator == "under":
        return _under(operand, bound)
    return points(bound) if operator == "in" else _compared(operator, bound)


def _compared(operator: str, values: Sequence[Any]) -> Ranges:
    made: Mapping[str, Callable[[], Ranges]] = {
        "=": lambda: points(values[:1]),
        "<": lambda: before(values[0]),
        "<=": lambda: between(None, values[0]),
        ">": lambda: after(values[0]),
        ">=": lambda: between(values[0], None),
        "between": lambda: between(min(values), max(values)),
    }
    return made[operator]()


def _under(operand: Operand, codes: Sequence[Any]) -> Ranges | None:
    found = NOTHING
    for code in codes:
        below = operand.below(code) if operand.below else None
        if isinstance(below, sa.Select) or (below is not None and not below):
            return None
        found = found | (_branch(str(code)) if below is None else points(below))
    return found


def _branch(code: str) -> Ranges:
    """A region and everything below it, as the compiler asks for it."""
    stem = code.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return between(stem.ljust(6, "0"), stem.ljust(6, "9"))


def days(operator: str, value: Any, as_of: AsOf) -> Ranges | None:
    """Local days as ordinals."""
    if operator in ("=", "<", "<=", ">", ">=", "between"):
        return _compared(operator, [dates.day_of(one, as_of).toordinal() for one in (value if isinstance(value, list) else [value])])
    today, out = as_of.today.toordinal(), value.get("today") is False if isinstance(value, Mapping) else False
    if operator in ("inLast", "olderThan"):
        edge = dates.back(value, as_of)[0].toordinal()
        return before(edge) if operator == "olderThan" else between(edge, today - out)
    if operator in ("inNext", "furtherThan"):
        edge = dates.ahead(value, as_of)[0].toordinal()
        return after(edge) if operator == "furtherThan" else between(today + out, edge)
    return None


def _moments(operator: str, value: Any, as_of: AsOf) -> Ranges | None:
    """Moments as they are stored, text that sorts by time; a day is everything from its midnight to the next."""
    if operator == "between":
        (low, high), (other, last) = (dates.moments(one, as_of) for one in value)
        return _within(low, last) | _within(other, high)
    if operator in ("=", "<", "<=", ">", ">="):
        low, high = dates.moments(value, as_of)
        return {"=": _within(low, high), "<": before(low), "<=": before(high), ">": ~before(high), ">=": ~before(low)}[operator]
    if not isinstance(value, Mapping):
        return None
    out, now = value.get("today") is False, clock.text(as_of.at)
    if operator in ("inLast", "olderThan"):
        edge = clock.text(dates.back(value, as_of)[1])
        end = before(clock.text(as_of.start_of(as_of.today))) if out else between(None, now)
        return before(edge) if operator == "olderThan" else ~before(edge) & end
    if operator in ("inNext", "furtherThan"):
        edge = clock.text(dates.ahead(value, as_of)[1])
        begin = clock.text(as_of.start_of(dates.add(as_of.today, 1, "day"))) if out else now
        return ~before(edge) if operator == "furtherThan" else ~before(begin) & before(edge)
    return None


def _within(low: str, high: str) -> Ranges:
    return ~before(low) & before(high)
