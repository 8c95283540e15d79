"""The job of workflows: events become runs, runs take their steps, and it asks for itself again when the next one is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records.events import WORK
from runtime.storage.live import Live
from runtime.storage.system_tables import job as jobs
from runtime.workflows import engine, inbox


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The jobs of this package."""
    return {WORK: lambda job: work(job, live)}


def work(job: Job, live: Live) -> dict[str, Any] | None:
    """All that is due now; what comes later is asked for before this one ends."""
    events = steps = 0
    while True:
        found = inbox.drain(job.database, live)
        done = engine.turn(job.database, live)
        events, steps = events + found, steps + done
        if not found and not done:
            break
        job.pause()
    due = engine.next_due(job.database)
    if due is not None:
        with job.database.write() as conn:
            later(conn, due)
    return {"events": events, "steps": steps}


def later(conn: Connection, due: str) -> None:
    """See that the engine looks again at a moment; an earlier look that is asked for already is enough."""
    same = sa.select(jobs.c.id).where(jobs.c.kind == WORK, jobs.c.state == "waiting", jobs.c.run_at <= due).limit(1)
    if conn.execute(same).first() is None:
        queue.put(conn, WORK, {}, run_at=clock.moment(due))
