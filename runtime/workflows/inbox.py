"""The inbox: turns what happened into runs, in the transaction that lets go of the event."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from runtime import clock
from runtime.accounts import actor as actors
from runtime.clock import AsOf
from runtime.errors import Busy, FenzuError, Problem
from runtime.records import ask, events
from runtime.records.act import Act, acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database, passing
from runtime.storage.live import Live, LiveWorkflow
from runtime.workflows import batches, failing, log
from runtime.workflows.base import Event
from runtime.workflows.registry import TRIGGERS
from runtime.workflows.rows import FAILED, OPEN, READY

LOG = logging.getLogger("fenzu.workflows")
TOGETHER = 20  # events in one transaction, each of at most 500 records
LONG = 0.02  # seconds after which a transaction ends
DEEPEST = 8  # workflows that one act may set off one after the other
OFTEN = 20  # runs of one workflow for one record in an hour, where workflows set each other off
e, p, r = tables.event, tables.place, tables.run
events.HEARS.update({kind.name: kind.hears for kind in TRIGGERS.values()})  # what nobody waits for is not written down


def drain(database: Database, live: Live, as_of: AsOf | None = None) -> int:
    """Begin the runs that the oldest events of one app call for; gives how many events that were.

    An app whose events are all in other hands, or that is broken, does not keep the others waiting.
    """
    passed: list[int] = []
    while True:
        with database.read() as conn:
            app = _next_app(conn, passed)
            system = actors.system(conn) if app is not None else None
        if app is None or system is None:
            return 0
        try:
            with acting(database, live, app.key, system, cause="workflow", as_of=as_of) as act:
                done = _oldest(act)
        except (Busy, DBAPIError):
            raise
        except Exception:
            LOG.exception("the events of the app %s cannot be answered", app.key)
            done = 0
        if done:
            return done
        passed.append(app.id)


def _next_app(conn: Connection, passed: Sequence[int]) -> sa.Row[int, str] | None:
    """Whose event has waited longest, but for the apps that were looked at."""
    query = sa.select(tables.app.c.id, tables.app.c.key).join(e, e.c.app_id == tables.app.c.id)
    return conn.execute(query.where(tables.app.c.id.not_in(passed)).order_by(e.c.id).limit(1)).first()


def _oldest(act: Act) -> int:
    """As many events as fit into one transaction."""
    oldest = sa.select(e).where(e.c.app_id == act.app.id).order_by(e.c.id).limit(TOGETHER).with_for_update(skip_locked=True)
    taken, until = [], time.monotonic() + LONG
    for row in act.conn.execute(oldest).all():
        _take(act, Event(row.id, row.form, row.kind, json.loads(row.detail), row.by, row.cause, row.depth, row.at))
        taken.append(row.id)
        if time.monotonic() > until:
            break
    act.conn.execute(sa.delete(e).where(e.c.id.in_(taken)))
    return len(taken)


def _take(act: Act, event: Event) -> None:
    """Let every workflow answer; one that cannot does not keep the others from it, and is counted as failed."""
    if event.kind == "flipped":
        _spread(act, event)
        return
    for item in act.app.workflows.values():
        trigger = TRIGGERS.get(item.workflow.trigger["type"]) if item.workflow.trigger["type"] in TRIGGERS else None
        if not item.on or item.workflow.form != event.form or trigger is None or event.kind not in trigger.hears:
            continue
        try:
            with act.conn.begin_nested():
                found = trigger.answers(item.workflow.trigger, event, act)
                fit = _fitting(act, item, event, found)
                if batches.once(item.workflow.trigger):
                    _batched(act, item, event, list(fit))
                else:
                    begin(act, item, event.form, fit, by=event.by, depth=event.depth)
        except Exception as error:
            if isinstance(error, Busy) or (isinstance(error, DBAPIError) and passing(error)):
                raise
            if not isinstance(error, FenzuError):
                LOG.exception("the workflow %s cannot answer the event %s", item.key, event.id)
            told = error.problems[0] if isinstance(error, FenzuError) else Problem("", "step_stumbled")
            failing.count(act, item.id, item.version, log.packed_problem(told))


def _fitting(act: Act, item: LiveWorkflow, event: Event, found: Mapping[int, Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Those the trigger's own rule lets in; who has been deleted meanwhile is asked nothing more."""
    if event.kind == "removed":
        return {one: {**detail, "removed": True} for one, detail in found.items()}
    kept = ask.those(act, act.app.form(event.form), item.workflow.trigger.get("when"), list(found))
    return {one: found[one] for one in kept}


def _batched(act: Act, item: LiveWorkflow, event: Event, ids: Sequence[int]) -> None:
    """One run for all of them, or room in the one that is still gathering."""
    for detail in batches.parts(batches.joined(act, item, event, ids) if ids else ()):
        if event.depth >= DEEPEST:
            _refused(act, item, event.form, [(None, detail)], event.by, event.depth)
        else:
            _begun(act, item, event.form, [(None, detail)], event.by, event.depth, due=batches.due(act))


