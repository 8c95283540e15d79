"""What relative dates came to: the first and last local day, so that a person can check a rule against a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from runtime.clock import AsOf
from runtime.rules import dates
from runtime.rules.operators import OPERATORS


class Days(NamedTuple):
    """The local days that fit, both included; None is open. Anniversaries are `MM-DD`."""

    first: str | None
    last: str | None


_DAY = timedelta(days=1)


def resolved(operator: str, value: Any, as_of: AsOf) -> Days | None:
    """The days a positive operator with this value lets in; None where nothing in the value is relative."""
    if isinstance(value, Mapping) and "n" in value:
        past = operator in OPERATORS and OPERATORS[operator].takes == "past"
        return _span("inLast" if past else operator, value, as_of)
    values = value if isinstance(value, list) else [value]
    if not any(isinstance(one, Mapping) for one in values):
        return None
    days = sorted(dates.day_of(one, as_of) for one in values)
    first, last = days[0], days[-1]
    sides: Mapping[str, tuple[date | None, date | None]] = {
        "<": (None, first - _DAY),
        "<=": (None, first),
        ">": (first + _DAY, None),
        ">=": (first, None),
    }
    return _said(*sides.get(operator, (first, last)))


def _span(operator: str, value: Mapping[str, Any], as_of: AsOf) -> Days:
    if operator.startswith("anniversary"):
        return Days(*dates.anniversary(value, as_of, ahead_of_now=operator == "anniversaryInNext"))
    today, out = as_of.today, value.get("today") is False
    if operator in ("inLast", "olderThan"):
        edge = dates.back(value, as_of)[0]
        return _said(edge, today - _DAY if out else today) if operator == "inLast" else _said(None, edge - _DAY)
    edge = dates.ahead(value, as_of)[0]
    return _said(today + _DAY if out else today, edge) if operator == "inNext" else _said(edge + _DAY, None)


def _said(first: date | None, last: date | None) -> Days:
    return Days(first.isoformat() if first else None, last.isoformat() if last else None)
