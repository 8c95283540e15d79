"""Whom of one's own customers the groups have moved lately: read from the newest lines of the diary, never from all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.definitions.grouping import Group
from runtime.records import access
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

DAYS = 7
LINES = 400  # of a grouping's diary that are looked at
d = tables.diary


@dataclass(frozen=True, slots=True)
class Movement:
    """One customer of mine who went from one group of a grouping to another."""

    form: str
    record: int
    grouping: str
    old: Group
    new: Group
    at: str


def owner_of(live: LiveForm) -> Field | None:
    """The field that says whose a record is: the first that holds a person."""
    return next((field for field in live.form.live_fields.values() if field.type.kind == "person" and not field.type.computed), None)


def of(conn: Connection, app: LiveApp, actor: Actor, as_of: AsOf, limit: int = 6) -> list[Movement]:
    """The latest movements among the asker's own records, the newest first."""
    since = clock.text(as_of.at - timedelta(days=DAYS))
    found = [move for live in app.forms.values() for move in _form(conn, app, live, actor, as_of, since)]
    return sorted(found, key=lambda move: move.at, reverse=True)[:limit]


def _form(conn: Connection, app: LiveApp, live: LiveForm, actor: Actor, as_of: AsOf, since: str) -> Iterator[Movement]:
    owner = owner_of(live)
    groupings = {item.id: item for item in app.groupings_of(live.key) if item.grouping.mode == "exclusive"}
    if owner is None or not groupings:
        return
    newest = [sa.select(d.c.id, d.c.record_id, d.c.grouping_id, d.c.group_id, d.c.joined, d.c.at).where(d.c.grouping_id == number, d.c.at > since)
              .order_by(d.c.at.desc()).limit(LINES).subquery() for number in groupings]
    lines = sa.union_all(*(sa.select(part) for part in newest)).subquery()
    main = live.tables.main
    query = sa.select(lines).join(main, main.c.id == lines.c.record_id).where(
        live.tables.column(owner.key) == actor.id, main.c.deleted_at.is_(None), access.row_rule(app, live, actor, as_of))
    moved: dict[tuple[int, int], tuple[list[Group], list[Group], str]] = {}
    for row in conn.execute(query.order_by(lines.c.at, lines.c.id)):
        group = _group(groupings[row.grouping_id], row.group_id)
        if group is not None:
            left, joined, _ = moved.get((row.record_id, row.grouping_id), ([], [], ""))
            (joined if row.joined else left).append(group)
            moved[row.record_id, row.grouping_id] = (left, joined, row.at)
    for (record, number), (left, joined, at) in moved.items():
        if left and joined and left[0].key != joined[-1].key:
            yield Movement(live.key, record, groupings[number].key, left[0], joined[-1], at)


def _group(item: LiveGrouping, number: int) -> Group | None:
    """A group of the top level by its number."""
    key = next((key for key, own in item.ids.items() if own == number), None)
    group = item.grouping.groups.get(key) if key else None
    return group if group is not None and not group.parent else None
