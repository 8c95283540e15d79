"""The job by which records without contact return to their pool: first their owners are told, so many days later they go.

Once a day, and when something was published, it looks at all forms with a pool. What it did stands in the rows themselves,
chunk by chunk, so that it may be cut off anywhere and begin again, and a clock that jumps makes it do nothing twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import notices
from runtime.clock import AsOf
from runtime.commands import change
from runtime.definitions.pool import Pool, Reclaim
from runtime.errors import FenzuError, NotFound
from runtime.groups import covering
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import entry, pool_rounds, pools
from runtime.records.act import Act
from runtime.sql.lists import among
from runtime.storage import due_indexes
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp, LiveForm
from runtime.storage.pool_tables import held as h
from runtime.words import Words
from runtime.workflows import daily, todos

KIND, CAUSE = "pool", "reclaim"
SCHEDULES = {KIND: "hour"}
STATE = "pool.{app}"  # the day and the revision that an app was last gone through
READ = 0.05  # seconds of one look
TITLE = Words("快回公海了：{days} 天没有联系，{day} 收回", "About to return to the pool: no contact for {days} days, goes on {day}")
WHY = Words("{days} 天没有联系，回到公海", "no contact for {days} days: back to the pool")

Which = Callable[[LiveApp, LiveForm, Pool, Reclaim], sa.Select[Any]]


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The job of this module."""
    return {KIND: lambda job: tick(job, live)}


def wake(conn: Connection) -> None:
    """Look soon: a pool may have been published."""
    queue.put(conn, KIND, {}, once=True)


def tick(job: Job, live: Live) -> dict[str, Any]:
    """All apps, one after the other."""
    warned, returned = strike(job.database, live, pause=job.pause)
    return {"warned": warned, "returned": returned}


