"""Everything of somebody who leaves goes to somebody else: the records that name them, and what they were asked to do.

A run is a job that can be taken back: what has been given to a third person since stays where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts import audit, people, superiors
from runtime.accounts.actor import Actor, for_job
from runtime.clock import AsOf
from runtime.commands import bulk, change
from runtime.errors import Conflict, Denied, FenzuError, Invalid, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import entry, load
from runtime.records.act import Act, acting
from runtime.records.queries import Query, Reader, write_marker
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp

KIND, BACK = "hand_over", "hand_back"
OPEN = ("open", "waiting")
HOW = {"person": "=", "people": "hasAnyOf"}  # by a field's kind: how records are found that name somebody
h, t = tables.history, tables.task


class Owned(NamedTuple):
    """How many records name somebody in one field; `whole` is False where there are more than were counted."""

    app: str
    form: str
    field: str
    records: int
    whole: bool


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The jobs of this file."""
    return {KIND: lambda job: hand_over(job, live), BACK: lambda job: hand_back(job, live)}


def places(app: LiveApp) -> Iterator[tuple[str, str]]:
    """The fields of an app that name people: form and field."""
    for key, live in app.forms.items():
        for field in live.form.live_fields.values():
            if field.type.kind in HOW and not field.type.readonly:
                yield key, field.key


def owned(conn: Connection, live: Live, by: Actor, who: int, as_of: AsOf) -> list[Owned]:
    """Where somebody is named, app by app; fields that never name them are left out."""
    found = []
    for key in conn.execute(sa.select(tables.app.c.key).order_by(tables.app.c.position, tables.app.c.id)).scalars():
        app = live.app(conn, key)
        for form, field in places(app):
            count, whole = Reader(conn, app, app.form(form), by, as_of).count(Query(_rule(app, form, field, who)))
            if count:
                found.append(Owned(key, form, field, count, whole))
    return found


def tasks(conn: Connection, who: int) -> int:
    """How many open tasks somebody has, counted to 10,000."""
    few = sa.select(t.c.id).where(t.c.person == who, t.c.state.in_(OPEN)).limit(10_000)
    return int(conn.execute(sa.select(sa.func.count()).select_from(few.subquery())).scalar_one())


def ask(conn: Connection, by: Actor, who: int, to: int) -> int:
    """Begin the job; gives its number. Only for administrators, to somebody who is here."""
    by.must("administer")
    if to == who or not people.get(conn, to).active:
        raise Invalid(Problem("to", "hand_over_to"))
    if open_of(conn, who):
        raise Conflict(Problem("", "hand_over_busy"))
    audit.note(conn, by, "handed_over", people.get(conn, who).name, to=people.get(conn, to).name)
    return queue.put(conn, KIND, {"who": who, "to": to}, by=by.by)


def take_back(conn: Connection, by: Actor, who: int, batch: int) -> int:
    """Begin to take a run back, once; gives the job's number."""
    by.must("administer")
    row = queue.get(conn, batch)
    if row.kind != KIND or row.params["who"] != who or row.open or batch in _backs(conn) or open_of(conn, who):
        raise Conflict(Problem("", "hand_over_busy"))
    audit.note(conn, by, "handed_back", people.get(conn, who).name)
    return queue.put(conn, BACK, {**row.params, "batch": batch, "since": row.value.get("since", 0)}, by=by.by)


def open_of(conn: Connection, who: int) -> list[queue.Row]:
    """The runs about somebody that wait or work."""
    return [row for kind in (KIND, BACK) for row in queue.open_jobs(conn, kind) if row.params["who"] == who]


def last_of(conn: Connection, who: int) -> queue.Row | None:
    """The last run about somebody that has ended and was not taken back."""
    j = tables.job
    ended = sa.select(j).where(j.c.kind == KIND, j.c.state.not_in(queue.OPEN)).order_by(j.c.id.desc()).limit(200)
    rows = (queue.from_row(row) for row in conn.execute(ended))
    return next((row for row in rows if row.params["who"] == who and row.id not in _backs(conn)), None)


def _backs(conn: Connection) -> set[int]:
    j = tables.job
    rows = conn.execute(sa.select(j).where(j.c.kind == BACK, j.c.state != "failed").order_by(j.c.id.desc()).limit(200))
    return {queue.from_row(row).params["batch"] for row in rows}


