"""The values of one field given to another of the same form: rehearsed, done by a job through the one writer, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.actor import for_job
from runtime.commands import change, convert
from runtime.commands.convert import Switch
from runtime.definitions.form import Field
from runtime.errors import Denied, Invalid, NotFound, Problem
from runtime.fields.conversions import targets
from runtime.jobs.job import Job
from runtime.jobs.kinds import JobFunction
from runtime.jobs.pace import Pace
from runtime.records import entry, load
from runtime.records.act import Act, acting
from runtime.records.entry import Entry
from runtime.records.names import RecordNames
from runtime.sql.lists import among
from runtime.storage.live import Live, LiveForm
from runtime.storage.system_tables import history

MOVE, BACK = KINDS = ("move_values", "move_back")
MOST, SAMPLES = 50_000, 3


@dataclass
class Tally:
    """What moving would do: values that stay as they read, that change, that cannot be read or do not fit, and records
    whose other field holds something already and keeps it. `whole` is False when only the first were looked at.
    """

    fit: int = 0
    change: int = 0
    fail: int = 0
    taken: int = 0
    changed: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, Problem]] = field(default_factory=list)
    whole: bool = True

    @property
    def moved(self) -> int:
        """How many records would be changed."""
        return self.fit + self.change


class Mover:
    """The way of values from one field into another, each different value looked at once."""

    def __init__(self, live: LiveForm, source: str, target: str, names: RecordNames) -> None:
        self.live, self.names = live, names
        self.way = Switch(live.form.fields[source], live.form.fields[target], None)
        self._read: dict[str, Entry] = {}

    def over(self, value: Any) -> tuple[convert.Told, Entry | None, Problem | None]:
        """What becomes of a value: how it reads, the change it makes of a record, or why it makes none."""
        told, key = self.way.over(value, self.names), self.way.now.key
        if told.made.refused is not None:
            why = told.made.refused
            return told, None, Problem(key, why.code, {"field": self.way.now.label, "text": told.said, **why.params})
        name = json.dumps(told.made.value, default=entry.plain)
        if name not in self._read:
            self._read[name] = entry.read(self.live.form, {key: told.made.value}, self.names, whole=False)
        made = self._read[name]
        return told, made if made.ok else None, None if made.ok else made.problem(key) or made.problems[0]


def takers(live: LiveForm, source: str) -> list[Field]:
    """The fields of a form that can take this field's values."""
    was = live.form.fields[source]
    able = {kind.name for kind in (was.type, *targets(was.type))}
    found = [item for key, item in live.form.live_fields.items() if key != source and item.type.name in able and _open(item)]
    return sorted(found, key=lambda item: (item.key == live.form.title_field, item.type.name != was.type.name))


def _open(item: Field) -> bool:
    kind = item.type
    return not (kind.computed or kind.readonly or kind.stamped or kind.nested or kind.tagged or kind.kind == "file")


def rehearse(conn: Connection, live: LiveForm, source: str, target: str, names: RecordNames) -> Tally:
    """Look at every live record, or the first of a very large form; nothing is written."""
    found, mover, seen = Tally(), _mover(live, source, target, names), 0
    for ids in convert.pages(conn, live.tables, alive=True):
        if seen >= MOST:
            found.whole = False
            break
        seen += len(ids)
        for _, value, taken in _held(conn, mover, ids):
            _count(found, mover, value, taken)
    return found


def _mover(live: LiveForm, source: str, target: str, names: RecordNames) -> Mover:
    if source not in live.form.fields or target not in {item.key for item in takers(live, source)}:
        raise NotFound(Problem("to", "no_such_field", {"field": target}))
    return Mover(live, source, target, names)


def _held(conn: Connection, mover: Mover, ids: Sequence[int]) -> Iterator[tuple[int, Any, bool]]:
    """Records with something to move: its number, the value, and whether the other field holds something already."""
    source, target = mover.way.was.key, mover.way.now.key
    records = load.records(conn, mover.live, ids, fields=[source, target])
    convert.prime([mover.way], records, mover.names)
    for i, record in records.items():
        if record.values.get(source) is not None:
            yield i, record.values[source], record.values.get(target) is not None


