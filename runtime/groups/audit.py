"""The nightly audit: all groupings asked anew of everybody, so that no mistake can last; what was wrong is put right and told.

It reads in short looks and rests as long as it reads, lets every job that waits go first, and goes on where it was.
What time moved since the clock's last stroke is no mistake and is moved in the clock's name.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import settings
from runtime.clock import AsOf
from runtime.errors import Invalid, NotFound
from runtime.groups import clockwork, differing, frozen, generations, plans, upkeep
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records.act import acting
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveForm

SCHEDULES = {"audit": "night"}
WAY = 1.0  # seconds between two looks for others who wait


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job that audits."""
    return {"audit": lambda job: audit(job, live)}


def audit(job: Job, live: Live) -> dict[str, Any] | None:
    """All apps, one after the other; a run that was interrupted goes on with the app it was at."""
    with job.database.read() as conn:
        apps = sorted(conn.execute(sa.select(tables.app.c.key).where(tables.app.c.state == "ready")).scalars())
    found: Counter[str] = Counter()
    for key in apps:
        if key not in job.state.get("apps", []):
            with suppress(NotFound, Invalid):  # removed in the meantime; broken, which freezes it and is told by itself
                found.update(Audit(job, live, key).run())
    return {"found": found.total()}


@dataclass
class Audit:
    """One app's audit. What is known of it lies in the job's checkpoint: the form, how far, since when, and what was found."""

    job: Job
    live: Live
    key: str

    def run(self) -> Counter[str]:
        """Every form with groupings; gives by grouping how many were put right."""
        at = dict(self.job.state)
        if at.get("app") != self.key:
            at = {"apps": at.get("apps", []), "app": self.key, "forms": [], "low": 0, "asked": 0, "found": {},
                  "begun": clock.text(clock.now())}
        with self.job.database.read() as conn:
            forms = clockwork.in_order(self.live.app(conn, self.key))
        for form in forms:
            if form not in at["forms"]:
                self._form(form, at)
                at |= {"forms": [*at["forms"], form], "low": 0}
        self._close(at)
        return Counter(at["found"])

    def _form(self, form: str, at: dict[str, Any]) -> None:
        with self.job.database.read() as conn:
            last = generations.last_record(conn, self.live.app(conn, self.key).form(form))
        pace, looked = Pace(start=200), time.monotonic()
        while at["low"] < last:
            begun, high = time.monotonic(), at["low"] + pace.size
            with self.job.database.read() as conn, pace.chunk():
                app = self.live.app(conn, self.key)
                span, now = (at["low"], high), AsOf(clock.now(), settings.read(conn).tz)
                wrong = differing.in_range(conn, app, app.form(form), sorted(plans.plan_of(app, form).deps), span, now)
                asked = _count(conn, app.form(form), span)
            self.job.report(min(high, last), last)
            if wrong:
                self._mend(form, wrong, at)
            at |= {"low": high, "asked": at["asked"] + asked}  # only now: whoever was stopped in between looks again
            if time.monotonic() - looked > WAY:
                looked = time.monotonic()
                self.job.make_way(at)
            self.job.pause(rest=time.monotonic() - begun)

    def _mend(self, form: str, wrong: list[int], at: dict[str, Any]) -> None:
        """Ask them again where nobody else writes; only what is wrong then was wrong."""
        with self.job.database.read() as conn:
            by, last = actors.system(conn), clockwork.struck(conn, settings.read(conn).tz)
        for start in range(0, len(wrong), 100):
            part = wrong[start : start + 100]
            with acting(self.job.database, self.live, self.key, by, cause="clock") as act:
                clockwork.catch_up(act, form, part, last)
                act.cause = "audit"
                at["found"] = dict(Counter(at["found"]) + Counter(clockwork.settle(act, form, part, None)))
                self.job.checkpoint(act.conn, at)
            self.job.pause()

    def _close(self, at: dict[str, Any]) -> None:
        """Keep what was found, and tell those who look after the groupings."""
        with self.job.database.write() as conn:
            app = self.live.app(conn, self.key)
            upkeep.note(conn, app, upkeep.AUDIT, at["begun"], at["asked"], at["found"])
            for key, n in at["found"].items():
                if key in app.groupings:
                    frozen.tell_owner(conn, app, app.groupings[key], "groups_drifted", {"n": n})
            self.job.checkpoint(conn, {"apps": [*at["apps"], self.key]})


def _count(conn: sa.Connection, live: LiveForm, span: tuple[int, int]) -> int:
    main = live.tables.main
    query = sa.select(sa.func.count()).where(main.c.id > span[0], main.c.id <= span[1], main.c.deleted_at.is_(None))
    return int(conn.execute(query).scalar_one())
