"""The job of workflows: events become runs, runs take their steps, and it asks for itself again when the next one is due."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime import clock
from runtime.errors import Busy
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records.events import WORK
from runtime.storage.db import passing
from runtime.storage.live import Live
from runtime.storage.system_tables import job as jobs
from runtime.workflows import engine, inbox

LOG = logging.getLogger("fenzu.workflows")
# What was missed for whatever reason is found by the hour.
SCHEDULES = {WORK: "hour"}
LATER = {"later": True}  # apart from a look that an act asks for: that one is for now
TRIES = 8  # as often a transaction that others were in the way of is tried again at once
SOON = timedelta(seconds=5)  # what is due and in other hands, or what the database had no room for, is looked at again
LOOK = 0.2  # seconds after which the inbox is looked at again while there are steps to do
NEVER = float("-inf")
SAFE = 5.0  # seconds after which what was done counts: a worker that is killed later begins to count its attempts anew


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The jobs of this package."""
    return {WORK: lambda job: work(job, live)}


def work(job: Job, live: Live) -> dict[str, Any] | None:
    """All that is due now; what comes later is asked for before this one ends.

    While there are steps to do, what happened meanwhile is looked at now and then, not after each transaction.
    """
    events = steps = 0
    kept_at, empty_at, put_off = time.monotonic() - (SAFE if job.attempts > 1 else 0.0), NEVER, False
    while not put_off:
        asked = time.monotonic() - empty_at > LOOK
        found, put_off = _patiently(lambda: inbox.drain(job.database, live)) if asked else (0, False)
        empty_at = time.monotonic() if asked and not found else empty_at
        done, put_off = _patiently(lambda: engine.turn(job.database, live)) if not put_off else (0, True)
        events, steps = events + found, steps + done
        if not found and not done:
            if asked:
                break
            empty_at = NEVER  # nothing else is left to do: the last look
            continue
        if time.monotonic() - kept_at > SAFE:
            kept_at = time.monotonic()
            with job.database.write() as conn:
                job.checkpoint(conn, {})
        job.acted()
        job.pause()
    again(job, put_off)
    return {"events": events, "steps": steps}


def _patiently(act: Callable[[], int]) -> tuple[int, bool]:
    """Do one transaction; what others stand in the way of is undone and tried again, and put off in the end."""
    for attempt in range(TRIES):
        try:
            return act(), False
        except (Busy, DBAPIError) as error:
            if isinstance(error, DBAPIError) and not passing(error):
                raise
            LOG.info("workflows met others in attempt %s: %s", attempt + 1, error)
            time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
    LOG.warning("workflows are put off: others stood in their way %s times", TRIES)
    return 0, True


def again(job: Job, put_off: bool) -> None:
    """See that the engine looks again when something is due next."""
    due, now = engine.next_due(job.database), clock.now()
    if put_off or (due is not None and due <= clock.text(now)):
        due = clock.text(now + SOON)
    if due is not None:
        with job.database.write() as conn:
            later(conn, due)


def later(conn: Connection, due: str) -> None:
    """See that the engine looks again at a moment; an earlier look that is asked for already is enough."""
    same = sa.select(jobs.c.id).where(jobs.c.kind == WORK, jobs.c.state == "waiting", jobs.c.run_at <= due).limit(1)
    if conn.execute(same).first() is None:
        queue.put(conn, WORK, LATER, run_at=clock.moment(due))
