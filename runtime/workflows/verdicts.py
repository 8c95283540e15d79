"""When a matter that several people were asked about is settled: how many must agree, who was added, who waits for whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.workflows.rows import OPEN, WAITING

APPROVED, REFUSED, RETURNED, FILLED, HANDED, LATE, GONE = "approved", "refused", "returned", "filled", "handed", "late", "gone"
YES = (APPROVED, FILLED)
PENDING = (OPEN, WAITING)
# What a place remembers while people are asked: the tasks of this round, those added by an approver, which task waits for
# which (`{waiting: before}`), how many must agree, when the time is up, and how it was settled.
TASKS, ADDED, BEHIND, NEED, UP, VERDICT = "tasks", "added", "behind", "need", "up", "verdict"
ANY, ALL, TURN, SOME = "any", "all", "turn", "some"
t = tables.task


def needed(node: Mapping[str, Any], asked: int) -> int:
    """How many of those asked must agree."""
    match node.get("need", ANY):
        case "all" | "turn":
            return asked
        case "some":
            return int(node.get("count", 1))
    return 1


def round_of(conn: Connection, data: Mapping[str, Any]) -> Sequence[sa.Row[Any]]:
    """The tasks of the round that a place is in."""
    ids = list(data.get(TASKS, ()))
    return conn.execute(sa.select(t).where(among(t.c.id, ids)).order_by(t.c.id)).all() if ids else []


def settled(data: Mapping[str, Any], rows: Iterable[sa.Row[Any]]) -> str:
    """`approved` or `refused` where that is certain, else nothing."""
    added, need = set(data.get(ADDED, ())), int(data.get(NEED, 1))
    seats, extra = list[str](), list[str]()
    for row in rows:
        (extra if row.id in added else seats).append(row.state)
    yes = sum(state in YES for state in seats)
    if REFUSED in extra or yes + sum(state in PENDING for state in seats) < need:
        return REFUSED
    return APPROVED if yes >= need and not any(state in PENDING for state in extra) else ""


def enough(data: Mapping[str, Any], rows: Iterable[sa.Row[Any]]) -> bool:
    """Whether those who were asked first have agreed in number, whatever those added since say."""
    added = set(data.get(ADDED, ()))
    return sum(row.state in YES for row in rows if row.id not in added) >= int(data.get(NEED, 1))


def freed(data: Mapping[str, Any], rows: Iterable[sa.Row[Any]]) -> list[int]:
    """Waiting tasks whose turn has come: what stood before them was agreed to."""
    states = {row.id: row.state for row in rows}
    behind = data.get(BEHIND, {})
    return [one for one, state in states.items() if state == WAITING and states.get(behind.get(str(one), 0), APPROVED) in (*YES, GONE)]


def lost(data: Mapping[str, Any], rows: Iterable[sa.Row[Any]]) -> list[int]:
    """Those who wait for somebody who said no."""
    states = {row.id: row.state for row in rows}
    behind = data.get(BEHIND, {})
    return [one for one, state in states.items() if state == WAITING and states.get(behind.get(str(one), 0)) == REFUSED]


def replaced(data: dict[str, Any], old: int, new: int) -> None:
    """One task stands where another stood."""
    data[TASKS] = [*data[TASKS], new]
    data[ADDED] = [new if one == old else one for one in data.get(ADDED, ())]
    data[BEHIND] = {str(new) if key == str(old) else key: new if value == old else value for key, value in data.get(BEHIND, {}).items()}


def end(conn: Connection, ids: Collection[int], state: str, at: str, by: int | None) -> None:
    """Tasks that nobody need answer any more."""
    if ids:
        pending = (among(t.c.id, list(ids)), t.c.state.in_(PENDING))
        conn.execute(sa.update(t).where(*pending).values(state=state, ended_at=at, ended_by=by))
