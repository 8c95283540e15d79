"""Whom a new version of the rules moves: found before the flip, so that the flip only has to write it down.

The build that is made and the live one are compared in chunks, in the order in which members are stored. Records that
are written after the build has passed them are compared again by their writer, so what is kept is right at any moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm, LiveGrouping

KEPT = ["generation", "record_id", "group_id", "joined"]


class Place(NamedTuple):
    """How far a comparison has come: first who leaves, then who joins, each by group and record."""

    joined: bool = False
    group: int = 0
    record: int = 0


def find(conn: Connection, live: LiveForm, item: LiveGrouping, place: Place, size: int) -> Place | None:
    """Compare the next `size` members; gives where to go on, None at the end. Nobody moves in a first build."""
    if item.live is None or item.building is None:
        return None
    gone, come = (item.live.id, item.building.id) if place.joined else (item.building.id, item.live.id)
    g, m = live.tables.members, tables.mover
    order = (g.c.group_id, g.c.record_id)
    behind = sa.tuple_(*order) > sa.tuple_(sa.literal(place.group), sa.literal(place.record))
    part = sa.select(*order).where(g.c.generation == come, behind).order_by(*order)
    last = conn.execute(part.offset(size - 1).limit(1)).first()
    chunk = part.limit(size).subquery()
    other = g.alias()
    same = (other.c.group_id == chunk.c.group_id, other.c.record_id == chunk.c.record_id)
    known = (m.c.group_id == chunk.c.group_id, m.c.record_id == chunk.c.record_id)
    query = sa.select(sa.literal(item.building.id), chunk.c.record_id, chunk.c.group_id, sa.literal(place.joined)).where(
        sa.not_(sa.exists().where(other.c.generation == gone, *same)),
        sa.not_(sa.exists().where(m.c.generation == item.building.id, *known)),
    )
    conn.execute(m.insert().from_select(KEPT, query))
    if last is not None:
        return Place(place.joined, *last)
    return None if place.joined else Place(joined=True)


def find_again(conn: Connection, live: LiveForm, item: LiveGrouping, ids: Sequence[int]) -> None:
    """Compare records that were written after the build had passed them."""
    if item.live is None or item.building is None:
        return
    old, new = item.live.id, item.building.id
    m = tables.mover
    conn.execute(m.delete().where(m.c.generation == new, among(m.c.record_id, list(ids))))
    for gone, come, joined in ((new, old, False), (old, new, True)):
        mine, other = live.tables.members.alias(), live.tables.members.alias()
        same = (other.c.group_id == mine.c.group_id, other.c.record_id == mine.c.record_id)
        there = sa.exists().where(other.c.generation == gone, *same)
        query = sa.select(sa.literal(new), mine.c.record_id, mine.c.group_id, sa.literal(joined))
        query = query.where(mine.c.generation == come, among(mine.c.record_id, list(ids)), sa.not_(there))
        conn.execute(m.insert().from_select(KEPT, query))


def write_down(conn: Connection, live: LiveForm, item: LiveGrouping, at: str, by: int | None) -> None:
    """Write the diary of everybody whom the build that takes over moves: what they left and what they joined."""
    assert item.building is not None
    m = tables.mover
    columns: list[Any] = [
        sa.literal(live.id), m.c.record_id, sa.literal(item.id), m.c.group_id, m.c.joined,
        sa.literal(at), sa.literal("rule"), sa.literal(by, sa.BigInteger),
    ]
    found = sa.select(*columns).where(m.c.generation == item.building.id).order_by(m.c.record_id, m.c.joined)
    names = ["form_id", "record_id", "grouping_id", "group_id", "joined", "at", "cause", "by"]
    conn.execute(tables.diary.insert().from_select(names, found))
    forget(conn, item.building.id)


def forget(conn: Connection, generation: int) -> None:
    """Let go of what was found for a build."""
    conn.execute(tables.mover.delete().where(tables.mover.c.generation == generation))