def begin(act: Act, item: LiveWorkflow, form: str, found: Mapping[int, Mapping[str, Any]], *, by: int | None, depth: int) -> list[int]:
    """Begin a run for each record, standing before its first step; gives the numbers of the runs."""
    if not found:
        return []
    looping = set(found) if depth >= DEEPEST else _often(act.conn, item.id, list(found), act) if depth else set()
    return [*_begun(act, item, form, [(one, detail) for one, detail in found.items() if one not in looping], by, depth),
            *_refused(act, item, form, [(one, found[one]) for one in looping], by, depth)]


def _begun(act: Act, item: LiveWorkflow, form: str, records: Sequence[tuple[int | None, Mapping[str, Any]]], by: int | None, depth: int,
           due: str | None = None) -> list[int]:
    first = item.workflow.first
    state = OPEN if first is not None else "done"
    runs = _put(act.conn, [{**_run(act, item, form, one, detail, by, depth), "state": state, "ended_at": None if first else act.at} for one, detail in records])
    if first is not None and runs:
        act.conn.execute(sa.insert(p), [{"app_id": act.app.id, "run_id": run, "parent": None, "step": first, "state": READY,
                                         "data": "{}", "attempts": 0, "due": due or act.at} for run in runs])
    return runs


def _refused(act: Act, item: LiveWorkflow, form: str, records: Sequence[tuple[int | None, Mapping[str, Any]]], by: int | None, depth: int) -> list[int]:
    """Workflows that set each other off without end: the run is there, says why, and does nothing."""
    if not records:
        return []
    told = log.packed_problem(Problem("", "workflow_loop", {"workflow": dict(item.workflow.label), "most": DEEPEST, "often": OFTEN}))
    rows = [{**_run(act, item, form, one, detail, by, depth), "state": FAILED, "why": told, "ended_at": act.at} for one, detail in records]
    failing.count(act, item.id, item.version, told)
    return _put(act.conn, rows)


def _run(act: Act, item: LiveWorkflow, form: str, record: int | None, detail: Mapping[str, Any], by: int | None, depth: int) -> dict[str, Any]:
    return {"app_id": act.app.id, "workflow_id": item.id, "version": item.version, "form": form, "record_id": record, "depth": depth,
            "by": by, "detail": log.packed(detail), "why": "", "at": act.at}


def _put(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    if not rows:
        return []
    found = conn.execute(sa.insert(r).returning(r.c.id, sort_by_parameter_order=True), [dict(row) for row in rows])
    return list(found.scalars())


def _often(conn: Connection, workflow_id: int, records: Sequence[int], act: Act) -> set[int]:
    """Records for which this workflow has begun too often within the hour."""
    since = clock.text(act.as_of.at - timedelta(hours=1))
    counted = sa.select(r.c.record_id).where(r.c.workflow_id == workflow_id, r.c.record_id.in_(list(records)), r.c.at > since)
    return set(conn.execute(counted.group_by(r.c.record_id).having(sa.func.count() >= OFTEN)).scalars())


def start(act: Act, item: LiveWorkflow, form: str, record: int | None, *, by: int | None, depth: int, detail: Mapping[str, Any]) -> list[int]:
    """Begin one run that no event called for: by a button, by the clock or by another workflow."""
    if record is None:
        return _begun(act, item, form, [(None, detail)], by, depth)
    return begin(act, item, form, {record: detail}, by=by, depth=depth)


def _spread(act: Act, event: Event) -> None:
    """A build took over and moved people: the diary says whom, and each 500 of them become an event of their own."""
    d, grouping = tables.diary, act.app.groupings.get(event.detail["grouping"])
    if grouping is None:
        return
    names = {number: key for key, number in grouping.ids.items()}
    rows = act.conn.execute(sa.select(d.c.record_id, d.c.group_id, d.c.joined).where(
        d.c.grouping_id == grouping.id, d.c.at == event.detail["at"], d.c.record_id > event.detail.get("after", 0))
        .order_by(d.c.record_id).limit(2 * events.CHUNK)).all()
    moved: dict[int, list[list[str]]] = {}
    for row in rows:
        moved.setdefault(row.record_id, [[], []])[row.joined].append(names.get(row.group_id, ""))
    if len(rows) == 2 * events.CHUNK and len(moved) > 1:
        moved.pop(rows[-1].record_id)  # perhaps not all of its lines; the next part begins with it
        _again(act, event, max(moved))
    _write(act, event, "moved", {"ids": list(moved), "changes": {str(one): {grouping.key: sides} for one, sides in moved.items()}})


def _again(act: Act, event: Event, after: int) -> None:
    _write(act, event, "flipped", {**event.detail, "after": after})


def _write(act: Act, event: Event, kind: str, detail: Mapping[str, Any]) -> None:
    act.conn.execute(sa.insert(e).values(app_id=act.app.id, form=event.form, kind=kind, detail=log.packed(detail), by=event.by,
                                         cause=event.cause, depth=event.depth, at=event.at))


def waiting(conn: Connection, apps: Iterable[int] = ()) -> bool:
    """Whether any event waits."""
    query = sa.select(e.c.id).limit(1)
    wanted = list(apps)
    return conn.execute(query.where(e.c.app_id.in_(wanted)) if wanted else query).first() is not None
