"""When workflows are due by the calendar: pure functions over days, times of day and zones.

A moment of the local clock that daylight saving skips is the one an hour later; of one that comes twice it is the first.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from runtime import clock
from runtime.rules.dates import add
from runtime.workflows import holidays

MORNING = "09:00"
ON_DAY = {"n": 0, "unit": "day"}
NEAR = 4  # days by which ends of months may lie apart
SLACK = {"hour": timedelta(0), "day": timedelta(hours=3), "week": timedelta(hours=3), "month": timedelta(days=NEAR)}


@dataclass(frozen=True)
class Window:
    """The time that a stroke of the clock is for: after `low`, up to and including `high`."""

    low: datetime
    high: datetime
    zone: ZoneInfo

    def holds(self, moment: datetime) -> bool:
        return self.low < moment <= self.high

    def days(self, at: str) -> Iterator[date]:
        """The local days whose time of day lies in the window, the first one first."""
        day, last = self.low.astimezone(self.zone).date(), self.high.astimezone(self.zone).date()
        while day <= last:
            if self.holds(local(day, at, self.zone)):
                yield day
            day += timedelta(days=1)


def local(day: date, at: str, zone: ZoneInfo) -> datetime:
    """A time of day on a local day, as an instant."""
    return datetime.combine(day, time.fromisoformat(at), zone).astimezone(UTC)


def next_at(now: datetime, at: str, zone: ZoneInfo) -> datetime:
    """The next time that it is so late."""
    day = now.astimezone(zone).date()
    return next(moment for n in range(3) if (moment := local(day + timedelta(days=n), at, zone)) > now)


def bases(due: date, n: int, unit: str) -> list[date]:
    """The days that are `due` when they are moved; of several, the end of a month is clamped to it."""
    near = add(due, -n, unit)
    around = (near + timedelta(days=more) for more in range(-NEAR, NEAR + 1))
    return [day for day in around if add(day, n, unit) == due]


def due_days(offset: Mapping[str, Any], at: str, window: Window, yearly: bool) -> dict[str, date]:
    """By day as it is stored (`MM-DD` for what comes back every year), the day in the window on which it is due."""
    found: dict[str, date] = {}
    for due in window.days(at):
        for day in bases(due, int(offset["n"]), offset["unit"]):
            found[f"{day:%m-%d}" if yearly else day.isoformat()] = due
            if yearly and (day.month, day.day) == (2, 28) and not calendar.isleap(day.year):
                found["02-29"] = due
    return found


def moved(stored: str, offset: Mapping[str, Any], zone: ZoneInfo) -> datetime:
    """When a stored moment is due: hours are hours, days and months keep the time of day."""
    moment, n, unit = clock.moment(stored), int(offset["n"]), offset["unit"]
    if unit == "hour":
        return moment + timedelta(hours=n)
    there = moment.astimezone(zone)
    return datetime.combine(add(there.date(), n, unit), there.time(), zone).astimezone(UTC)


def stored_range(offset: Mapping[str, Any], window: Window) -> tuple[str, str]:
    """The stored moments that can be due in a window: after the first, up to the second; `moved` says which are."""
    back, slack = {"n": -int(offset["n"]), "unit": offset["unit"]}, SLACK[offset["unit"]]
    low, high = (moved(clock.text(edge), back, window.zone) for edge in (window.low, window.high))
    return clock.text(low - slack), clock.text(high + slack)


def scheduled(node: Mapping[str, Any], window: Window) -> list[tuple[str, datetime]]:
    """When a schedule strikes within a window: its moments, as the local clock shows them and as instants."""
    if node["every"] == "once":
        moment = datetime.fromisoformat(node["on"]).replace(tzinfo=window.zone).astimezone(UTC)
        return [(node["on"], moment)] if window.holds(moment) else []
    at = node.get("at", MORNING)
    return [(f"{day}T{at}", local(day, at, window.zone)) for day in window.days(at) if _falls_on(node, day)]


def _falls_on(node: Mapping[str, Any], day: date) -> bool:
    if node["every"] == "week":
        weekdays: Sequence[int] = node["weekdays"]
        return day.isoweekday() in weekdays
    if node["every"] == "month":
        last = calendar.monthrange(day.year, day.month)[1]
        return day.day == (last if node["day"] == "last" else min(node["day"], last))
    if node["every"] == "holiday":
        return holidays.falls_on(node["holidays"], day + timedelta(days=node.get("before", 0)))
    return True
