"""Auto numbers for records that were there before the field was: in the order they were made, dated by their own day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import actor as actors
from runtime.clock import AsOf, moment
from runtime.commands import filled, rows
from runtime.groups import cascade, membership
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import history, load
from runtime.records.act import Act, acting
from runtime.records.load import Record
from runtime.storage.live import Live, LiveForm
from runtime.storage.record_tables import RecordTables

KIND = "fill_numbers"


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kind of job this room does."""
    return {KIND: lambda job: run(job, live)}


def ask(conn: Connection, app: str, form: str, tables: RecordTables, keys: Sequence[str], by: int | None, app_id: int) -> int | None:
    """Leave a job where records lack a number in one of these fields; those in the recycle bin get theirs, too."""
    if not keys or conn.execute(_lack(tables, keys).limit(1)).first() is None:
        return None
    return queue.put(conn, KIND, {"app": app, "form": form}, by=by, app_id=app_id, once=True)


def run(job: Job, live: Live) -> dict[str, Any] | None:
    """Go through the records of `form` in `app` from the oldest on; gives how many got a number."""
    app, form = job.params["app"], job.params["form"]
    with job.database.read() as conn:
        by = actors.for_job(conn, job.by) or actors.system(conn)
        now = live.app(conn, app).form(form)
        total = conn.execute(_lack(now.tables, _counted(now)).with_only_columns(sa.func.count())).scalar_one()
    given, pace = int(job.state.get("given", 0)), Pace(start=100, most=1_000)
    total += given
    while True:
        with acting(job.database, live, app, by, cause="bulk") as act, pace.chunk():
            now = act.app.form(form)
            lack = _lack(now.tables, _counted(now)).order_by(now.tables.main.c.id).limit(pace.size)
            ids = list(act.conn.execute(lack).scalars())
            fill(act, now, ids)
            given += len(ids)
            job.report(given, total)
            job.checkpoint(act.conn, {"given": given})
        if not ids:
            return {"given": given}
        job.pause()


def _counted(live: LiveForm) -> list[str]:
    return [field.key for field in live.form.live_fields.values() if field.type.counted]


def _lack(tables: RecordTables, keys: Sequence[str]) -> sa.Select[Any]:
    """The records that have no number in one of these fields."""
    return sa.select(tables.main.c.id).where(sa.or_(sa.false(), *(tables.column(key).is_(None) for key in keys)))


def fill(act: Act, live: LiveForm, ids: Sequence[int]) -> None:
    """Give these records the numbers they lack, as they would have got them on the day they were made."""
    records = load.records(act.conn, live, ids, lock=True)
    given: dict[int, dict[str, Any]] = {}
    for day, made in _by_day(act, records).items():
        values = [{key: record.values[key] for key in _counted(live) if record.values.get(key)} for record in made]
        before = [set(each) for each in values]
        filled.number_on(act, live, values, day)
        given |= {r.id: {k: v for k, v in each.items() if k not in had} for r, each, had in zip(made, values, before, strict=True)}
    for key in _counted(live):
        rows.put(act, live, key, {i: values[key] for i, values in given.items() if key in values})
    _follow(act, live, records, given)


def _by_day(act: Act, records: Mapping[int, Record]) -> dict[AsOf, list[Record]]:
    """The records by the day on which they were made, as it was where the organisation is."""
    days: dict[Any, tuple[AsOf, list[Record]]] = {}
    for record in records.values():
        then = AsOf(moment(record.created_at), act.as_of.zone)
        days.setdefault(then.today, (then, []))[1].append(record)
    return dict(days.values())


def _follow(act: Act, live: LiveForm, records: Mapping[int, Record], given: Mapping[int, Mapping[str, Any]]) -> None:
    """Search, history and groups know the new numbers."""
    code = act.app.code_of(live.key)
    now = {i: {**records[i].values, **values} for i, values in given.items() if records[i].deleted_at is None}
    rows.index_again(act, live, rows.search_texts(act.conn, live, code.field if code else None, now))
    notes = ((i, {key: (None, value) for key, value in values.items()}) for i, values in given.items())
    history.note(act.conn, live.id, notes, act="change", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)
    changed = frozenset(_counted(live))
    membership.refresh(act, live, list(given), changed)
    cascade.follow(act, live, list(given), changed, {})