def strike(database: Database, live: Live, as_of: AsOf | None = None, pause: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """Warn of whoever is about to return, and return whose time has come; gives how many of each."""
    warned = returned = 0
    for look in Look.all(database, live, as_of, pause):
        with suppress(NotFound):  # removed in the meantime
            some, more = look.go()
            warned, returned = warned + some, returned + more
    return warned, returned


@dataclass(frozen=True)
class Look(daily.Look):
    """One look at one app."""

    cause, state = CAUSE, STATE

    def go(self) -> tuple[int, int]:
        look = self.due(lambda app: bool(pools.of(app)))
        if look is None:
            return 0, 0
        app, seen = look
        found = pools.of(app)
        if found:
            covering.prepare(self.database, self.live, self.key)
        for form in self._left_over():
            self._settle(form)
        warned = returned = 0
        for live, pool in found:
            with self.database.write() as conn:
                due_indexes.ensure(conn, live.tables, pool.owner)
            self._settle(live.key)
            if pool.reclaim is not None:
                warned += self._each(live.key, self._unwarned, self._warn) if pool.reclaim.warn else 0
                returned += self._each(live.key, self._ripe, self._return)
        self.looked(app, seen)
        return warned, returned

    def _left_over(self) -> list[str]:
        """The forms in which owners are still warned, though they have no pool any more."""
        with self.database.read() as conn:
            app = self.live.app(conn, self.key)
            without = {live.id: live.key for live in app.forms.values() if _pool(app, live.key) is None}
            return [without[number] for number in sorted(pool_rounds.forms_warned(conn, list(without)))]

    def _each(self, form: str, which: Which, do: Callable[[Act, LiveForm, Pool, Reclaim, Sequence[int]], int]) -> int:
        """Do something with chunk after chunk of those found by reading alone, each in an act of its own, by the pool as it then is."""
        done, low, pace = 0, 0, Pace(start=5_000, most=200_000, goal=READ)
        while True:
            with self.database.read() as conn, pace.chunk():
                app = self.live.app(conn, self.key)
                found = _reclaiming(app, form)
                if found is None or low >= pool_rounds.newest(conn, found[0]):
                    return done
                high = low + pace.size
                ids = pool_rounds.between(conn, found[0], which(app, *found), low, high)
            for start in range(0, len(ids), pool_rounds.CHUNK):
                with self.acting() as act:
                    now = _reclaiming(act.app, form)
                    done += do(act, *now, ids[start : start + pool_rounds.CHUNK]) if now else 0
                self.pause()
            low = high
            self.pause()

    def _settle(self, form: str) -> None:
        """Warnings of whoever would not return any more, since somebody called or the pool is another or gone, end."""
        low: int | None = 0
        while low is not None:
            with self.database.read() as conn:
                app = self.live.app(conn, self.key)
                live = app.form(form)
                ids = pool_rounds.warned(conn, live, low)
                wrong = pool_rounds.overtaken(conn, app, live, _pool(app, form), self.now, ids)
            if wrong:
                with self.acting() as act:
                    live = act.app.form(form)
                    pools.end_warnings(act, live, pool_rounds.overtaken(act.conn, act.app, live, _pool(act.app, form), act.as_of, wrong), "gone")
            low = ids[-1] if len(ids) == pool_rounds.CHUNK else None
            self.pause()

    def _unwarned(self, app: LiveApp, live: LiveForm, pool: Pool, reclaim: Reclaim) -> sa.Select[Any]:
        return pools.due(app, live, pool, self.now, reclaim.warn).where(h.c.back.is_(None))

    def _ripe(self, app: LiveApp, live: LiveForm, pool: Pool, reclaim: Reclaim) -> sa.Select[Any]:
        query = pools.due(app, live, pool, self.now, 0)
        return query.where(h.c.back <= self.now.today.isoformat()) if reclaim.warn else query

    def _warn(self, act: Act, live: LiveForm, pool: Pool, reclaim: Reclaim, ids: Sequence[int]) -> int:
        """Tell the owners of one chunk: a task for each record; the bell tells each owner the whole number, once."""
        rows = pool_rounds.chunk(act, live, self._unwarned(act.app, live, pool, reclaim), ids)
        day = act.as_of.today + timedelta(days=reclaim.warn)
        here = _active(act.conn, {owner for _, owner in rows})
        title = {lang: TITLE.say(lang, days=reclaim.days, day=day.isoformat()) for lang in ("zh", "en")}
        asked = [(i, owner) for i, owner in rows if owner in here]
        end = todos.end_of(day - timedelta(days=1), act.as_of)
        numbers = todos.put_all(act, [todos.New(title, [owner], end, live.key, i, None, None, None, "") for i, owner in asked])
        pool_rounds.keep(act, live, rows, day.isoformat(), dict(zip([i for i, _ in asked], numbers, strict=True)))
        _tell(act, live, "pool_warned", Counter(owner for _, owner in asked), {"days": reclaim.days, "day": day.isoformat()})
        return len(rows)

    def _return(self, act: Act, live: LiveForm, pool: Pool, reclaim: Reclaim, ids: Sequence[int]) -> int:
        """Those of one chunk whose day has come lie in the pool again; what cannot be stored as it is now stays, until tomorrow."""
        rows = pool_rounds.chunk(act, live, self._ripe(act.app, live, pool, reclaim), ids)
        act.why = {lang: WHY.say(lang, days=reclaim.days) for lang in ("zh", "en")}
        gone = _empty(act, live, pool, [i for i, _ in rows])
        whose = Counter(owner for i, owner in rows if i in gone)
        _tell(act, live, "pool_returned", Counter({one: n for one, n in whose.items() if one in _active(act.conn, whose)}), {"days": reclaim.days})
        return len(gone)


def _pool(app: LiveApp, form: str) -> Pool | None:
    return next((pool for live, pool in pools.of(app) if live.key == form), None)


def _reclaiming(app: LiveApp, form: str) -> tuple[LiveForm, Pool, Reclaim] | None:
    """A form whose pool takes records back, as it now is."""
    pool = _pool(app, form)
    return (app.form(form), pool, pool.reclaim) if pool and pool.reclaim else None


def _active(conn: Connection, people: Collection[int]) -> set[int]:
    p = tables.person
    return set(conn.execute(sa.select(p.c.id).where(p.c.active, among(p.c.id, sorted(people)))).scalars()) if people else set()


def _tell(act: Act, live: LiveForm, code: str, whose: Mapping[int, int], params: Mapping[str, Any]) -> None:
    """One notice a day and owner: what an earlier chunk said, and nobody has seen yet, is said again with the whole number."""
    n, href = tables.notice, f"/today?pool={live.id}-{act.as_of.today.isoformat()}"
    for person, count in sorted(whose.items()):
        mine = (n.c.person == person, n.c.code == code, n.c.href == href, n.c.seen_at.is_(None))
        before = act.conn.execute(sa.select(n.c.params).where(*mine)).scalars().all()
        act.conn.execute(sa.delete(n).where(*mine))
        whole = count + sum(int(json.loads(one)["n"]) for one in before)
        notices.tell(act.conn, [person], code, {"n": whole, "form": dict(live.form.label), **params}, href, act.app.id)


def _empty(act: Act, live: LiveForm, pool: Pool, ids: Sequence[int]) -> set[int]:
    """Let records lie without an owner: all together, or one by one where some cannot be stored as they are now."""
    wanted = [(i, entry.read(live.form, {pool.owner: None}, act.names, whole=False)) for i in ids]
    try:
        with act.conn.begin_nested():
            return {saved.id for saved in change.change_many(act, live.key, wanted)}
    except FenzuError:
        done: set[int] = set()
        for one in wanted:
            with suppress(FenzuError), act.conn.begin_nested():
                done |= {saved.id for saved in change.change_many(act, live.key, [one])}
        return done
