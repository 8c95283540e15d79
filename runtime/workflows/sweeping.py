"""The nightly job that forgets runs that ended long ago, with their logs and what they asked and sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.sql.lists import among
from runtime.storage import system_tables as tables

KIND = "sweep_runs"
SCHEDULES = {KIND: "night"}
KEPT = timedelta(days=180)
SOME = 200
r = tables.run


def kinds() -> Mapping[str, JobFunction]:
    """The kinds of job this module does."""
    return {KIND: tidy}


def tidy(job: Job) -> dict[str, Any]:
    """Some at a time, from the oldest run on."""
    gone, after = 0, int(job.state.get("after", 0))
    while True:
        with job.database.write() as conn:
            some, next_ = sweep(conn, clock.now(), after)
            job.checkpoint(conn, {"after": next_ or 0})
        gone += some
        if next_ is None:
            return {"gone": gone}
        after = next_
        job.pause()


def sweep(conn: Connection, at: datetime, after: int) -> tuple[int, int | None]:
    """Forget those of the next runs that ended over 180 days ago; how many went, and where to go on (None: all are younger)."""
    limit = clock.text(at - KEPT)
    rows = conn.execute(sa.select(r.c.id, r.c.at, r.c.ended_at).where(r.c.id > after).order_by(r.c.id).limit(SOME)).all()
    old = [row for row in rows if row.at < limit]
    ids = [row.id for row in old if row.ended_at is not None and row.ended_at < limit]
    if ids:
        asked = tables.task.c.place_id.is_not(None)  # what a run left to people without waiting for it is theirs
        conn.execute(sa.delete(tables.task).where(among(tables.task.c.run_id, ids), asked))
        for table in (tables.run_line, tables.outgoing):
            conn.execute(sa.delete(table).where(among(table.c.run_id, ids)))
        conn.execute(sa.delete(r).where(among(r.c.id, ids)))
    return len(ids), old[-1].id if len(old) == SOME else None
