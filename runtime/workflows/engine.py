"""The engine: takes places that are due, does their step, and keeps where the run goes, all in one transaction.

A step that was being done when its process died was not done at all; the next worker finds its place as it was. Several
steps may share a transaction while it stays short; each stands in its own savepoint, so that one that fails undoes only itself.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from runtime import clock
from runtime.accounts import actor as actors
from runtime.clock import AsOf
from runtime.errors import Busy, FenzuError, NotFound, Problem
from runtime.records.act import Act, acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.workflows import failing, flows, log, ways
from runtime.workflows.base import Here
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import OPEN, READY, Place, place_of, run_by

LOG = logging.getLogger("fenzu.workflows")
TOGETHER = 50  # places looked at in one transaction
LONG = 0.02  # seconds after which a transaction ends; the rest comes in the next
CAUSE = "workflow"
AGAIN = (5, 30, 120)  # seconds before a step that stumbled is tried again
p = tables.place


def turn(database: Database, live: Live, as_of: AsOf | None = None) -> int:
    """Do what is due in one app, for as long as one transaction may take; gives how many steps that were."""
    now = clock.text(as_of.at if as_of else clock.now())
    with database.read() as conn:
        key = conn.execute(sa.select(tables.app.c.key).join(p, p.c.app_id == tables.app.c.id)
                           .where(p.c.due <= now).order_by(p.c.due, p.c.id).limit(1)).scalar()
        system = actors.system(conn)
    if key is None:
        return 0
    done, began = 0, time.monotonic()
    with acting(database, live, key, system, cause=CAUSE, as_of=as_of) as act:
        for place in _claimed(act):
            step(act, place)
            done += 1
            if time.monotonic() - began > LONG:
                break
    return done


def _claimed(act: Act) -> list[Place]:
    """Places that are due and that no other worker holds; they are ours until the transaction ends."""
    due = sa.select(p).where(p.c.app_id == act.app.id, p.c.due <= act.at).order_by(p.c.due, p.c.id).limit(TOGETHER)
    return [place_of(row) for row in act.conn.execute(due.with_for_update(skip_locked=True))]


def step(act: Act, place: Place) -> None:
    """Do one step of one run, whole or not at all; what goes wrong is kept in the run, where a person finds it."""
    run = run_by(act.conn, place.run_id)
    act.depth = run.depth + 1
    workflow = flows.at(act.conn, run.workflow_id, run.version)
    try:
        with act.conn.begin_nested():
            here = Here(act, run, workflow, flows.step_of(workflow, place.step), place)
            if run.state == OPEN and not gone(here):
                do(here)
    except Busy:
        raise
    except FenzuError as error:
        failing.hold(act, run, place, error.problems[0])
    except OperationalError:
        raise  # a lock or a lost connection: the whole transaction is tried again
    except Exception:
        LOG.exception("step %s of run %s stumbled in attempt %s", place.step, run.id, place.attempts + 1)
        _stumbled(act, run.id, place)


def do(here: Here) -> None:
    """Run the step or wake it, and keep where it leads."""
    kind = STEPS.get(here.step.type)
    if kind is None:
        raise NotFound(Problem(here.step.path, "no_such_step_type", {"type": here.step.type}))
    ways.follow(here, kind.run(here) if here.place.state == READY else kind.wake(here))


def gone(here: Here) -> bool:
    """Whether the record of the run has been deleted meanwhile: such a run ends, and says so."""
    if here.run.record is None or here.run.detail.get("removed"):
        return False
    table = here.act.app.form(here.run.form).tables.main
    there = sa.select(table.c.id).where(table.c.id == here.run.record, table.c.deleted_at.is_(None))
    if here.act.conn.execute(there).first() is not None:
        return False
    here.note("record_gone")
    log.write(here.act.conn, here.run.id, here.lines, here.act.at)
    ways.close(here, "stopped")
    return True


def _stumbled(act: Act, run_id: int, place: Place) -> None:
    """Something that nobody foresaw: a few more tries, then the run waits for a person."""
    if place.attempts >= len(AGAIN):
        failing.hold(act, run_by(act.conn, run_id), place, Problem("", "step_stumbled"))
        return
    later = clock.text(act.as_of.at + timedelta(seconds=AGAIN[place.attempts]))
    act.conn.execute(sa.update(p).where(p.c.id == place.id).values(attempts=place.attempts + 1, due=later))


def next_due(database: Database) -> str | None:
    """When the next place is due; None when all wait for people."""
    with database.read() as conn:
        found: str | None = conn.execute(sa.select(sa.func.min(p.c.due)).where(p.c.due.is_not(None))).scalar()
    return found


