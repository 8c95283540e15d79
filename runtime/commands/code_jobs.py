"""The long work on codes: looking through all of them, changing those that no longer match, taking a run back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.actor import Actor, for_job
from runtime.commands import fill_codes, recode
from runtime.errors import Conflict, Denied, Problem
from runtime.groups import code_audit, codes
from runtime.groups.code_audit import Filter
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import load
from runtime.records.act import Act, acting
from runtime.sql.bulk import insert_rows
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp, LiveForm

AUDIT, RECODE, BACK = "audit_codes", "recode", "codes_back"
COLUMNS = ("form_id", "record_id", "code", "would", "differs")
BACKS = 200  # how far back a run is known to have been taken back


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kinds of job this file does."""
    parts = {AUDIT: _look, RECODE: _recode, BACK: _back}
    return {kind: partial(_through, live=live, part=part) for kind, part in parts.items()}


def _through(job: Job, live: Live, part: Any) -> dict[str, Any]:
    """Go through records by number, some at a time; a chunk and its place are kept together or not at all."""
    by = _asker(job)
    state = {"low": 0, "done": 0, "left": 0, "total": None, **job.state}
    pace, more = Pace(start=100, most=1_000), True
    while more:
        with acting(job.database, live, job.params["app"], by, cause="bulk", batch=job.id) as act, pace.chunk():
            more = part(act, act.app.form(job.params["form"]), job.params, state, pace.size)
            job.report(state["done"] + state["left"], state["total"])
            job.checkpoint(act.conn, state)
        job.pause()
    return {"done": state["done"], "left": state["left"]}


def _asker(job: Job) -> Actor:
    with job.database.read() as conn:
        by = for_job(conn, job.by)
    if by is None:
        raise Denied(Problem("", "denied"))
    return by


def _look(act: Act, live: LiveForm, asked: Mapping[str, Any], state: dict[str, Any], size: int) -> bool:
    """Judge the next records' codes anew; `done` counts those that differ, `left` those that do not."""
    both, a, main = code_audit.rules(act.conn, act.app, live), tables.code_audit, live.tables.main
    if both is None or codes.waits(act.app, both.now):
        raise Conflict(Problem("", "code_waits"))
    column = live.tables.column(both.now.field)
    there = (main.c.deleted_at.is_(None), column.is_not(None))
    if state["total"] is None:
        state["total"] = act.conn.execute(sa.select(sa.func.count()).select_from(main).where(*there)).scalar_one()
    ids = list(act.conn.execute(sa.select(main.c.id).where(main.c.id > state["low"], *there).order_by(main.c.id).limit(size)).scalars())
    passed = (a.c.form_id == live.id, a.c.record_id > state["low"])
    act.conn.execute(a.delete().where(*passed, *([a.c.record_id <= ids[-1]] if ids else [])))
    records = load.records(act.conn, live, ids, fields=code_audit.reads(both.now, live))
    found = []
    for item in code_audit.coded(act.conn, act.app, live, records.values(), act.as_of.zone):
        text = str(item.values[both.now.field])
        verdict = code_audit.judge(both, act.app, item, text, act.as_of)
        if verdict.differs:
            found.append((live.id, item.id, text, verdict.would, verdict.differs))
    insert_rows(act.conn, a, COLUMNS, found)
    _on(state, ids, len(found))
    return bool(ids)


def _on(state: dict[str, Any], ids: Sequence[int], done: int) -> None:
    state["low"] = ids[-1] if ids else state["low"]
    state["done"] += done
    state["left"] += len(ids) - done


def _recode(act: Act, live: LiveForm, asked: Mapping[str, Any], state: dict[str, Any], size: int) -> bool:
    """Change the next codes of what the audit found, as far as they still differ."""
    wanted = Filter(asked["differs"], asked["group"])
    if state["total"] is None:
        state["total"] = code_audit.count(act.conn, act.app, live, wanted)
    ids = [line.record for line in code_audit.lines(act.conn, act.app, live, wanted, state["low"], size)]
    _on(state, ids, len(recode.recode(act, live.key, ids)) if ids else 0)
    return bool(ids)


def _back(act: Act, live: LiveForm, asked: Mapping[str, Any], state: dict[str, Any], size: int) -> bool:
    """Take back what one run gave."""
    b = tables.code_batch
    own = (b.c.batch == asked["batch"], b.c.form_id == live.id)
    if state["total"] is None:
        state["total"] = act.conn.execute(sa.select(sa.func.count()).select_from(b).where(*own)).scalar_one()
    following = sa.select(b.c.record_id, b.c.was, b.c.code).where(*own, b.c.record_id > state["low"])
    swaps = {row.record_id: (row.was, row.code) for row in act.conn.execute(following.order_by(b.c.record_id).limit(size))}
    _on(state, list(swaps), len(recode.take_back(act, live.key, swaps)) if swaps else 0)
    return bool(swaps)


def undone(conn: Connection, app_id: int) -> set[int]:
    """The runs of an app that were taken back, or are being."""
    rows = [*queue.ended(conn, BACK, app_id, BACKS), *queue.open_jobs(conn, BACK, app_id)]
    return {row.params["batch"] for row in rows}


class Run(NamedTuple):
    """A run that gave codes: its job, how many it gave and how many it could not, and whether it came to its end."""

    job: queue.Row
    given: int
    left: int
    whole: bool


def runs(conn: Connection, app: LiveApp, live: LiveForm, most: int) -> list[Run]:
    """The last runs that gave codes of a form and were not taken back, however they ended, newest first."""
    b, j = tables.code_batch, tables.job
    # a run works on one form: its first line tells which, so no run is read through
    form = sa.select(b.c.form_id).where(b.c.batch == j.c.id).order_by(b.c.record_id).limit(1).scalar_subquery()
    own = (j.c.app_id == app.id, j.c.kind.in_((fill_codes.KIND, RECODE)), j.c.state.not_in(queue.OPEN), form == live.id)
    gone = undone(conn, app.id)
    query = sa.select(j).where(*own, j.c.id.not_in(sorted(gone))).order_by(j.c.id.desc()).limit(most)
    return [_run(conn, queue.from_row(row)) for row in conn.execute(query)]


def _run(conn: Connection, row: queue.Row) -> Run:
    given = row.value.get("given", row.value.get("done"))
    if given is None:  # stopped or failed: what it gave until then stands in its list only
        b = tables.code_batch
        given = conn.execute(sa.select(sa.func.count()).select_from(b).where(b.c.batch == row.id)).scalar_one()
    return Run(row, int(given), int(row.value.get("left", 0)) if row.kind == RECODE else 0, row.state == "done")
