"""The engine: takes places that are due, does their steps, and keeps where their runs go, all in one transaction.

A step that was being done when its process died was not done at all; the next worker finds its place as it was. Several
steps share a transaction while it stays short; each stands in its own savepoint, so that one that fails undoes only itself.
A worker holds whole runs: two branches of one run are never gone at the same time by two.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime import clock
from runtime.accounts import actor as actors
from runtime.clock import AsOf
from runtime.errors import Busy, FenzuError, NotFound, Problem
from runtime.records import linked
from runtime.records.act import Act, acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database, passing
from runtime.storage.live import Live
from runtime.workflows import abreast, failing, flows, rows, ways
from runtime.workflows.abreast import Hand
from runtime.workflows.base import Here
from runtime.workflows.kept import Kept
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import READY, Place, Run

LOG = logging.getLogger("fenzu.workflows")
TOGETHER = 20  # places held in one transaction
LONG = 0.02  # seconds after which a transaction ends; the rest comes in the next
CAUSE = "workflow"
AGAIN = (5, 30, 120)  # seconds before a step that stumbled is tried again
p = tables.place


def turn(database: Database, live: Live, as_of: AsOf | None = None) -> int:
    """Do what is due in one app, for as long as one transaction may take; gives how many steps that were.

    An app whose due places are all in other hands, or that is broken, does not keep the others waiting.
    """
    passed: list[int] = []
    while True:
        with database.read() as conn:
            app = _next_app(conn, clock.text(as_of.at if as_of else clock.now()), passed)
            system = actors.system(conn) if app is not None else None
        if app is None or system is None:
            return 0
        try:
            with acting(database, live, app.key, system, cause=CAUSE, as_of=as_of) as act:
                done = _some(act)
        except (Busy, DBAPIError):
            raise
        except Exception:
            LOG.exception("the workflows of the app %s cannot go on", app.key)
            done = 0
        if done:
            return done
        passed.append(app.id)


def _next_app(conn: Connection, now: str, passed: Sequence[int]) -> sa.Row[int, str] | None:
    """Whose place has waited longest, but for the apps that were looked at."""
    query = sa.select(tables.app.c.id, tables.app.c.key).join(p, p.c.app_id == tables.app.c.id).where(p.c.due <= now)
    return conn.execute(query.where(tables.app.c.id.not_in(passed)).order_by(p.c.due, p.c.id).limit(1)).first()


def _some(act: Act) -> int:
    """As many steps as fit into one transaction."""
    until, done, kept = time.monotonic() + LONG, 0, Kept()
    hands, moved = abreast.claimed(act, TOGETHER), set[int]()
    while hands and (not done or time.monotonic() < until):
        for part in abreast.parts(act, hands):
            part = abreast.standing(part, kept)
            if not part:
                continue
            _step(act, part, kept)
            moved.update(place.id for _, place in part)
            done += len(part)
            if time.monotonic() > until:
                break
        hands = [(run, place) for run, place in abreast.standing(hands, kept) if place.state == READY and (place.due or "") <= act.at]
    rows.keep_places(act.conn, [place for _, place in hands if place.id in moved])
    kept.write(act)
    return done


def _step(act: Act, part: Sequence[Hand], kept: Kept) -> None:
    """Do one step of several runs in one go; where that cannot be, of each alone."""
    if len(part) > 1:
        mark, before = kept.mark(), [copy.copy(place) for _, place in part]
        try:
            with act.conn.begin_nested():
                _all(act, part, kept)
            return
        except Exception as error:
            if isinstance(error, Busy) or (isinstance(error, DBAPIError) and passing(error)):
                raise
            kept.back(mark)
            for (_, place), was in zip(part, before, strict=True):
                _restore(place, was)
    for run, place in part:
        step(act, run, place, kept)


def _all(act: Act, part: Sequence[Hand], kept: Kept) -> None:
    run = part[0][0]
    act.depth, act.batch = run.depth + 1, run.workflow_id
    workflow = flows.at(act.conn, run.workflow_id, run.version)
    heres = [Here(act, run, workflow, flows.step_of(workflow, place.step), place, kept=kept) for run, place in part]
    known = abreast.present(heres)
    heres = [here for here in heres if here.place.id in known or not gone(here)]
    if heres:
        for here, outcome in zip(heres, STEPS[heres[0].step.type].run_all(heres), strict=True):
            ways.follow(here, outcome)


def step(act: Act, run: Run, place: Place, kept: Kept) -> None:
    """Do one step of one run, whole or not at all; what goes wrong is kept in the run, where a person finds it."""
    act.depth, act.batch = run.depth + 1, run.workflow_id
    mark, before = kept.mark(), copy.copy(place)
    try:
        with act.conn.begin_nested():
            workflow = flows.at(act.conn, run.workflow_id, run.version)
            here = Here(act, run, workflow, flows.step_of(workflow, place.step), place, kept=kept)
            if not gone(here):
                do(here)
    except Exception as error:
        if isinstance(error, Busy) or (isinstance(error, DBAPIError) and passing(error)):
            raise  # a lock or a lost connection: the whole transaction is tried again
        kept.back(mark)
        kept.write(act)  # the log keeps its order
        _restore(place, before)
        _failed(act, run, place, error)


def _restore(place: Place, before: Place) -> None:
    for name in Place.__slots__:
        setattr(place, name, getattr(before, name))


def _failed(act: Act, run: Run, place: Place, error: Exception) -> None:
    """What says why waits for a person at once; what nobody foresaw is tried a few more times first."""
    if isinstance(error, FenzuError):
        failing.hold(act, run, place, error.problems[0])
        return
    LOG.error("step %s of run %s stumbled in attempt %s", place.step, run.id, place.attempts + 1, exc_info=error)
    if place.attempts >= len(AGAIN):
        failing.hold(act, run, place, Problem("", "step_stumbled"))
        return
    place.due = clock.text(act.as_of.at + timedelta(seconds=AGAIN[place.attempts]))
    place.attempts += 1
    rows.keep_place(act.conn, place)


def do(here: Here) -> None:
    """Run the step or wake it, and keep where it leads."""
    if here.step.type not in STEPS:
        raise NotFound(Problem(here.step.path, "no_such_step_type", {"type": here.step.type}))
    kind = STEPS[here.step.type]
    ways.follow(here, kind.run(here) if here.place.state == READY else kind.wake(here))


def gone(here: Here) -> bool:
    """Whether the record has been deleted meanwhile: a run about it ends, and says so; of other records only the branch does."""
    if here.run.record is not None and not here.run.detail.get("removed") and not linked.there(here.act, here.act.app.form(here.run.form), here.run.record):
        here.note("record_gone")
        ways.told(here)
        ways.close(here, "stopped")
        return True
    if here.place.data.get("record") is None or here.place.data.get("removed") or linked.there(here.act, here.live, here.record_id):
        return False
    here.note("record_gone")
    ways.told(here)
    ways.leave_branch(here)
    return True


def next_due(database: Database) -> str | None:
    """When the next place is due; None when all wait for people."""
    with database.read() as conn:
        found: str | None = conn.execute(sa.select(sa.func.min(p.c.due)).where(p.c.due.is_not(None))).scalar()
    return found
