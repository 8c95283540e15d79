"""A person's decision that beats the rule: keep here, keep out; with who, why and until."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import Invalid, NotFound, Problem
from runtime.groups import cascade
from runtime.records import access
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

IN, OUT = "in", "out"


@dataclass(frozen=True, slots=True)
class Pin:
    """One decision about one record and one group; `keep` is in or out."""

    record: int
    grouping: str
    group: str
    keep: str
    reason: str
    until: str | None
    by: int | None
    at: str


def put(act: Act, form: str, ids: Sequence[int], group: str, keep: str, reason: str, until: str | None = None) -> list[int]:
    """Keep records in a group or out of it; gives the ids it was done for. In one grouping a record is kept in once."""
    live, item, number = _place(act.app, form, group)
    access.must(act.app, act.by, "change")
    if keep not in (IN, OUT) or not reason.strip():
        raise Invalid(Problem("reason", "pin_reason"))
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of))
    p = tables.pin
    one_place = keep == IN and item.newest.mode == "exclusive"
    for record in seen:
        mine = p.c.record_id == record
        same = sa.and_(p.c.grouping_id == item.id, p.c.keep == IN) if one_place else p.c.group_id == number
        act.conn.execute(p.delete().where(mine, sa.or_(same, p.c.group_id == number)))
    rows = [{"form_id": live.id, "grouping_id": item.id, "group_id": number, "record_id": record, "keep": keep,
             "reason": reason.strip()[:500], "until": until, "by": act.by.by, "at": act.at} for record in seen]
    if rows:
        act.conn.execute(p.insert(), rows)
        cascade.ask(act, live, seen)
    return seen


def take_away(act: Act, form: str, ids: Sequence[int], group: str) -> list[int]:
    """Let the rule decide again."""
    live, _, number = _place(act.app, form, group)
    access.must(act.app, act.by, "change")
    seen = sorted(access.visible_ids(act.conn, act.app, live, act.by, ids, act.as_of))
    p = tables.pin
    if seen:
        act.conn.execute(p.delete().where(p.c.group_id == number, among(p.c.record_id, seen)))
        cascade.ask(act, live, seen)
    return seen


def _place(app: LiveApp, form: str, group: str) -> tuple[LiveForm, LiveGrouping, int]:
    grouping, _, key = group.partition("/")
    item = app.groupings.get(grouping)
    if item is None or item.newest.form != form or key not in item.newest.groups:
        raise NotFound(Problem("group", "no_such_group", {"group": group}))
    return app.form(form), item, item.ids[key]


def of_record(conn: Connection, app: LiveApp, live: LiveForm, record: int) -> list[Pin]:
    """The decisions about one record."""
    p = tables.pin
    return _read(app, conn.execute(sa.select(p).where(p.c.form_id == live.id, p.c.record_id == record).order_by(p.c.id)))


def of_grouping(conn: Connection, app: LiveApp, grouping: str, limit: int = 200) -> list[Pin]:
    """The decisions about a grouping, newest first."""
    p = tables.pin
    query = sa.select(p).where(p.c.grouping_id == app.groupings[grouping].id).order_by(p.c.id.desc()).limit(limit)
    return _read(app, conn.execute(query))


def _read(app: LiveApp, rows: Any) -> list[Pin]:
    groups = {number: (item.key, key) for item in app.groupings.values() for key, number in item.ids.items()}
    return [Pin(row.record_id, *groups[row.group_id], row.keep, row.reason, row.until, row.by, row.at)
            for row in rows if row.group_id in groups]
