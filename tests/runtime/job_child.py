"""A process of its own that does chunked jobs until it is killed: `python -m tests.runtime.job_child URL`."""

from __future__ import annotations

import sys
import time
from typing import Any

import sqlalchemy as sa

from runtime.jobs.job import Job
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database

WORK = sa.Table("work_done", sa.MetaData(), sa.Column("job", sa.Integer), sa.Column("n", sa.Integer))


def count_up(job: Job) -> dict[str, Any]:
    """Writes the numbers below `total`, five in a chunk, each with its checkpoint."""
    total, at = job.params["total"], job.state.get("at", 0)
    while at < total:
        upto = min(at + 5, total)
        with job.database.write() as conn:
            conn.execute(sa.insert(WORK), [{"job": job.id, "n": n} for n in range(at, upto)])
            time.sleep(job.params.get("slow", 0))
            job.report(upto, total)
            job.checkpoint(conn, {"at": upto})
        at = upto
        job.pause()
    return {"count": at}


def main() -> None:
    """Run until killed."""
    runner = Runner(open_database(sys.argv[1]), {"count_up": count_up}, threads=int(sys.argv[2]), rest=0.001)
    runner.start()
    print("started", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main()
