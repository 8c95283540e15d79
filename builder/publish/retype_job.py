"""Publishing a large form whose fields change their types: carried over in chunks beside people's work, then flipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from builder import drafts
from builder.edits.restore import restored
from builder.edits.settle import settle
from builder.publish import apply as publishing
from builder.publish import retype
from runtime.commands import convert
from runtime.errors import Conflict, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.sql.locks import hold_app
from runtime.storage import retypes, versions
from runtime.storage.live import Live

KIND = "retype"
# So many records written meanwhile are taken along in the transaction that flips.
LAST = 300


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job this room does."""
    return {KIND: lambda job: run(job, live)}


def ask(conn: Connection, app: str, app_id: int, body: Mapping[str, Any], by: int | None, note: str, revision: int | None) -> int | None:
    """Leave the publishing of a form to a job where that many records go over; None where it can be done at once."""
    key = versions.key_of("form", body)
    old = versions.find(conn, app_id, "form", key)
    go = retype.going(conn, app_id, old, body)
    if old is None or go is None or not retype.large(conn, go):
        return None
    if queue.open_jobs(conn, KIND, app_id):
        raise Conflict(Problem("", "retype_running"))
    params = {"app": app, "form": key, "body": dict(body), "base": old.version, "note": note, "revision": revision}
    return queue.put(conn, KIND, params, by=by, app_id=app_id)


def publish_later(conn: Connection, app: str, app_id: int, key: str, by: int | None, note: str, revision: int) -> int | None:
    """Leave the publishing of a draft to a job, if it is the one that was seen, can be published and is too long to wait for."""
    draft, old = drafts.open_draft(conn, app_id, "form", key), versions.find(conn, app_id, "form", key)
    if old is None or draft.revision != revision or (draft.id and old.version != draft.base_version):
        return None
    go = retype.going(conn, app_id, old, draft.body)
    if go is None or not retype.large(conn, go) or not publishing.preview(conn, app_id, "form", draft.body).possible:
        return None
    return ask(conn, app, app_id, settle(draft.body, old.body), by, note, revision)


def back_later(conn: Connection, app: str, app_id: int, key: str, version: int, by: int | None, note: str) -> int | None:
    """The same for an old version that is published again."""
    draft, old = drafts.open_draft(conn, app_id, "form", key), versions.find(conn, app_id, "form", key)
    if old is None or version > old.version or (draft.id and draft.body != old.body):
        return None
    body = restored("form", versions.body_at(conn, old.id, version), old.body)
    return ask(conn, app, app_id, body, by, note, draft.revision)


def run(job: Job, live: Live) -> dict[str, Any] | None:
    """Carry the values over in chunks, then those that changed meanwhile together with the publishing itself."""
    if "version" not in job.state:
        if "numbers" not in job.state:
            _begin(job)
        _carry(job)
        while not _end(job):
            job.pause()
    _index(job, live)
    return {"version": job.state["version"]}


def _going(conn: Connection, job: Job, known: retype.Going | None = None) -> retype.Going:
    """What goes over; what is `known` of it holds as long as nobody has published the form."""
    assert job.app_id is not None
    base, now = job.params["base"], versions.current(conn, job.app_id, "form", job.params["form"])
    if now != base:
        raise Conflict(Problem("revision", "published_since", {"base": base, "now": now}))
    if known is not None:
        return known.over(conn)
    go = retype.going(conn, job.app_id, versions.find(conn, job.app_id, "form", job.params["form"]), job.params["body"])
    assert go is not None
    return go


def _begin(job: Job) -> None:
    with job.database.write() as conn:
        hold_app(conn, job.app_id or 0, alone=True)
        numbers = retype.prepare(conn, _going(conn, job))
        job.checkpoint(conn, {"numbers": numbers, "since": retypes.last_line(conn), "low": 0})


def _carry(job: Job) -> None:
    """Record by record in their order, as many at once as nobody notices."""
    pace, go, into, ids = Pace(), None, None, [0]
    while ids:
        with job.database.write() as conn, pace.chunk():
            go, state = _going(conn, job, go), job.state
            into = into or retype.into(conn, go, state["numbers"])
            ids = next(convert.pages(conn, go.live.tables, low=state["low"], size=pace.size), [])
            if ids:
                convert.carry(conn, go.live, into, go.moved, ids, go.names)
                job.report(ids[-1], convert.last(conn, go.live.tables))
            job.checkpoint(conn, {**state, "low": ids[-1] if ids else state["low"]})
        job.pause()


def _end(job: Job) -> bool:
    """Take along what was written meanwhile; when that is little, publish in the same transaction."""
    with job.database.write() as conn:
        hold_app(conn, job.app_id or 0, alone=True)
        go, state, line = _going(conn, job), job.state, retypes.last_line(conn)
        late = retypes.written_since(conn, go.live.id, state["since"])
        tables = retype.into(conn, go, state["numbers"])
        for start in range(0, len(late), convert.AT_ONCE):
            convert.carry(conn, go.live, tables, go.moved, late[start : start + convert.AT_ONCE], go.names)
        if len(late) > LAST:
            job.checkpoint(conn, {**state, "since": line})
            return False
        done = publishing.publish_body(
            conn, go.app.id, "form", job.params["body"], job.by, job.params["note"], ready=state["numbers"])
        if job.params["revision"] is not None:
            drafts.landed(conn, go.app.id, "form", go.live.key, job.params["revision"], done.published.version)
        job.checkpoint(conn, {"version": done.published.version, "found": go.found_again, "low": 0})
    return True


def _index(job: Job, live: Live) -> None:
    """Let the search box find what the fields now say."""
    pace = Pace()
    while job.state.get("found"):
        with job.database.write() as conn, pace.chunk():
            app = live.app(conn, job.params["app"])
            form, rule = app.form(job.params["form"]), app.code_of(job.params["form"])
            ids = next(convert.pages(conn, form.tables, low=job.state["low"], size=pace.size), [])
            convert.index_again(conn, form, rule.field if rule else None, ids)
            job.checkpoint(conn, {**job.state, "low": ids[-1] if ids else 0, "found": bool(ids)})
        job.pause()
