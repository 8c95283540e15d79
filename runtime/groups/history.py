"""A grouping in time, from its diary: as it stood at a moment, what changed between two, its sizes day by day.

Everything is reckoned backwards from what is stored now: whoever first left after a moment was in at that moment, whoever
first joined was not, and for everybody else nothing has changed. What lies long ago costs no more than what happened since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm, LiveGrouping

d = tables.diary


@dataclass(frozen=True)
class Move:
    """One record that changed its place: the groups' numbers, None for no group of this grouping's top level."""

    record: int
    old: int | None
    new: int | None
    at: str
    cause: str
    by: int | None


def moment(day: date, as_of: AsOf) -> str:
    """The end of a local day, as moments are stored; today ends now."""
    end = as_of.start_of(day + timedelta(days=1)) - timedelta(seconds=1)
    return clock.text(min(end, as_of.at))


def begun(conn: Connection, item: LiveGrouping) -> str | None:
    """When the first line of a grouping's diary was written."""
    found: str | None = conn.execute(sa.select(sa.func.min(d.c.at)).where(d.c.grouping_id == item.id)).scalar()
    return found


def standing(live: LiveForm, item: LiveGrouping, at: str) -> sa.CompoundSelect[Any]:
    """Who was in which group (`record_id`, `group_id`) at a moment, nested groups included."""
    assert item.live is not None
    g = live.tables.members
    later = _first_and_last(item, d.c.at > at).subquery()
    same = (later.c.record_id == g.c.record_id, later.c.group_id == g.c.group_id)
    still = sa.select(g.c.record_id, g.c.group_id).where(g.c.generation == item.live.id, ~sa.exists().where(*same))
    first = sa.select(d.c.record_id, d.c.group_id).join(later, later.c.first == d.c.id).where(d.c.joined.is_(False))
    return still.union_all(first)


def _first_and_last(item: LiveGrouping, *when: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """The first and the last line about each record and group."""
    found = sa.select(d.c.record_id, d.c.group_id, sa.func.min(d.c.id).label("first"), sa.func.max(d.c.id).label("last"))
    return found.where(d.c.grouping_id == item.id, *when).group_by(d.c.record_id, d.c.group_id)


def sizes(conn: Connection, live: LiveForm, item: LiveGrouping, days: Sequence[date], as_of: AsOf) -> dict[int, list[int]]:
    """By group number, how many were in it at the end of each of these days, which come in order."""
    if item.live is None or not days:
        return {}
    g, ends = live.tables.members, [moment(day, as_of) for day in days]
    now = sa.select(g.c.group_id, sa.func.count()).where(g.c.generation == item.live.id).group_by(g.c.group_id)
    last: dict[int, int] = {group: int(n) for group, n in conn.execute(now)}
    # How many of the days had ended before a move: it made the difference between those and the days after it.
    passed = sa.case(*((d.c.at <= end, at) for at, end in enumerate(ends)), else_=len(ends)).label("passed")
    net = sa.func.sum(sa.case((d.c.joined, 1), else_=-1))
    moved = sa.select(d.c.group_id, passed, net).where(d.c.grouping_id == item.id, d.c.at > ends[0]).group_by(d.c.group_id, passed)
    changes: dict[tuple[int, int], int] = {(group, at): int(n) for group, at, n in conn.execute(moved)}
    found: dict[int, list[int]] = {}
    for group in {*last, *(group for group, _at in changes)}:
        after = [changes.get((group, at), 0) for at in range(1, len(ends) + 1)]
        found[group] = [last.get(group, 0) - sum(after[at:]) for at in range(len(ends))]
    return found


def _between(item: LiveGrouping, since: str, until: str, top: Sequence[int]) -> sa.Subquery:
    """Records whose top-level group at `until` is another than at `since`: `record_id`, `old`, `new`, the last line's id."""
    span = _first_and_last(item, d.c.at > since, d.c.at <= until, d.c.group_id.in_(top)).subquery()
    first, last = d.alias(), d.alias()
    changed = (
        sa.select(span.c.record_id, span.c.group_id, last.c.joined.label("joined"), span.c.last)
        .join(first, first.c.id == span.c.first).join(last, last.c.id == span.c.last)
        .where(first.c.joined == last.c.joined).subquery()
    )
    group, joined = changed.c.group_id, changed.c.joined
    return sa.select(
        changed.c.record_id,
        sa.func.max(sa.case((sa.not_(joined), group))).label("old"), sa.func.max(sa.case((joined, group))).label("new"),
        sa.func.max(changed.c.last).label("last"),
    ).group_by(changed.c.record_id).subquery()


def flows(conn: Connection, item: LiveGrouping, since: str, until: str, top: Sequence[int]) -> list[tuple[int | None, int | None, int]]:
    """How many went from which group to which between two moments, the largest first; only top-level groups (`top`).

    In a grouping with several groups for each, a record counts with one group that it left and one that it joined.
    """
    moved = _between(item, since, until, top)
    query = sa.select(moved.c.old, moved.c.new, sa.func.count()).group_by(moved.c.old, moved.c.new)
    return sorted(((old, new, int(n)) for old, new, n in conn.execute(query)), key=lambda flow: (-flow[2], flow[0] or 0, flow[1] or 0))


def moves(conn: Connection, item: LiveGrouping, since: str, until: str, top: Sequence[int], limit: int = 20) -> list[Move]:
    """Some of those who moved between two moments, the latest first, with the cause of their last move."""
    moved = _between(item, since, until, top)
    query = sa.select(moved.c.record_id, moved.c.old, moved.c.new, d.c.at, d.c.cause, d.c.by).join(d, d.c.id == moved.c.last)
    return [Move(*row) for row in conn.execute(query.order_by(moved.c.last.desc()).limit(limit))]
