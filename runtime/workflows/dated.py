"""Who is reached by a date in a field: found by days or by moments, so that an index on the field answers."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.errors import NotFound, Problem
from runtime.records.act import Act
from runtime.sql.lists import among_bound
from runtime.storage.live import LiveForm
from runtime.workflows import moments
from runtime.workflows.base import Node
from runtime.workflows.moments import MORNING, ON_DAY, Window
from runtime.workflows.timed import CHUNK, Part

AGAIN = timedelta(minutes=5)  # what people write meanwhile may be due at once
FEW = 200


def look(node: Node, act: Act, live: LiveForm, window: Window, after: int) -> Part:
    """The records that are due in a window, by number, from behind one on."""
    column, main = _column(node, live), live.tables.main
    query = sa.select(main.c.id, column.label("value")).where(main.c.deleted_at.is_(None), main.c.id > after).order_by(main.c.id).limit(CHUNK)
    rows, found = (_days if by_day(node, live) else _moments)(node, act.conn, query, column, window)
    return Part(found, rows[-1].id if len(rows) == CHUNK else None)


def _days(node: Node, conn: Connection, query: sa.Select[Any], column: Any, window: Window) -> tuple[Any, dict[int | None, Any]]:
    yearly, at = bool(node.get("yearly")), node.get("at", MORNING)
    due = moments.due_days(node.get("offset", ON_DAY), at, window, yearly)
    rows = conn.execute(query.where(_one_of(conn, column, sorted(due), yearly))).all()
    return rows, {row.id: {"due": f"{due[row.value[5:] if yearly else row.value]}T{at}"} for row in rows}


def _moments(node: Node, conn: Connection, query: sa.Select[Any], column: Any, window: Window) -> tuple[Any, dict[int | None, Any]]:
    offset = node.get("offset", ON_DAY)
    low, high = moments.stored_range(offset, window)
    rows = conn.execute(query.where(column > low, column <= high)).all()
    reached = {row.id: moments.moved(row.value, offset, window.zone) for row in rows}
    return rows, {one: {"due": clock.text(moment)} for one, moment in reached.items() if window.holds(moment)}


def following(node: Node, conn: Connection, live: LiveForm, now: AsOf) -> datetime | None:
    """When somebody may be due next: for days the time of day, for moments the first one written down or a few minutes on."""
    if by_day(node, live):
        return moments.next_at(now.at, node.get("at", MORNING), now.zone)
    offset, soon, column = node.get("offset", ON_DAY), now.at + AGAIN, _column(node, live)
    low, high = moments.stored_range(offset, Window(now.at, soon, now.zone))
    near = conn.execute(sa.select(column).where(column > low, column <= high).order_by(column).limit(FEW)).scalars()
    return min((moment for one in near if (moment := moments.moved(one, offset, now.zone)) > now.at), default=soon)


def by_day(node: Node, live: LiveForm) -> bool:
    """Whether the field holds days, which are due at a time of day, and not moments."""
    field = live.form.fields.get(node["field"])
    return field is not None and field.type.kind == "date"


def _column(node: Node, live: LiveForm) -> sa.ColumnElement[Any]:
    if node["field"] not in live.tables.names or node["field"] not in live.form.live_fields:
        raise NotFound(Problem("trigger.field", "no_such_field", {"field": node["field"]}))
    return live.tables.column(node["field"])


def _one_of(conn: Connection, column: sa.ColumnElement[Any], days: list[str], yearly: bool) -> sa.ColumnElement[bool]:
    """Days by name; what comes back every year is asked by the days of all years there are, which an index answers."""
    if yearly:
        first, last = conn.execute(sa.select(sa.func.min(column), sa.func.max(column))).one()
        years = range(date.fromisoformat(first).year, date.fromisoformat(last).year + 1) if first else range(0)
        days = [f"{year:04d}-{day}" for year in years for day in days]
    return among_bound(column, sa.bindparam(None, json.dumps(days), type_=sa.Text()), whole=False)