def _count(found: Tally, mover: Mover, value: Any, taken: bool) -> None:
    if taken:
        found.taken += 1
        return
    told, made, why = mover.over(value)
    if made is None:
        found.fail += 1
        if why is not None and len(found.failed) < SAMPLES and told.said not in (said for said, _ in found.failed):
            found.failed.append((told.said, why))
    elif told.made.same:
        found.fit += 1
    else:
        found.change += 1
        if len(found.changed) < SAMPLES and (told.said, told.shown) not in found.changed:
            found.changed.append((told.said, told.shown))


def kinds(live: Live) -> Mapping[str, JobFunction]:
    """The kinds of job this file does."""
    return {MOVE: partial(_through, live=live, part=_move), BACK: partial(_through, live=live, part=_back)}


def _through(job: Job, live: Live, part: Any) -> dict[str, Any]:
    """Go through the records in order, some at a time, each part and its place in one transaction."""
    with job.database.read() as conn:
        by = for_job(conn, job.by)
    if by is None:
        raise Denied(Problem("", "denied"))
    state, pace, ids = {"low": 0, "done": 0, "left": 0, **job.state}, Pace(start=50, most=500), [0]
    while ids:
        with acting(job.database, live, job.params["app"], by, cause="bulk", batch=job.id) as act, pace.chunk():
            form = act.app.form(job.params["form"])
            ids = next(convert.pages(act.conn, form.tables, alive=True, low=state["low"], size=pace.size), [])
            done, left = part(act, form, job.params, ids) if ids else (0, 0)
            state = {"low": ids[-1] if ids else state["low"], "done": state["done"] + done, "left": state["left"] + left}
            job.report(state["low"], convert.last(act.conn, form.tables))
            job.checkpoint(act.conn, state)
        job.pause()
    return {"done": state["done"], "left": state["left"]}


def _move(act: Act, live: LiveForm, asked: Mapping[str, Any], ids: Sequence[int]) -> tuple[int, int]:
    mover = _mover(live, asked["from"], asked["to"], act.names)
    wanted = [(i, mover.over(value)[1]) for i, value, taken in _held(act.conn, mover, ids) if not taken]
    return _write(act, live.key, [(i, replace(made, values=dict(made.values))) for i, made in wanted if made is not None])


def _back(act: Act, live: LiveForm, asked: Mapping[str, Any], ids: Sequence[int]) -> tuple[int, int]:
    """Make blank again what one move filled, unless somebody has written something else since."""
    if asked["from"] not in live.form.fields or asked["to"] not in live.form.fields:
        raise NotFound(Problem("to", "move_gone"))
    h, key = history, asked["to"]
    rows = act.conn.execute(sa.select(h.c.record_id, h.c.changes).where(
        h.c.form_id == live.id, among(h.c.record_id, ids), h.c.batch == asked["batch"], h.c.id > asked["line"]))
    given = {row.record_id: changes[key][1] for row in rows if key in (changes := json.loads(row.changes))}
    records = load.records(act.conn, live, sorted(given), fields=[key])
    same = [i for i, record in records.items() if json.loads(json.dumps(record.values[key], default=entry.plain)) == given[i]]
    return _write(act, live.key, [(i, entry.read(live.form, {key: None}, act.names, whole=False)) for i in same])


def _write(act: Act, form: str, changes: Sequence[tuple[int, Entry]]) -> tuple[int, int]:
    """Change the records; where one of them is refused, one by one, so that it alone stays as it is."""
    try:
        with act.conn.begin_nested():
            done = len(change.change_many(act, form, changes))
    except Invalid:
        if len(changes) == 1:
            return 0, 1
        done = sum(_write(act, form, [one])[0] for one in changes)
    return done, len(changes) - done
