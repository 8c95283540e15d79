"""The job that asks the owners of those who have not been contacted for as long as their group says.

Once a day, and when something was published, it goes through all members in ranges, makes the rows right that are not, and asks:
the longest overdue first, nobody for more than so many. What it did counts by the rows themselves, so that it may be cut off
anywhere, and begin again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import words
from runtime.clock import AsOf
from runtime.errors import NotFound
from runtime.groups import covering
from runtime.jobs import queue, schedule
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import cadences
from runtime.records.act import Act
from runtime.records.cadences import Cadence
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp
from runtime.words import Words
from runtime.workflows import daily, todos

KIND = "cadence"
SCHEDULES = {KIND: "hour"}
STATE = "cadence.{app}"  # the day and the revision that an app was last gone through
TURN = "cadence.turn"
READ = 0.05  # seconds of one look
TOGETHER = 100  # tasks in one transaction
SOME = 500  # rows made right in one transaction
EVERY = {("day", 1): Words("{group}：每天联系一次", "{group}: contact every day"), ("week", 1): Words("{group}：每周联系一次", "{group}: contact every week"),
         ("month", 1): Words("{group}：每月联系一次", "{group}: contact every month")}
EACH = {"day": Words("{group}：每 {n} 天联系一次", "{group}: contact every {n} days"), "week": Words("{group}：每 {n} 周联系一次", "{group}: contact every {n} weeks"),
        "month": Words("{group}：每 {n} 个月联系一次", "{group}: contact every {n} months")}
c, t = tables.cadence, tables.task


class Due(NamedTuple):
    """Somebody to contact: how many days late, whom, by which cadence (its place in the list), whose."""

    late: int
    record: int
    cadence: int
    owner: int


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The job of this module."""
    return {KIND: lambda job: tick(job, live)}


def wake(conn: Connection) -> None:
    """Look soon: a cadence may have been published."""
    queue.put(conn, KIND, {}, once=True)


def tick(job: Job, live: Live) -> dict[str, Any]:
    """All apps, one after the other."""
    return {"asked": strike(job.database, live, pause=job.pause)}


def strike(database: Database, live: Live, as_of: AsOf | None = None, pause: Callable[[], None] = lambda: None) -> int:
    """Ask for everybody who is due; gives how many that were."""
    asked = 0
    for look in Look.all(database, live, as_of, pause):
        with suppress(NotFound):  # removed in the meantime
            asked += look.go()
    return asked


@dataclass(frozen=True)
class Look(daily.Look):
    """One look at one app."""

    cause, state = KIND, STATE

    def go(self) -> int:
        look = self.due(lambda app: bool(cadences.of(app)))
        if look is None:
            return 0
        app, seen = look
        found = cadences.of(app)
        if found:
            covering.prepare(self.database, self.live, self.key)
        self._forget(app)
        for one in found:
            self._mend(one)
        self._ended([one.number for one in found])
        asked = self._ask(found)
        self.looked(app, seen)
        return asked

    def _forget(self, app: LiveApp) -> None:
        """Groups that had a cadence and have none any more, or are gone with their grouping."""
        g, d, kept = tables.group_key, tables.definition, [one.number for one in cadences.of(app)]
        any_ = sa.exists().where(c.c.group_id == g.c.id)
        mine = sa.select(g.c.id).join(d, d.c.id == g.c.grouping_id).where(d.c.app_id == app.id, g.c.id.not_in(kept), any_)
        with self.database.read() as conn:
            old = list(conn.execute(mine).scalars())
        for number in old:
            over = False
            while not over:
                with self.acting() as act:
                    over = cadences.forget(act, number, TOGETHER * 5)
                self.pause()

    def _mend(self, cadence: Cadence) -> None:
        """Look at all members in ranges, and make the rows right that are not."""
        with self.database.read() as conn:
            last = cadences.last(conn, cadence)
        low, pace = 0, Pace(start=5_000, most=200_000, goal=READ)
        while low < last:
            with self.database.read() as conn, pace.chunk():
                high = low + pace.size
                wrong = cadences.differing(conn, cadence, low, high)
            for start in range(0, len(wrong), SOME):
                with self.acting() as act:
                    now = next((one for one in cadences.of(act.app) if one.number == cadence.number), None)
                    if now is not None:
                        cadences.settle(act, now, wrong[start : start + SOME])
                self.pause()
            low = high
            self.pause()

    def _ended(self, numbers: Sequence[int]) -> None:
        """What was ticked off without a contact counts as one for a while; what ended otherwise may be asked for again."""
        over = sa.or_(t.c.state.is_(None), t.c.state != "open")
        rows = sa.select(c.c.group_id, c.c.record_id, t.c.state, t.c.ended_at).select_from(c.outerjoin(t, t.c.id == c.c.task))
        more = bool(numbers)
        while more:
            with self.database.write() as conn:
                some = conn.execute(rows.where(c.c.task.is_not(None), c.c.group_id.in_(numbers), over).limit(SOME)).all()
                for row in some:
                    ticked = {"ticked": row.ended_at} if row.state == "done" else {}
                    conn.execute(sa.update(c).where(c.c.group_id == row.group_id, c.c.record_id == row.record_id).values(task=None, **ticked))
            more = len(some) == SOME
            self.pause()

    def _ask(self, found: Sequence[Cadence]) -> int:
        """The longest overdue first, each of their owner, as long as that one has not got enough."""
        due: list[Due] = []
        for place, cadence in enumerate(found):
            with self.database.read() as conn:
                due += [Due(cadence.late(row.base, self.now), row.record_id, place, row.owner) for row in conn.execute(waiting(cadence, self.now))]
        due.sort(key=lambda one: (-one.late, one.record, one.cadence))
        seen: Counter[int] = Counter()
        wanted: list[Due] = []
        for one in due:
            if seen[one.owner] < found[one.cadence].most:
                seen[one.owner] += 1
                wanted.append(one)
        asked = 0
        for start in range(0, len(wanted), TOGETHER):
            with self.acting() as act:
                asked += ask(act, {one.number: one for one in cadences.of(act.app)}, found, wanted[start : start + TOGETHER])
            self.pause()
        return asked


