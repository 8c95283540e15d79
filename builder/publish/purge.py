"""A retired field purged: a version without it at once, and a job that takes its values out of the records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from builder import drafts
from builder.edits import form as edits
from builder.publish import apply as publishing
from builder.publish import retired
from builder.publish.retype_job import KIND as RETYPE
from runtime.accounts import audit
from runtime.accounts.actor import Actor
from runtime.commands import convert, move
from runtime.definitions.form import Field
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.sql.locks import hold_app
from runtime.storage import contents, purges, retypes, versions
from runtime.storage.live import Live, LiveApp, LiveForm
from runtime.words import Words, read

KIND = "purge"
NOTE = Words("彻底清除「{field}」", "Purged “{field}”")


def kinds(live: Live, folder: Path) -> Mapping[str, JobFunction]:
    """The kind of job this room does; `folder` is where the contents of files lie."""
    return {KIND: partial(run, live=live, folder=folder)}


def purge(conn: Connection, app: LiveApp, key: str, field: str, by: Actor, typed: str) -> int:
    """Take a retired field out of its form for good, once its name was typed; gives the job that empties the records."""
    by.must("build")
    hold_app(conn, app.id, alone=True)
    live, item = _retired(conn, app, key, field)
    if typed.strip() not in (text.strip() for text in item.label.values()):
        raise Invalid(Problem("word", "purge_typed", {"field": item.label}))
    records = retired.count(conn, live, [field])[field]
    body = edits.remove_field(live.form.body, field, None)
    line = retypes.last_line(conn)
    publishing.publish_set(conn, app.id, [("form", body)], by.by, NOTE.say(by.lang, field=read(item.label, by.lang)), purged=[field])
    drafts.discard(conn, app.id, "form", key)
    numbers = purges.let_go(conn, live.id, field)
    purges.note(conn, live.id, field, item.label, records, by.by)
    audit.note(conn, by, "field_purged", read(item.label, by.lang), form=read(live.form.label, by.lang), n=records)
    at = purges.of_form(conn, live.id)[field].at
    params = {"app": app.key, "form": key, "field": field, "numbers": numbers, "line": line, "at": at,
              "files": item.type.kind == "file", "coded": item.type.coded, "found": item.type.searchable}
    return queue.put(conn, KIND, params, by=by.by, app_id=app.id)


def _retired(conn: Connection, app: LiveApp, key: str, field: str) -> tuple[LiveForm, Field]:
    """A field that nobody works with: not on the form, in no draft that was not published, in no job."""
    live = app.form(key)
    item = live.form.fields.get(field)
    if item is None or not item.retired:
        raise NotFound(Problem("field", "no_such_field", {"field": field}))
    draft = drafts.open_draft(conn, app.id, "form", key)
    if draft.id and draft.body != live.form.body:
        raise Conflict(Problem("revision", "purge_draft"))
    if any(queue.open_jobs(conn, kind, app.id) for kind in (RETYPE, *move.KINDS)):
        raise Conflict(Problem("", "purge_busy"))
    assert versions.current(conn, app.id, "form", key) == live.version
    return live, item


def run(job: Job, live: Live, folder: Path) -> dict[str, Any] | None:
    """Take the values out of every record and its history, those in the recycle bin too; what is done stays done."""
    pace, low, asked = Pace(), int(job.state.get("low", 0)), job.params
    with job.database.read() as conn:
        form = live.app(conn, asked["app"]).form(asked["form"])
        found, most = purges.places(conn, form.id, asked["numbers"]), convert.last(conn, form.tables)
    digests: list[str] = job.state.get("digests", [])
    while low < most:
        with job.database.write() as conn, pace.chunk():
            form = live.app(conn, asked["app"]).form(asked["form"])
            ids = next(convert.pages(conn, form.tables, low=low, size=pace.size), [])
            high = ids[-1] if ids else most
            digests = [*digests, *_empty(conn, live, form, asked, found, low, high, ids)]
            job.report(high, most)
            job.checkpoint(conn, {"low": high, "digests": digests})
        low = high
        job.pause()
    with job.database.write() as conn:
        contents.forget(conn, folder, digests)
    return {"done": True}


def _empty(conn: Connection, live: Live, form: LiveForm, asked: Mapping[str, Any], found: purges.Places, low: int, high: int,
           ids: list[int]) -> list[str]:
    """One part of the records; gives the files' contents that they no longer name."""
    purges.empty(conn, found, low, high)
    if asked["coded"]:
        purges.take_codes(conn, form.id, low, high)
    purges.forget(conn, form.id, asked["field"], asked["line"], low, high)
    if asked["found"]:
        rule = live.app(conn, asked["app"]).code_of(asked["form"])
        convert.index_again(conn, form, rule.field if rule else None, ids)
    return purges.take_files(conn, form.id, asked["field"], asked["at"], low, high) if asked["files"] else []
