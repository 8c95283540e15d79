"""Reminders: whoever has something to do at a time of day hears of it at their bell when that time comes.

A row stands for a task until its moment; telling and forgetting it are one transaction, so nobody hears of it twice. A task
that was done, moved or taken from sight meanwhile reminds nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import notices, settings
from runtime.clock import AsOf
from runtime.errors import FenzuError
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records import access
from runtime.records.names import RecordNames
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live

KIND = "remind"
SCHEDULES = {KIND: "hour"}  # a look in case a job was lost
SOME = 50  # in one transaction
r, t = tables.reminder, tables.task


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kinds of job this module does."""
    return {KIND: lambda job: _work(job, live)}


def put(conn: Connection, moments: Mapping[int, str], now: datetime) -> None:
    """Remind of tasks at moments, those that are over already left out."""
    coming = {number: at for number, at in moments.items() if at > clock.text(now)}
    if coming:
        conn.execute(sa.insert(r), [{"task": number, "at": at} for number, at in coming.items()])
        queue.put_by(conn, KIND, clock.moment(min(coming.values())))


def forget(conn: Connection, number: int) -> None:
    """Do not remind of a task at the time it had."""
    conn.execute(sa.delete(r).where(r.c.task == number))


def _work(job: Job, live: Live) -> dict[str, Any]:
    told = 0
    while True:
        with job.database.read() as conn:
            as_of = AsOf(clock.now(), settings.read(conn).tz)
        seen, some = tell(job.database, live, as_of)
        told += some
        if seen < SOME:
            break
        job.acted()
        job.pause()
    with job.database.write() as conn:
        following = conn.execute(sa.select(sa.func.min(r.c.at))).scalar()
        if following is not None:
            queue.put_by(conn, KIND, clock.moment(following))
    return {"told": told}


def tell(database: Database, live: Live, as_of: AsOf) -> tuple[int, int]:
    """Tell whose time has come, some of them; how many were looked at, and how many people heard."""
    with database.write() as conn:
        due = sa.select(r.c.task, r.c.at).where(r.c.at <= clock.text(as_of.at)).order_by(r.c.at, r.c.task).limit(SOME)
        moments = {row.task: row.at for row in conn.execute(due.with_for_update(skip_locked=True))}
        if not moments:
            return 0, 0
        conn.execute(sa.delete(r).where(among(r.c.task, list(moments))))
        rows = conn.execute(sa.select(t, tables.app.c.key).join(tables.app, tables.app.c.id == t.c.app_id)
                            .where(among(t.c.id, list(moments)), t.c.state == "open").order_by(t.c.id)).all()
        return len(moments), sum(_told(conn, live, row, as_of) for row in rows if row.due == moments[row.id])


def _told(conn: Connection, live: Live, row: sa.Row[Any], as_of: AsOf) -> bool:
    """Whether somebody heard of a task; nothing is told of a record that they may not see."""
    who, params, code = actors.load(conn, row.person), {"title": json.loads(row.title)}, "task_due"
    if who is None:
        return False
    if row.record_id is not None:
        try:
            app = live.app(conn, row.key)
            seen: Sequence[int] = list(access.visible_ids(conn, app, app.form(row.form), who, [row.record_id], as_of))
        except FenzuError:
            return False  # its form has gone: the page of today says so
        if not seen:
            return False
        about = RecordNames(conn, app, who.lang, who.zone).record(row.form, row.record_id)
        params, code = {**params, "about": about}, "task_due_about"
    notices.tell(conn, [row.person], code, params, f"/today?task={row.id}", row.app_id)
    return True
