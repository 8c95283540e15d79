"""The jobs of this room: looking through a list, bringing it in, writing one, tidying scratch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime import clock
from runtime.config import Config
from runtime.exchange import exporter, importer, upload
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records import waiting_files
from runtime.storage.db import Database
from runtime.storage.live import Live

# What comes back by the clock.
SCHEDULES = {"sweep_scratch": "hour", "sweep_files": "hour"}


def kinds(_database: Database | None, live: Live, config: Config) -> Mapping[str, JobFunction]:
    """The job functions over one process's published apps."""
    scratch = config.scratch

    def check_file(job: Job) -> dict[str, Any]:
        return importer.check_file(job, live, scratch)

    def import_file(job: Job) -> dict[str, Any]:
        return importer.import_file(job, live, scratch)

    def export_list(job: Job) -> dict[str, Any]:
        return exporter.export_list(job, live, scratch)

    def sweep_scratch(_job: Job) -> dict[str, Any]:
        return {"gone": upload.sweep(scratch, clock.now())}

    def sweep_files(job: Job) -> dict[str, Any]:
        with job.database.write() as conn:
            return {"gone": waiting_files.sweep(conn, config.files, clock.now())}

    return {"import_check": check_file, "import": import_file, "export": export_list, "sweep_scratch": sweep_scratch, "sweep_files": sweep_files}
