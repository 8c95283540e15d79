"""The two jobs of an import: look through the whole list and store nothing, then bring it in chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor, for_job
from runtime.clock import AsOf
from runtime.errors import Denied, Invalid, Problem
from runtime.exchange import plan as plans
from runtime.exchange import upload as uploads
from runtime.exchange.importer_check import Look
from runtime.exchange.importer_lines import Line, LineReader
from runtime.exchange.importer_names import ImportNames
from runtime.exchange.importer_store import Outcome, store
from runtime.exchange.plan import Plan
from runtime.exchange.problems import BadRows
from runtime.exchange.reading import Reading, Row
from runtime.exchange.upload import Upload
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.pace import Pace
from runtime.records import access
from runtime.records.act import Act, acting
from runtime.storage.live import Live, LiveApp

CHECKED_AT_ONCE = 500
COUNTS = ("created", "updated", "unchanged", "skipped", "bad")


@dataclass
class Source:
    """What a job reads from: the upload, its reading and its plan, for the person who asked."""

    upload: Upload
    reading: Reading
    plan: Plan
    actor: Actor
    app: LiveApp

    def reader(self, conn: Connection, app: LiveApp) -> LineReader:
        """A reader of lines by the definitions of `app`; raises Invalid where the plan no longer fits them."""
        live = app.form(self.upload.form)
        problems = plans.problems(live, self.plan, self.reading.columns)
        if problems:
            raise Invalid(problems)
        able = plans.creatable(app, live, self.plan)
        create = [str(item.form) for key, item in able.items() if key in self.plan.create]
        return LineReader(
            live, self.plan, ImportNames(conn, app, self.actor, create), text=bool(self.reading.look.encoding)
        )

    @property
    def form(self) -> str:
        return self.upload.form


def ask(conn: Connection, kind: str, upload: Upload, actor: Actor, app: LiveApp) -> int:
    """Put a job for an upload; the plan goes along as it is now."""
    access.must(app, actor, "import")
    params = {
        "token": upload.token,
        "app": upload.app,
        "form": upload.form,
        "plan": dict(upload.plan or {}),
        "options": dict(upload.options),
    }
    return queue.put(conn, kind, params, by=actor.id, app_id=app.id)


def _open(job: Job, live: Live, scratch: Path) -> Source:
    params = job.params
    upload = uploads.find(scratch, params["token"], job.by, params["app"], params["form"])
    upload = uploads.Upload(**{**vars(upload), "options": params["options"]})
    with job.database.read() as conn:
        actor = for_job(conn, job.by)
        if actor is None:
            raise Denied(Problem("", "denied"))
        app = live.app(conn, params["app"])
    access.must(app, actor, "import")
    return Source(upload, upload.open(), plans.from_json(params["plan"]), actor, app)


def check_file(job: Job, live: Live, scratch: Path) -> dict[str, Any]:
    """Read every row and say what would happen; nothing is stored."""
    source = _open(job, live, scratch)
    bad = BadRows(bad_path(source.upload, job.id), 0, source.actor.lang)
    with job.database.read() as conn:
        act = Act(conn, source.app, source.actor, AsOf(clock.now(), ZoneInfo(source.actor.zone)), "import", job.id)
        look = Look(act, source.reader(conn, source.app))
        rows = source.reading.rows()
        while part := list(islice(rows, CHECKED_AT_ONCE)):
            bad.add(look.add(part))
            job.report(look.rows, source.reading.total, **look.counts())
            job.pause()
    bad.write_workbook(problem_path(source.upload, job.id), source.reading)
    return look.result()


def import_file(job: Job, live: Live, scratch: Path) -> dict[str, Any]:
    """Store the rows, each chunk with its position; a new start after a crash goes on behind the last stored chunk."""
    source = _open(job, live, scratch)
    state = {**dict.fromkeys((*COUNTS, "row", "size", "done"), 0), **job.state}
    bad = BadRows(bad_path(source.upload, job.id), state["size"], source.actor.lang)
    pace = Pace(start=200, least=20, most=4000)
    rows = (row for row in source.reading.rows() if row.number > state["row"])
    with job.database.read() as conn:
        reader = source.reader(conn, source.app)
    for part in _parts(rows, pace):
        with job.database.read() as conn:
            reader = _current(source, live, conn, reader)
            lines = _lines(reader, conn, part)
        job.pause()
        with (
            acting(job.database, live, source.upload.app, source.actor, cause="import", batch=job.id) as act,
            pace.chunk(),
        ):
            if act.app.revision != reader.names.app.revision:  # published while we were reading
                reader = source.reader(act.conn, act.app)
                lines = _lines(reader, act.conn, part)
            outcome = store(act, reader.live, source.plan, reader.names, lines)
            bad.add(outcome.bad)
            state = _after(state, outcome, part, bad.size)
            job.report(state["done"], max(source.reading.total, state["done"]), **{key: state[key] for key in COUNTS})
            job.checkpoint(act.conn, state)
    if state["bad"]:
        bad.write_workbook(problem_path(source.upload, job.id), source.reading)
    with job.database.write() as conn:  # the search index comes after what was written
        queue.put(conn, "index", {}, once=True)
    return {key: state[key] for key in (*COUNTS, "done")}


def _parts(rows: Iterator[Row], pace: Pace) -> Iterator[list[Row]]:
    while part := list(islice(rows, pace.size)):
        yield part


def _current(source: Source, live: Live, conn: Connection, reader: LineReader) -> LineReader:
    """The reader, or a new one where the definitions have changed."""
    app = live.app(conn, source.upload.app)
    return reader if app.revision == reader.names.app.revision else source.reader(conn, app)


def _lines(reader: LineReader, conn: Connection, part: list[Row]) -> list[Line]:
    reader.names.begin(conn)
    return reader.read(part)


def _after(state: dict[str, Any], outcome: Outcome, part: list[Row], size: int) -> dict[str, Any]:
    """The checkpoint behind a chunk."""
    new = {key: state[key] + getattr(outcome, key) for key in COUNTS if key != "bad"}
    return {
        **state,
        **new,
        "bad": state["bad"] + len(outcome.bad),
        "row": part[-1].number,
        "size": size,
        "done": state["done"] + len(part),
    }


def bad_path(upload: Upload, job_id: int) -> Path:
    """Where a job keeps the numbers and reasons of rows that stay out."""
    return upload.folder / f"bad-{job_id}.jsonl"


def problem_path(upload: Upload, job_id: int) -> Path:
    """Where a job leaves the workbook of the rows that stayed out."""
    return upload.folder / f"problems-{job_id}.xlsx"
