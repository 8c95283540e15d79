"""Dates in rules: relative days, spans before and after now, anniversaries; half-open, always in the zone."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from runtime import clock
from runtime.clock import AsOf

ANCHORS = (
    "now",
    "today",
    "startOfWeek",
    "startOfMonth",
    "startOfQuarter",
    "startOfYear",
    "endOfWeek",
    "endOfMonth",
    "endOfQuarter",
    "endOfYear",
)
FIRST, LAST = 1000, 9990  # the years a rule can reach; stored dates have four digits
UNITS = ("minute", "hour", "day", "week", "month", "quarter", "year")
FINE = ("minute", "hour")
_LEAST, _MOST = date(FIRST, 1, 1).toordinal(), date(LAST, 12, 31).toordinal()


def add(day: date, n: int, unit: str) -> date:
    """A day moved by whole calendar units; the day of the month is clamped to the month's end."""
    if unit in ("day", "week"):
        return date.fromordinal(min(max(day.toordinal() + n * (7 if unit == "week" else 1), _LEAST), _MOST))
    months = day.year * 12 + day.month - 1 + n * {"month": 1, "quarter": 3, "year": 12}[unit]
    year, month = min(max(months // 12, FIRST), LAST), months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def anchor(name: str, today: date) -> date:
    """The day an anchor means; weeks begin on Monday."""
    if name in ("now", "today"):
        return today
    size = name.removeprefix("startOf").removeprefix("endOf").lower()
    first = {
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "quarter": today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1),
        "year": today.replace(month=1, day=1),
    }[size]
    return first if name.startswith("start") else add(first, 1, size) - timedelta(days=1)


def day_of(value: Any, as_of: AsOf) -> date:
    """The local day a rule's value means: an ISO day, an ISO moment, or a relative one."""
    if isinstance(value, Mapping):
        return _moved(value, as_of)
    text = str(value)
    if len(text) == 10:
        return date.fromisoformat(text)
    return instant(text, as_of).astimezone(as_of.zone).date()


def _moved(value: Mapping[str, Any], as_of: AsOf) -> date:
    """A relative day. The end of a month moved by months is the end of one: 31 October, not 30, before 30 November."""
    name, n, unit = value.get("anchor", "today"), int(value.get("offset", 0)), value.get("unit", "day")
    if unit in FINE:
        return (as_of.at + timedelta(**{f"{unit}s": n})).astimezone(as_of.zone).date()
    size = name.removeprefix("endOf").lower()
    if name.startswith("endOf") and size != "week" and unit in ("month", "quarter", "year"):
        first = add(anchor(f"startOf{name[5:]}", as_of.today), n, unit)
        return add(first, 1, size) - timedelta(days=1)
    return add(anchor(name, as_of.today), n, unit)


def instant(text: str, as_of: AsOf) -> datetime:
    """An ISO moment; without an offset it is local to the organisation."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=as_of.zone)


def moments(value: Any, as_of: AsOf) -> tuple[str, str]:
    """The half-open range of stored moments a value covers: a whole local day, or one second."""
    if isinstance(value, Mapping) and (value.get("anchor") == "now" or value.get("unit") in FINE):
        if value.get("unit") in FINE:
            at = as_of.at + timedelta(**{f"{value['unit']}s": int(value.get("offset", 0))})
        else:
            day = add(as_of.today, int(value.get("offset", 0)), value.get("unit", "day"))
            local = as_of.at.astimezone(as_of.zone)
            at = datetime.combine(day, local.time(), as_of.zone)
        return clock.text(at), clock.text(at + timedelta(seconds=1))
    if isinstance(value, str) and len(value) > 10:
        at = instant(value, as_of)
        return clock.text(at), clock.text(at + timedelta(seconds=1))
    day = day_of(value, as_of)
    return clock.text(as_of.start_of(day)), clock.text(as_of.start_of(day + timedelta(days=1)))


def back(span: Mapping[str, Any], as_of: AsOf) -> tuple[date, datetime]:
    """Where `n units ago` begins, as a local day and as an instant."""
    n, unit = int(span["n"]), span["unit"]
    if unit in FINE:
        at = as_of.at - timedelta(**{f"{unit}s": n})
        return at.astimezone(as_of.zone).date(), at
    day = add(as_of.today, -n, unit)
    return day, as_of.start_of(day)


def ahead(span: Mapping[str, Any], as_of: AsOf) -> tuple[date, datetime]:
    """Where `n units from now` ends, as the last local day and as the first instant after it."""
    n, unit = int(span["n"]), span["unit"]
    if unit in FINE:
        at = as_of.at + timedelta(**{f"{unit}s": n})
        return at.astimezone(as_of.zone).date(), at
    day = add(as_of.today, n, unit)
    return day, as_of.start_of(day + timedelta(days=1))


def anniversary(span: Mapping[str, Any], as_of: AsOf, *, ahead_of_now: bool) -> tuple[str, str]:
    """The window of `MM-DD` an anniversary must fall into; where the first is later than the last it wraps the year.

    In a year without 29 February those born on it are counted on the 28th.
    """
    n, unit = int(span["n"]), span["unit"]
    today = as_of.today
    other = add(today, n if ahead_of_now else -n, unit)
    first, last = (today, other) if ahead_of_now else (other, today)
    if span.get("today") is False:
        first, last = (first + timedelta(days=1), last) if ahead_of_now else (first, last - timedelta(days=1))
    if last < first:
        return "99-99", "00-00"
    if (last - first).days >= 365:
        return "00-00", "99-99"
    end = f"{last:%m-%d}"
    if end == "02-28" and not calendar.isleap(last.year):
        end = "02-29"
    return f"{first:%m-%d}", end
