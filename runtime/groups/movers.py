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
    """How far a comparison has come: first who joins, then who leaves, each by group and record."""

    joined: bool = True
    group: int = 0
    record: int = 0


def find(conn: Connection, live: LiveForm, item: LiveGrouping, place: Place, size: int) -> Place | None:
    """Compare the next `size` members; gives where to go on, None at the end. Nobody moves in a first build."""
    if item.live is None or item.building is None:
        return None
    gone, come = (item.live.id, item.building.id) if place.joined else (item.building.id, item.live.id)
    g = live.tables.members
    order = (g.c.group_id, g.c.record_id)
    behind = sa.tuple_(*order) > sa.tuple_(sa.literal(place.group), sa.literal(place.record))
    part = sa.select(*order).where(g.c.generation == come, behind).order_by(*order)
    last = conn.execute(part.offset(size - 1).limit(1)).first()
    _keep(conn, live, item.building.id, part.limit(size).subquery(), gone, place.joined)
    if last is not None:
        return Place(place.joined, *last)
    return Place(joined=False) if place.joined and not _all_found(conn, live, item.live.id, item.building.id) else None


def _keep(conn: Connection, live: LiveForm, build: int, members: sa.Subquery, gone: int, joined: bool) -> None:
    """Keep those of some members who are not in the same group of the other build, each once."""
    m, other = tables.mover, live.tables.members.alias()
    same = (other.c.group_id == members.c.group_id, other.c.record_id == members.c.record_id)
    known = (m.c.group_id == members.c.group_id, m.c.record_id == members.c.record_id)
    query = sa.select(sa.literal(build), members.c.record_id, members.c.group_id, sa.literal(joined)).where(
        sa.not_(sa.exists().where(other.c.generation == gone, *same)),
        sa.not_(sa.exists().where(m.c.generation == build, *known)),
    )
    conn.execute(m.insert().from_select(KEPT, query))


def _all_found(conn: Connection, live: LiveForm, old: int, new: int) -> bool:
    """Most who leave a group join another, so those are looked up; the sums tell whether anybody left for nowhere."""
    g, m = live.tables.members, tables.mover
    joined = sa.select(m.c.record_id).where(m.c.generation == new, m.c.joined)
    left = sa.select(g.c.group_id, g.c.record_id).where(g.c.generation == old, g.c.record_id.in_(joined))
    _keep(conn, live, new, left.subquery(), new, False)
    members = {build: sa.select(sa.func.count()).where(g.c.generation == build).scalar_subquery() for build in (old, new)}
    moved = [sa.select(sa.func.count()).where(m.c.generation == new, m.c.joined == way).scalar_subquery()
             for way in (False, True)]
    was, now, gone, come = conn.execute(sa.select(members[old], members[new], *moved)).one()
    return bool(was - gone + come == now)


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


def write_down(conn: Connection, live: LiveForm, item: LiveGrouping, at: str, by: int | None, cause: str) -> None:
    """Write the diary of everybody whom the build that takes over moves: what they left and what they joined."""
    assert item.building is not None
    m = tables.mover
    columns: list[Any] = [
        sa.literal(live.id), m.c.record_id, sa.literal(item.id), m.c.group_id, m.c.joined,
        sa.literal(at), sa.literal(cause), sa.literal(by, sa.BigInteger),
    ]
    found = sa.select(*columns).where(m.c.generation == item.building.id).order_by(m.c.record_id, m.c.joined)
    names = ["form_id", "record_id", "grouping_id", "group_id", "joined", "at", "cause", "by"]
    conn.execute(tables.diary.insert().from_select(names, found))
    forget(conn, item.building.id)


def forget(conn: Connection, generation: int) -> None:
    """Let go of what was found for a build."""
    conn.execute(tables.mover.delete().where(tables.mover.c.generation == generation))
