"""The job behind a bulk change of more records than one act takes: chunk by chunk, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.accounts.actor import for_job
from runtime.commands import bulk
from runtime.errors import Denied, Problem
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records.act import acting
from runtime.records.queries import Query, Reader, write_marker
from runtime.storage.live import Live

KIND = "bulk_change"


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job this file does."""
    return {KIND: lambda job: change_all(job, live)}


def params(app: str, form: str, query: Query, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the job is told."""
    ids = None if query.ids is None else list(query.ids)
    return {"app": app, "form": form, "rule": query.rule, "search": query.search, "ids": ids, "values": dict(values)}


def change_all(job: Job, live: Live) -> dict[str, Any]:
    """Give every record of a list the same values, newest first; one that leaves the list by it does no harm."""
    asked = job.params
    with job.database.read() as conn:
        by = for_job(conn, job.by)
    if by is None:
        raise Denied(Problem("", "denied"))
    state = {"low": 0, "done": 0, "changed": 0, **job.state}
    pace, more = Pace(start=100, most=bulk.AT_ONCE), True
    while more:
        with acting(job.database, live, asked["app"], by, cause="bulk", batch=job.id) as act, pace.chunk():
            reader = Reader(act.conn, act.app, act.app.form(asked["form"]), by, act.as_of)
            ids, more = reader.ids(_part(asked, state["low"], pace.size))
            changed = bulk.set_fields(act, asked["form"], ids, asked["values"])
            state = {
                "low": ids[-1] if ids else 0,
                "done": state["done"] + len(ids),
                "changed": state["changed"] + len(changed),
            }
            job.report(state["done"])
            job.checkpoint(act.conn, state)
        job.pause()
    return {"done": state["done"], "changed": state["changed"]}


def _part(asked: Mapping[str, Any], low: int, size: int) -> Query:
    """The next records of the list, by number downwards."""
    ids = None if asked["ids"] is None else tuple(asked["ids"])
    return Query(asked["rule"], asked["search"], (), size, write_marker([low]) if low else None, ids=ids)
