"""What builders do with runs: try again, pass over a step, put an end to one or to all, turn a workflow off and on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import actor as actors
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import Conflict, NotFound, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records.act import Act, acting
from runtime.records.events import WORK
from runtime.sql.locks import hold_app
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.live import Live, LiveApp, LiveWorkflow
from runtime.workflows import failing, flows, log, strokes, ways
from runtime.workflows.base import Here
from runtime.workflows.outcome import Go
from runtime.workflows.rows import FAILED, OPEN, READY, WAITING, WOKEN, Place, Run, keep_place, place_of, run_of

KIND = "cancel_runs"
TOGETHER = 20  # runs that end in one transaction
GONE = "gone"
p, r, t = tables.place, tables.run, tables.task


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The job that cancels many."""
    return {KIND: lambda job: cancel_many(job, live)}


def retry(act: Act, item: LiveWorkflow, run_id: int) -> None:
    """Take up a run again where it failed; raises Conflict when it stands nowhere."""
    run, places = _held(act, item, run_id)
    failed = [place for place in places if place.state == FAILED]
    if not failed:
        raise Conflict(Problem("", "run_nothing_failed"))
    for place in failed:
        state = WAITING if place.data.pop(WOKEN, False) else READY
        _put(act.conn, place, state, act.at)
    _open(act.conn, run)
    log.write(act.conn, run.id, [(place.step, "retried", {}) for place in failed], act.at, by=act.by.by)
    queue.put(act.conn, WORK, {}, once=True)


def skip(act: Act, item: LiveWorkflow, run_id: int, place_id: int) -> None:
    """Go on behind a step that failed or waits; what it asked of people is no longer asked."""
    run, places = _held(act, item, run_id)
    place = next((one for one in places if one.id == place_id and one.state in (FAILED, WAITING)), None)
    if place is None:
        raise Conflict(Problem("", "run_moved_on"))
    asked = (t.c.place_id == place.id, t.c.state.in_((OPEN, WAITING)))
    act.conn.execute(sa.update(t).where(*asked).values(state=GONE, ended_at=act.at, ended_by=act.by.by))
    if not any(other.state == FAILED for other in places if other.id != place.id):
        _open(act.conn, run)
    log.write(act.conn, run.id, [(place.step, "skipped", {})], act.at, by=act.by.by)
    place.state, place.data = READY, {name: value for name, value in place.data.items() if name != WOKEN}
    ways.follow(_here(act, run, place), Go())
    queue.put(act.conn, WORK, {}, once=True)


def cancel(act: Act, item: LiveWorkflow, run_id: int) -> None:
    """Put an end to a run: it goes no further, and nobody is asked for anything more."""
    run, places = _held(act, item, run_id)
    if not places:
        raise Conflict(Problem("", "run_over"))
    ways.close(_here(act, run, places[0]), "stopped")
    log.write(act.conn, run.id, [("", "cancelled", {})], act.at, by=act.by.by)


def under_way(conn: Connection, item: LiveWorkflow, up_to: int | None = None, limit: int = TOGETHER) -> list[int]:
    """Some of the runs that stand somewhere, the oldest first."""
    stands = sa.exists().where(p.c.run_id == r.c.id)
    query = sa.select(r.c.id).where(r.c.workflow_id == item.id, r.c.state.in_((OPEN, FAILED)), stands).order_by(r.c.id).limit(limit)
    return list(conn.execute(query if up_to is None else query.where(r.c.id <= up_to)).scalars())


def cancel_all(act: Act, item: LiveWorkflow) -> None:
    """Ask for an end to all runs that there are now; a job does it, those that begin meanwhile go on."""
    act.by.must("build")
    last = act.conn.execute(sa.select(sa.func.max(r.c.id)).where(r.c.workflow_id == item.id)).scalar()
    queue.put(act.conn, KIND, {"app": act.app.key, "workflow": item.key, "up_to": last or 0}, by=act.by.by, app_id=act.app.id, once=True)


def cancel_many(job: Job, live: Live) -> dict[str, Any]:
    """The job: some runs at a time, as the person who asked."""
    done = int(job.state.get("done", 0))
    while True:
        with job.database.read() as conn:
            by = actors.load(conn, job.by) if job.by else None
        if by is None:
            raise NotFound(Problem("", "not_found"))
        with acting(job.database, live, job.params["app"], by) as act:
            item = act.app.workflows.get(job.params["workflow"])
            some = under_way(act.conn, item, job.params["up_to"]) if item else []
            for run_id in some:
                cancel(act, act.app.workflows[job.params["workflow"]], run_id)
            done += len(some)
            job.checkpoint(act.conn, {"done": done})
        if not some:
            return {"done": done}
        job.pause()


def turn(conn: Connection, app: LiveApp, item: LiveWorkflow, by: Actor, as_of: AsOf, on: bool) -> None:
    """Let a workflow begin runs, or not. Runs under way go on; what was due while it was off never begins."""
    by.must("build")
    hold_app(conn, app.id, alone=True)
    act = Act(conn, app, by, as_of)
    failing.keep(act, item.id, on=on, failures=0, why="")
    if on and not item.on:
        strokes.skip(conn, item.id, act.at)
    versions.advance(conn, app.id)


def _held(act: Act, item: LiveWorkflow, run_id: int) -> tuple[Run, list[Place]]:
    """A run and its places, ours until the transaction ends; for those who build."""
    act.by.must("build")
    row = act.conn.execute(sa.select(r).where(r.c.id == run_id, r.c.workflow_id == item.id).with_for_update()).first()
    if row is None:
        raise NotFound(Problem("", "no_such_run"))
    places = act.conn.execute(sa.select(p).where(p.c.run_id == run_id).order_by(p.c.id).with_for_update())
    return run_of(row), [place_of(one) for one in places]


def _here(act: Act, run: Run, place: Place) -> Here:
    workflow = flows.at(act.conn, run.workflow_id, run.version)
    return Here(act, run, workflow, flows.step_of(workflow, place.step), place)


def _put(conn: Connection, place: Place, state: str, due: str) -> None:
    place.state, place.due, place.attempts = state, due, 0
    keep_place(conn, place)


def _open(conn: Connection, run: Run) -> None:
    conn.execute(sa.update(r).where(r.c.id == run.id).values(state=OPEN, why=""))