def hand_over(job: Job, live: Live) -> dict[str, Any]:
    """Field by field, the newest records first; a record that cannot be stored as it is now stays, and is counted."""
    who, to = job.params["who"], job.params["to"]
    with job.database.read() as conn:
        by = _by(conn, job)
        since = job.state.get("since", conn.execute(sa.select(sa.func.max(h.c.id))).scalar() or 0)
        keys = list(conn.execute(sa.select(tables.app.c.key).order_by(tables.app.c.id)).scalars())
        where = [(key, *place) for key in keys for place in places(live.app(conn, key))]
    state = {"at": 0, "low": 0, "done": 0, "left": 0, "since": since, **job.state}
    pace = Pace(start=100, most=bulk.AT_ONCE)
    while state["at"] < len(where):
        key, form, field = where[state["at"]]
        with acting(job.database, live, key, by, cause="bulk", batch=job.id) as act, pace.chunk():
            reader = Reader(act.conn, act.app, act.app.form(form), by, act.as_of)
            after = write_marker([state["low"]]) if state["low"] else None
            ids, more = reader.ids(Query(_rule(act.app, form, field, who), limit=pace.size, after=after))
            done = _give(act, form, field, ids, who, to)
            state |= {"done": state["done"] + done, "left": state["left"] + len(ids) - done, "low": ids[-1] if more else 0}
            state["at"] += 0 if more else 1
            job.report(state["done"])
            job.checkpoint(act.conn, state)
        job.pause()
    with job.database.write() as conn:
        moved = conn.execute(sa.update(t).where(t.c.person == who, t.c.state.in_(OPEN)).values(person=to)).rowcount
        people_moved = superiors.hand_over(conn, who, to)
        job.checkpoint(conn, state)
    return {"done": state["done"], "left": state["left"], "tasks": moved, "people": people_moved, "since": state["since"]}


def hand_back(job: Job, live: Live) -> dict[str, Any]:
    """What a run gave goes back, where it still is as the run left it, field by field as history has it; tasks stay."""
    batch = job.params["batch"]
    with job.database.read() as conn:
        by = _by(conn, job)
        keys = {live.app(conn, key).form(form).id: (key, form) for key in conn.execute(sa.select(tables.app.c.key)).scalars()
                for form in live.app(conn, key).forms}
    state, more = {"low": job.params["since"], "done": 0, **job.state}, True
    while more:
        with job.database.read() as conn:
            lines = conn.execute(sa.select(h.c.id, h.c.form_id, h.c.record_id, h.c.changes).where(h.c.id > state["low"], h.c.batch == batch)
                                 .order_by(h.c.id).limit(bulk.AT_ONCE)).all()
        more = bool(lines)
        for form_id in dict.fromkeys(line.form_id for line in lines if line.form_id in keys):
            key, form = keys[form_id]
            was: dict[int, dict[str, Any]] = {}
            for line in lines:
                if line.form_id == form_id:
                    was.setdefault(line.record_id, {}).update(json.loads(line.changes))
            with acting(job.database, live, key, by, cause="undo", batch=job.id) as act:
                state["done"] += _return(act, form, was)
        if lines:
            state["low"] = lines[-1].id
            with job.database.write() as conn:
                job.checkpoint(conn, state)
        job.pause()
    return {"done": state["done"]}


def _by(conn: Connection, job: Job) -> Actor:
    by = for_job(conn, job.by)
    if by is None or not by.may("administer"):
        raise Denied(Problem("", "denied"))
    return by


def _rule(app: LiveApp, form: str, field: str, who: int) -> dict[str, Any]:
    operator = HOW[app.form(form).form.fields[field].type.kind]
    return {"combinator": "and", "rules": [{"field": field, "operator": operator, "value": who if operator == "=" else [who]}]}


def _give(act: Act, form: str, field: str, ids: list[int], who: int, to: int) -> int:
    """Name somebody else in a field of these records; gives how many were stored."""
    live = act.app.form(form)
    wanted = []
    for record in load.records(act.conn, live, ids, fields=[field]).values():
        value = record.values[field]
        named = value if isinstance(value, list) else [value]
        if who in named:
            given = list(dict.fromkeys(to if one == who else one for one in named))
            wanted.append((record.id, entry.read(live.form, {field: given if isinstance(value, list) else to}, act.names, whole=False)))
    return _store(act, form, wanted)


def _return(act: Act, form: str, was: Mapping[int, Mapping[str, Any]]) -> int:
    """Put back what fields held before a run, where they still hold what it left; how many records that were."""
    live, mine = act.app.form(form), {field for at, field in places(act.app) if at == form}
    wanted = []
    for record in load.records(act.conn, live, list(was)).values():
        same = {field: old for field, (old, new) in was[record.id].items() if field in mine and record.values.get(field) == new}
        if same:
            wanted.append((record.id, entry.read(live.form, same, act.names, whole=False)))
    return _store(act, form, wanted)


def _store(act: Act, form: str, wanted: list[tuple[int, entry.Entry]]) -> int:
    """All together, or one by one where some cannot be stored as they are now."""
    try:
        with act.conn.begin_nested():
            return len(change.change_many(act, form, wanted))
    except FenzuError:
        return sum(_alone(act, form, one) for one in wanted)


def _alone(act: Act, form: str, one: tuple[int, entry.Entry]) -> int:
    try:
        with act.conn.begin_nested():
            return len(change.change_many(act, form, [one]))
    except FenzuError:
        return 0
