"""The clock of workflows: who has become due since it last struck, begun once each, whenever it was cut off.

It strikes every hour and at every moment at which somebody is known to be due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import notices, settings
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import FenzuError, NotFound
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.records import ask, events
from runtime.records.act import Act, acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp, LiveWorkflow
from runtime.workflows import failing, inbox, log, strokes
from runtime.workflows.moments import Window
from runtime.workflows.registry import TRIGGERS
from runtime.workflows.strokes import Mark
from runtime.workflows.timed import Part, TimedTrigger

LOG = logging.getLogger("fenzu.workflows")
KIND = "workflow_clock"
SCHEDULES = {KIND: "hour"}
MOST = 20_000  # runs that one moment of a schedule begins
CAUSE = "clock"


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The jobs of this module."""
    return {KIND: lambda job: tick(job, live)}


def tick(job: Job, live: Live) -> dict[str, Any]:
    """One stroke for all apps, and the next one asked for."""
    begun = strike(job.database, live, pause=job.pause)
    with job.database.read() as conn:
        now = AsOf(clock.now(), settings.read(conn).tz)
        moments = [moment for key in _apps(conn) if (moment := following(conn, live.app(conn, key), now)) is not None]
    if moments:
        with job.database.write() as conn:
            queue.put_by(conn, KIND, min(moments))
    return {"begun": begun}


def wake(conn: Connection) -> None:
    """Look at the clock soon: what begins by it has been published."""
    queue.put_by(conn, KIND, clock.now())


def strike(database: Database, live: Live, as_of: AsOf | None = None, pause: Callable[[], None] = lambda: None) -> int:
    """Begin all runs that are due; gives how many."""
    with database.read() as conn:
        now = as_of or AsOf(clock.now(), settings.read(conn).tz)
        system, begun = actors.system(conn), 0
        asked = [(app, item.key) for app in _apps(conn) for item, _ in timed(live.app(conn, app))]
    for app, key in asked:
        more = True
        while more:
            try:
                some, more = _part(database, live, app, key, system, now)
            except NotFound:
                break  # the app was removed in the meantime
            begun += some
            pause()
    return begun


def timed(app: LiveApp) -> list[tuple[LiveWorkflow, TimedTrigger]]:
    """The workflows of an app that begin by the clock and are turned on."""
    kinds = ((item, TRIGGERS.get(item.workflow.trigger["type"])) for item in app.workflows.values() if item.on)
    return [(item, kind) for item, kind in kinds if isinstance(kind, TimedTrigger)]


def following(conn: Connection, app: LiveApp, now: AsOf) -> datetime | None:
    """When somebody in an app may be due next."""
    found = []
    for item, kind in timed(app):
        with suppress(FenzuError):  # the stroke says what is wrong with it
            found.append(kind.following(item.workflow.trigger, conn, app.form(item.workflow.form), now))
    return min((moment for moment in found if moment is not None), default=None)


def _apps(conn: Connection) -> list[str]:
    a = tables.app
    return list(conn.execute(sa.select(a.c.key).where(a.c.state == "ready").order_by(a.c.id)).scalars())


def _part(database: Database, live: Live, app: str, key: str, system: Actor, now: AsOf) -> tuple[int, bool]:
    """One part of one workflow's stroke: how many runs it began, and whether there is more."""
    with acting(database, live, app, system, cause=CAUSE, as_of=now) as act:
        found = next(((item, kind) for item, kind in timed(act.app) if item.key == key), None)
        if found is None:
            return 0, False
        item, kind = found
        mark = strokes.held(act.conn, item, now)
        window, begun, more = mark.window(now), 0, False
        if window is not None:
            try:
                with act.conn.begin_nested():
                    begun, more = _stroke(act, item, kind, mark, window)
            except FenzuError as error:  # the mark stays, so that nobody is lost when it is mended
                failing.count(act, item.id, item.version, log.packed_problem(error.problems[0]))
                return 0, False
        strokes.keep(act.conn, item, mark)
        if begun:
            queue.put(act.conn, events.WORK, {}, once=True)
    return begun, more


def _stroke(act: Act, item: LiveWorkflow, kind: TimedTrigger, mark: Mark, window: Window) -> tuple[int, bool]:
    node, live = item.workflow.trigger, act.app.form(item.workflow.form)
    if mark.until is None:
        kind.prepare(node, act, live)
        if kind.quiet(node, live, window):
            mark.end(window)
            return 0, False
    part = kind.look(node, act, live, window, mark.after)
    begun = _begin(act, item, part, again=window.low < mark.seen)
    if part.after is not None and not _too_many(act, item, kind, mark.begun + begun):
        mark.go_on(window, part.after, begun)
        return begun, True
    mark.end(window)
    return begun, False


def _begin(act: Act, item: LiveWorkflow, part: Part, again: bool) -> int:
    """Runs for those who are due and fit the trigger's rule; where the clock has been before, only those without one."""
    form, due = item.workflow.form, dict(part.due)
    if again and due:
        there = strokes.begun_before(act.conn, item, due)
        due = {one: told for one, told in due.items() if one not in there}
    if None in due:
        return len(inbox.start(act, item, form, None, by=None, depth=0, detail=due[None]))
    fit = ask.those(act, act.app.form(form), item.workflow.trigger.get("when"), [one for one in due if one is not None])
    return len(inbox.begin(act, item, form, {one: due[one] for one in fit}, by=None, depth=0))


def _too_many(act: Act, item: LiveWorkflow, kind: TimedTrigger, begun: int) -> bool:
    """Whether one moment has begun as many runs as it may; the builders hear of it."""
    if not kind.bounded or begun < MOST:
        return False
    LOG.warning("workflow %s began %s runs at one moment; the rest is left out", item.id, begun)
    notices.tell(act.conn, notices.builders(act.conn), "schedule_too_many", {"workflow": dict(item.workflow.label), "n": begun},
                 f"/build/{act.app.key}/workflows/{item.key}/runs", act.app.id)
    return True
