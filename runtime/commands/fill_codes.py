"""Giving codes to records that have none: stored before the form had a code, or while a grouping was frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import actor as actors
from runtime.commands import rows
from runtime.groups import codes, membership
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import history, load
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
        with acting(job.database, live, app, by, cause="bulk") as act, pace.chunk():
            ids = _next(act, form, low, pace.size)
            given += len(fill(act, form, ids))
            low = ids[-1] if ids else low
            job.report(given, total)
            job.checkpoint(act.conn, {"low": low, "given": given})
        if not ids:
            return {"given": given}
        job.pause()


def fill(act: Act, form: str, ids: Sequence[int]) -> dict[int, str]:
    """Give codes to these records; while a grouping the code reads is frozen or first being built, they wait."""
    live, code = act.app.form(form), act.app.code_of(form)
    if (
        code is None
        or not ids
        or any(not act.app.groupings[key].live or act.app.groupings[key].frozen for key in code.groupings)
    ):
        return {}
    records = load.records(act.conn, live, ids, lock=True)
    groups = membership.groups_of(act.conn, act.app, live, list(ids))
    items = [
        codes.Coded(i, record.values, _tops(act.app, groups.get(i, {})))
        for i, record in records.items()
        if not record.values.get(code.field)
    ]
    given = codes.give(act.conn, act.app, live, items, act.as_of, act.at)
    rows.index_again(act, live, [(i, rows.search_text(live, records[i].values, text)) for i, text in given.items()])
    history.note(
        act.conn,
        live.id,
        ((i, {"$code": (None, text)}) for i, text in given.items()),
        act="change",
        cause=act.cause,
        by=act.by.by,
        at=act.at,
        batch=act.batch,
    )
    return given


def _tops(app: LiveApp, groups: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By grouping, the group of the top level; nested ones do not count for codes."""
    found = {}
    for grouping, keys in groups.items():
        known = app.groupings[grouping].grouping.groups
        top = next((key for key in keys if key in known and known[key].parent is None), None)
        if top is not None:
            found[grouping] = top
    return found


def _next(act: Act, form: str, low: int, size: int) -> list[int]:
    live = act.app.form(form)
    column = _column(act.app, live)
    main = live.tables.main
    if column is None:
        return []
    query = sa.select(main.c.id).where(main.c.id > low, main.c.deleted_at.is_(None), column.is_(None))
    return list(act.conn.execute(query.order_by(main.c.id).limit(size)).scalars())


def _column(app: LiveApp, live: LiveForm) -> Any:
    code = app.code_of(live.key)
    return live.tables.column(code.field) if code is not None and code.field in live.tables.names else None