def waiting(cadence: Cadence, as_of: AsOf) -> sa.Select[Any]:
    """Of each owner those who are due and not asked for, the longest overdue first, no more than one gets a day."""
    p = tables.person
    nth = sa.func.row_number().over(partition_by=c.c.owner, order_by=(c.c.base, c.c.record_id))
    here = sa.select(p.c.id).where(p.c.active)
    inner = sa.select(c.c.record_id, c.c.owner, c.c.base, nth.label("nth")).where(*free(cadence, as_of), c.c.owner.in_(here)).subquery()
    return sa.select(inner.c.record_id, inner.c.owner, inner.c.base).where(inner.c.nth <= cadence.most)


def free(cadence: Cadence, as_of: AsOf) -> list[sa.ColumnElement[bool]]:
    """Rows for which somebody may be asked now."""
    edge = cadence.edge(as_of)
    return [c.c.group_id == cadence.number, c.c.base < edge, c.c.task.is_(None), sa.or_(c.c.ticked.is_(None), c.c.ticked < edge)]


def ask(act: Act, now: Mapping[int, Cadence], found: Sequence[Cadence], wanted: Sequence[Due]) -> int:
    """Make the tasks of some of them, in one transaction that nobody else does the same in."""
    schedule.take_turn(act.conn, TURN)
    today, end = act.as_of.today.isoformat(), todos.end_of(act.as_of.today, act.as_of)
    used, new, rows = _used(act.conn, {one.owner for one in wanted}, today), [], []
    still = {place: _still(act, now.get(found[place].number), [one.record for one in wanted if one.cadence == place]) for place in {one.cadence for one in wanted}}
    for one in wanted:
        cadence = found[one.cadence]
        if one.record in still[one.cadence] and used[one.owner] < cadence.most:
            used[one.owner] += 1
            new.append(todos.New(title(cadence), [one.owner], end, cadence.live.key, one.record, None, None, None, ""))
            rows.append((cadence.number, one.record))
    for number, (group, record) in zip(todos.put_all(act, new), rows, strict=True):
        act.conn.execute(sa.update(c).where(c.c.group_id == group, c.c.record_id == record).values(task=number, asked=today))
    return len(rows)


def _still(act: Act, cadence: Cadence | None, records: Sequence[int]) -> set[int]:
    """For whom of these nobody has been asked meanwhile, and nobody need not be; their rows are ours until the act ends."""
    if cadence is None:
        return set()
    rows = sa.select(c.c.record_id).where(*free(cadence, act.as_of), among(c.c.record_id, list(records)))
    return set(act.conn.execute(rows.with_for_update()).scalars())


def _used(conn: Connection, owners: Collection[int], today: str) -> Counter[int]:
    """What each has already got: today, or before and not done yet."""
    mine = among(c.c.owner, sorted(owners))
    parts = (sa.select(c.c.owner).where(mine, c.c.asked == today), sa.select(c.c.owner).where(mine, c.c.task.is_not(None), c.c.asked != today))
    both = sa.union_all(*parts).subquery()
    rows = conn.execute(sa.select(both.c.owner, sa.func.count()).group_by(both.c.owner))
    return Counter({row[0]: row[1] for row in rows})


def title(cadence: Cadence) -> dict[str, str]:
    """A 类客户：每周联系一次. How long ago the last contact was stands beside it wherever tasks are shown, as of then."""
    label = cadence.group.label
    return {lang: said(cadence.n, cadence.unit).say(lang, group=words.read(label, lang), n=cadence.n)[: todos.LONGEST] for lang in words.LANGUAGES}


def said(n: int, unit: str) -> Words:
    """How often, with `{group}` and `{n}` to fill in."""
    return EVERY.get((unit, n)) or EACH[unit]
