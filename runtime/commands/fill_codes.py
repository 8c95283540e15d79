"""Giving codes to records that have none: stored before the form had a code, or while a grouping was frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import actor as actors
from runtime.commands import recode
from runtime.groups import code_audit, codes
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import load
from runtime.records.act import Act, acting
from runtime.storage.live import Live, LiveApp, LiveForm

KIND = "fill_codes"


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job this room does."""
    return {KIND: lambda job: run(job, live)}


def waiting(conn: Connection, app: LiveApp, live: LiveForm) -> int:
    """How many records of a form have no code."""
    column = _column(app, live)
    if column is None:
        return 0
    main = live.tables.main
    query = sa.select(sa.func.count()).select_from(main).where(main.c.deleted_at.is_(None), column.is_(None))
    return int(conn.execute(query).scalar_one())


def run(job: Job, live: Live) -> dict[str, Any] | None:
    """Go through the records of `form` in `app` and give each its code, oldest first; gives how many were given."""
    app, form = job.params["app"], job.params["form"]
    with job.database.read() as conn:
        by = actors.for_job(conn, job.by) or actors.system(conn)
        total = waiting(conn, live.app(conn, app), live.app(conn, app).form(form)) + int(job.state.get("given", 0))
    low, given = int(job.state.get("low", 0)), int(job.state.get("given", 0))
    pace = Pace(start=100, most=1_000)
    while True:
        with acting(job.database, live, app, by, cause="bulk", batch=job.id) as act, pace.chunk():
            ids = following(act.conn, act.app, act.app.form(form), low, pace.size)
            given += len(fill(act, form, ids))
            low = ids[-1] if ids else low
            job.report(given, total)
            job.checkpoint(act.conn, {"low": low, "given": given})
        if not ids:
            return {"given": given}
        job.pause()


def fill(act: Act, form: str, ids: Sequence[int]) -> dict[int, str]:
    """Give codes to these records, each with the day it was stored; one that was taken back is given to its record again.

    While a grouping the code reads is frozen or first being built, they wait; so does a record whose code would lack a
    piece, for a letter or two in its place would be another customer's.
    """
    live, code = act.app.form(form), act.app.code_of(form)
    if code is None or not ids or codes.waits(act.app, code):
        return {}
    records = {i: one for i, one in load.records(act.conn, live, ids, lock=True).items() if not one.values.get(code.field)}
    items = code_audit.coded(act.conn, act.app, live, records.values(), act.as_of.zone)
    made = {item.id: codes.parts(code, act.app, item, act.as_of) for item in items}
    whole = {i: pieces for i, pieces in made.items() if codes.lacking(pieces) is None}
    given = recode.give(act, live, code, whole, {})
    recode.keep(act, live, code, records, {i: (None, text) for i, text in given.items()})
    return given


def following(conn: Connection, app: LiveApp, live: LiveForm, low: int, size: int) -> list[int]:
    """The next records without a code, oldest first."""
    column = _column(app, live)
    main = live.tables.main
    if column is None:
        return []
    query = sa.select(main.c.id).where(main.c.id > low, main.c.deleted_at.is_(None), column.is_(None))
    return list(conn.execute(query.order_by(main.c.id).limit(size)).scalars())


def _column(app: LiveApp, live: LiveForm) -> Any:
    code = app.code_of(live.key)
    return live.tables.column(code.field) if code is not None and code.field in live.tables.names else None
