"""What somebody asked of others through workflows: one line for each run, with whom it waits for or how it ended.

A run stands there by one task of somebody else's, the newest that is open or the one that ended last, so that lists go by
an index and are paged by key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.sql.lists import among
from runtime.sql.prepared import late
from runtime.storage import system_tables as tables
from runtime.words import Words
from runtime.workflows import desk
from runtime.workflows.desk import ASKED, Task
from runtime.workflows.rows import OPEN

LATELY = timedelta(days=30)  # so long it is told how something ended
AGAIN = timedelta(hours=1)  # nobody is reminded of the same more often
REMINDED = "reminded"
MOST = 500  # people and lines that are read for a page
# How a run's question ended, by the newest of these lines of its log: what it is called, and its tone.
ENDS = {
    "settled_approved": (Words("通过了", "Settled"), "ok"), "settled_refused": (Words("没通过", "Not approved"), "bad"),
    "settled_returned": (Words("退回了", "Returned"), "warn"), "withdrawn": (Words("撤回了", "Withdrawn"), ""), "cancelled": (Words("停掉了", "Cancelled"), ""),
}
r, t, line = tables.run, tables.task, tables.run_line
_other = t.alias("other")
_OTHERS_TOO = _other.c.person != _other.c.asked_by


@dataclass
class Request:
    """One run and the task it stands there by; `waits` are the people asked, `ended` a code of ENDS, `reminded` when, within the hour."""

    task: Task
    waits: list[int] = field(default_factory=list)
    ended: str = ""
    reminded: str | None = None

    @property
    def run(self) -> int:
        return self.task.run_id or 0


def waiting(conn: Connection, person: int, now: datetime, limit: int, before: int = 0) -> list[Request]:
    """What waits for others, the newest first; `before` is the number of the last task seen."""
    newer = _beside(_OTHERS_TOO, _other.c.ended_at.is_(None), _other.c.id > t.c.id)
    where = [t.c.ended_at.is_(None), ~newer, *([t.c.id < late("before", desk.Id)] if before else [])]
    asked = desk.known(conn, ("waiting", limit, before > 0), lambda: _listed(where, [t.c.id.desc()], limit))
    found = map(desk.task_of, asked.run(conn, person=person, before=before))
    return _told(conn, sorted(found, key=lambda task: -task.id)[:limit], now)


def ended(conn: Connection, person: int, now: datetime, limit: int, after: tuple[str, int] | None = None) -> list[Request]:
    """What has ended in the last 30 days, the latest first; `after` is when the last one seen ended, and its number."""
    after_it = sa.or_(_other.c.ended_at > t.c.ended_at, sa.and_(_other.c.ended_at == t.c.ended_at, _other.c.id > t.c.id))
    later = sa.or_(_other.c.ended_at.is_(None), sa.and_(_OTHERS_TOO, after_it))
    where = [t.c.ended_at >= late("since", sa.Text()), ~_beside(later)]
    if after is not None:
        at = late("at", sa.Text())
        where += [t.c.ended_at <= at, sa.or_(t.c.ended_at < at, t.c.id < late("last", desk.Id))]
    over = desk.known(conn, ("asked and ended", limit, after is None), lambda: _listed(where, [t.c.ended_at.desc(), t.c.id.desc()], limit))
    moment, last = after or ("", 0)
    found = map(desk.task_of, over.run(conn, person=person, since=clock.text(now - LATELY), at=moment, last=last))
    return _told(conn, sorted(found, key=lambda task: (task.ended_at or "", task.id), reverse=True)[:limit], now)


def _beside(*where: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether there is another task of the same run that somebody asked for."""
    return sa.exists().where(_other.c.run_id == t.c.run_id, _other.c.kind.in_(ASKED), _other.c.asked_by == t.c.asked_by, *where)


def _listed(where: Sequence[sa.ColumnElement[bool]], order: Sequence[sa.ColumnElement[object]], limit: int) -> sa.CompoundSelect[Any]:
    """Tasks of runs that a person set off, of each kind by one range of the index."""
    me = late("person", desk.Id)
    parts = [sa.select(*desk.COLUMNS).join(r, r.c.id == t.c.run_id).where(t.c.asked_by == me, t.c.person != t.c.asked_by, t.c.kind == kind, r.c.by == me, *where)
             .order_by(*order).limit(limit).subquery() for kind in ASKED]
    return sa.union_all(*(sa.select(part) for part in parts))


def _told(conn: Connection, tasks: Sequence[Task], now: datetime) -> list[Request]:
    """The same with whom each waits for, how it ended, and when they were reminded."""
    found = {task.run_id or 0: Request(task) for task in tasks}
    if not found:
        return []
    runs = list(found)
    asked = sa.select(t.c.run_id, t.c.person).where(among(t.c.run_id, runs), t.c.state == OPEN, t.c.kind.in_(ASKED)).order_by(t.c.id).limit(MOST)
    for run, person in conn.execute(asked):
        found[run].waits.append(person)
    for run, at in reminders(conn, runs, now).items():
        found[run].reminded = at
    last = sa.select(sa.func.max(line.c.id)).where(among(line.c.run_id, runs), line.c.code.in_(list(ENDS))).group_by(line.c.run_id)
    for run, code in conn.execute(sa.select(line.c.run_id, line.c.code).where(line.c.id.in_(last))):
        if not found[run].waits:
            found[run].ended = code
    return list(found.values())


def reminders(conn: Connection, runs: Sequence[int], now: datetime) -> dict[int, str]:
    """When those whom runs wait for were last reminded, where that was within the hour."""
    since = clock.text(now - AGAIN)
    query = sa.select(line.c.run_id, sa.func.max(line.c.at)).where(among(line.c.run_id, list(runs)), line.c.code == REMINDED, line.c.at > since)
    return {run: at for run, at in conn.execute(query.group_by(line.c.run_id))}
