"""Publishing later: the body as it is now waits for its hour, whatever becomes of the draft meanwhile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from builder import drafts
from builder.publish.apply import Outcome, publish_body
from builder.publish.effect import into_effect
from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import notices, settings
from runtime.errors import Conflict, Denied, FenzuError, Invalid, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import Kinds
from runtime.messages import say
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.system_tables import scheduled
from runtime.words import Words

KIND = "publish_scheduled"
FURTHEST = timedelta(days=366)
# Where each kind of definition is designed.
PAGES = {"grouping": "/build/{app}/groupings/{key}"}


@dataclass(frozen=True)
class Scheduled:
    """One definition that waits for its hour; times are stored text."""

    id: int
    app_id: int
    kind: str
    key: str
    body: Mapping[str, Any]
    base_version: int
    note: str
    silent: bool
    by: int | None
    at: str
    run_at: str


def kinds() -> Kinds:
    """The kind of job that publishes when the hour has come."""
    return {KIND: run}


def of(conn: Connection, app_id: int, kind: str, key: str) -> Scheduled | None:
    """What waits for a definition, if anything does."""
    return _found(conn, scheduled.c.app_id == app_id, scheduled.c.kind == kind, scheduled.c.key == key)


def _found(conn: Connection, *where: Any) -> Scheduled | None:
    row = conn.execute(sa.select(scheduled).where(*where)).one_or_none()
    return None if row is None else Scheduled(**{**row._mapping, "body": json.loads(row.body)})


def put(conn: Connection, app: str, draft: drafts.Draft, when: datetime, note: str, silent: bool, by: int | None) -> None:
    """Let a draft, as it is now, wait for its hour; refused with everything that would refuse it today."""
    now = clock.now()
    if when <= now or when > now + FURTHEST:
        raise Invalid(Problem("at", "schedule_when"))
    if not draft.id:
        raise Conflict(Problem("", "nothing_to_publish"))
    _rehearse(conn, draft, by)
    cancel(conn, draft.app_id, draft.kind, draft.key)
    values = {"app_id": draft.app_id, "kind": draft.kind, "key": draft.key, "body": json.dumps(draft.body, ensure_ascii=False),
              "base_version": draft.base_version, "note": note, "silent": silent, "by": by, "at": clock.text(now), "run_at": clock.text(when)}
    number = conn.execute(sa.insert(scheduled).values(values).returning(scheduled.c.id)).scalar_one()
    queue.put(conn, KIND, {"app": app, "scheduled": number}, by=by, app_id=draft.app_id, run_at=when)


def move(conn: Connection, app: str, waiting: Scheduled, when: datetime) -> None:
    """Another hour for what waits; the body stays what it was."""
    if when <= clock.now() or when > clock.now() + FURTHEST:
        raise Invalid(Problem("at", "schedule_when"))
    conn.execute(sa.update(scheduled).where(scheduled.c.id == waiting.id).values(run_at=clock.text(when)))
    queue.put(conn, KIND, {"app": app, "scheduled": waiting.id}, by=waiting.by, app_id=waiting.app_id, run_at=when)


def cancel(conn: Connection, app_id: int, kind: str, key: str) -> bool:
    """Nothing waits any more; gives whether something did. Its job finds nothing to do."""
    mine = (scheduled.c.app_id == app_id, scheduled.c.kind == kind, scheduled.c.key == key)
    return bool(conn.execute(sa.delete(scheduled).where(*mine)).rowcount)


def called_off(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """The same where a draft was thrown away or went out at once; kinds of which nothing ever waits cost no statement."""
    if kind in PAGES:
        cancel(conn, app_id, kind, key)


def _rehearse(conn: Connection, draft: drafts.Draft, by: int | None) -> None:
    """Publish and take it back: whoever schedules hears today what is wrong today."""
    point = conn.begin_nested()
    try:
        publish_body(conn, draft.app_id, draft.kind, draft.body, by)
    finally:
        point.rollback()


def run(job: Job) -> dict[str, Any]:
    """The hour has come: publish what was scheduled, or tell those it concerns why not; either way it waits no more."""
    with job.database.write() as conn:
        waiting = _found(conn, scheduled.c.id == job.params["scheduled"])
        if waiting is None or clock.moment(waiting.run_at) > clock.now():
            return {"done": False}
        told: dict[str, Any] = {"grouping": waiting.body["label"]}
        try:
            with conn.begin_nested():
                outcome = _publish(conn, job.params["app"], waiting)
            code, who = "schedule_done", [waiting.by] if waiting.by else []
            told["n"] = outcome.published.version
        except FenzuError as refused:
            code, who = "schedule_failed", notices.builders(conn, waiting.by)
            told["why"] = Words(*(say(refused.problems[0], lang) for lang in ("zh", "en")))
        cancel(conn, waiting.app_id, waiting.kind, waiting.key)
        notices.tell(conn, who, code, told, PAGES[waiting.kind].format(app=job.params["app"], key=waiting.key), waiting.app_id)
    return {"done": code == "schedule_done"}


def _publish(conn: Connection, app: str, waiting: Scheduled) -> Outcome:
    by = actors.for_job(conn, waiting.by)
    if by is None or not by.may("build"):
        raise Denied(Problem("", "schedule_left"))
    old = versions.find(conn, waiting.app_id, waiting.kind, waiting.key)
    now = old.version if old else 0
    if now != waiting.base_version:
        raise Conflict(Problem("", "schedule_overtaken", {"now": now}))
    outcome = publish_body(conn, waiting.app_id, waiting.kind, waiting.body, waiting.by, waiting.note)
    _go_on(conn, waiting, outcome)
    into_effect(conn, app, [outcome], settings.read(conn).zone, waiting.by, silent=waiting.silent)
    return outcome


def _go_on(conn: Connection, waiting: Scheduled, outcome: Outcome) -> None:
    """The draft ends with its publishing; one that was worked on since goes on from the new version."""
    draft = drafts.open_draft(conn, waiting.app_id, waiting.kind, waiting.key)
    if draft.id and draft.body != waiting.body:
        d = tables.draft
        conn.execute(d.update().where(d.c.id == draft.id).values(base_version=outcome.published.version))
    else:
        drafts.discard(conn, waiting.app_id, waiting.kind, waiting.key)
