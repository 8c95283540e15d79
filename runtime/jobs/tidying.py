"""The daily job that forgets old notices."""

from __future__ import annotations

from typing import Any

from runtime import clock
from runtime.accounts import notices
from runtime.jobs.job import Job
from runtime.jobs.kinds import Kinds

SCHEDULES = {"sweep_notices": "day"}


def kinds() -> Kinds:
    """The kinds of job this room does."""
    return {"sweep_notices": sweep_notices}


def sweep_notices(job: Job) -> dict[str, Any]:
    """Forget what is older than 90 days, some at a time."""
    gone = 0
    while True:
        with job.database.write() as conn:
            some = notices.sweep(conn, clock.now())
            job.checkpoint(conn, {})
        gone += some
        if not some:
            return {"gone": gone}
        job.pause()
