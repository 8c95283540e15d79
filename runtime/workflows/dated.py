"""Who is reached by a date in a field: days have a time of day at which they are due, moments bring their own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.records import due
from runtime.records.act import Act
from runtime.records.due import Dated
from runtime.storage.live import LiveForm
from runtime.workflows import moments
from runtime.workflows.base import Node
from runtime.workflows.moments import MORNING, ON_DAY, Window
from runtime.workflows.timed import CHUNK, Part

AGAIN = timedelta(minutes=5)  # what people write meanwhile may be due at once
FEW = 200
SOLAR, LUNAR, WRITTEN = "solar", "lunar", "written"  # the calendars by which a day comes back every year
Found = dict[int | None, dict[str, Any]]


def look(node: Node, act: Act, live: LiveForm, window: Window, after: int, limit: int | None = None) -> Part:
    """The records that are due in a window, by number, from behind one on."""
    limit = limit or CHUNK
    rows, found = (_days if by_day(node, live) else _moments)(node, act.conn, live, window, after, limit)
    return Part(found, rows[-1][0] if len(rows) == limit else None)


def _days(node: Node, conn: Connection, live: LiveForm, window: Window, after: int, limit: int) -> tuple[Dated, Found]:
    """What comes back every year is asked by the days of all years there are, which an index answers."""
    yearly, at, field = bool(node.get("yearly")), node.get("at", MORNING), node["field"]
    if yearly and node.get("calendar", SOLAR) != SOLAR:
        days = _lunar_days(node, at, window, due.years(conn, live, field))
    else:
        days = moments.due_days(node.get("offset", ON_DAY), at, window, yearly)
        days = {f"{year:04d}-{day}": days[day] for year in due.years(conn, live, field) for day in days} if yearly else days
    rows = due.on_days(conn, live, field, sorted(days), after, limit)
    return rows, {one: {"due": f"{days[day]}T{at}"} for one, day in rows}


def _lunar_days(node: Node, at: str, window: Window, years: range) -> dict[str, date]:
    """By stored date the day in the window on which it is due by the moon: a few hundred dates at most for each day."""
    from runtime.workflows import lunar

    offset, stored = node.get("offset", ON_DAY), lunar.written if node["calendar"] == WRITTEN else lunar.born
    return {one: day for day in window.days(at) for base in moments.bases(day, int(offset["n"]), offset["unit"]) for one in stored(base, years)}


def _moments(node: Node, conn: Connection, live: LiveForm, window: Window, after: int, limit: int) -> tuple[Dated, Found]:
    offset = node.get("offset", ON_DAY)
    rows = due.within(conn, live, node["field"], *moments.stored_range(offset, window), after, limit)
    reached = {one: moments.moved(moment, offset, window.zone) for one, moment in rows}
    return rows, {one: {"due": clock.text(moment)} for one, moment in reached.items() if window.holds(moment)}


def following(node: Node, conn: Connection, live: LiveForm, now: AsOf) -> datetime | None:
    """When somebody may be due next: for days the time of day, for moments the first one written down or a few minutes on."""
    if by_day(node, live):
        return moments.next_at(now.at, node.get("at", MORNING), now.zone)
    offset, soon = node.get("offset", ON_DAY), now.at + AGAIN
    near = due.soonest(conn, live, node["field"], *moments.stored_range(offset, Window(now.at, soon, now.zone)), FEW)
    return min((moment for one in near if (moment := moments.moved(one, offset, now.zone)) > now.at), default=soon)


def by_day(node: Node, live: LiveForm) -> bool:
    """Whether the field holds days, which are due at a time of day, and not moments."""
    field = live.form.fields.get(node["field"])
    return field is not None and field.type.kind == "date"
