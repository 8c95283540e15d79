"""What a test run shows of each step: what it did in words, values before and after, and what else would begin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.records import ask, load
from runtime.records.act import Act
from runtime.records.names import RecordNames
from runtime.storage import system_tables as tables
from runtime.words import Words, read
from runtime.workflows.base import Event, Here
from runtime.workflows.registry import TRIGGERS
from runtime.workflows.rows import Run

CAUSE = "trial"  # of everything a test run writes; nothing stored ever has it
RAN, WAITS, ASKS, FAILED = "ran", "waits", "asks", "failed"
EVENTS = 200  # looked at for what would begin
State = tuple[dict[str, Any], int]


@dataclass
class Change:
    """A field, or a grouping, with what it was and what it would be, as people read it."""

    label: str
    before: str
    after: str


@dataclass
class Line:
    """One step of the path. `outcome` is ran, waits (passed at once), asks (people would have to answer) or failed.

    `branches` are the ways it went, `about` what the record is called where it is another than the run's own, `choices`
    the answers one may take as given, `answer` the one that was taken.
    """

    step: str
    outcome: str
    says: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    about: str = ""
    choices: dict[str, Words] = field(default_factory=dict)
    answer: str = ""


@dataclass(frozen=True)
class Begun:
    """Another workflow that would begin, and for how many records."""

    key: str
    label: Mapping[str, str]
    count: int


def state(here: Here) -> State:
    """The record at hand before a step, and how far the diary of groups had come."""
    last = here.act.conn.execute(sa.select(sa.func.max(tables.diary.c.id))).scalar() or 0
    return _values(here), last


def _values(here: Here) -> dict[str, Any]:
    if not here.about_one:
        return {}
    found = load.records(here.act.conn, here.live, [here.record_id]).get(here.record_id)
    return found.values if found is not None and found.deleted_at is None else {}


def changes(here: Here, before: State, names: RecordNames) -> list[Change]:
    """What a step changed in the record at hand: its fields, and its groups."""
    was, last = before
    now, fields = _values(here), here.live.form.fields
    shown = [Change(read(fields[key].label, names.lang), _shown(fields[key], was.get(key), names), _shown(fields[key], now.get(key), names))
             for key in now if was.get(key) != now.get(key)]
    return [*shown, *_moves(here, last, names.lang)] if here.about_one else []


def _shown(item: Field, value: Any, names: RecordNames) -> str:
    return "" if value is None else item.type.show(value, item.settings, names)


def _moves(here: Here, last: int, lang: str) -> list[Change]:
    d = tables.diary
    rows = here.act.conn.execute(sa.select(d.c.grouping_id, d.c.group_id, d.c.joined).where(
        d.c.id > last, d.c.cause == CAUSE, d.c.record_id == here.record_id).order_by(d.c.id)).all()
    found = []
    for item in here.act.app.groupings_of(here.form):
        known = {number: read(item.newest.groups[key].label, lang) for key, number in item.ids.items() if key in item.newest.groups}
        sides = [[known.get(row.group_id, "") for row in rows if row.grouping_id == item.id and bool(row.joined) is joined] for joined in (False, True)]
        if any(sides):
            found.append(Change(read(item.newest.label, lang), *("、".join(side) if lang == "zh" else ", ".join(side) for side in sides)))
    return found


def about(here: Here, names: RecordNames) -> str:
    """What the record at hand is called, where it is not the one the run is about."""
    if not here.about_one or (here.form, here.record_id) == (here.run.form, here.run.record):
        return ""
    return names.record(here.form, here.record_id) or f"#{here.record_id}"


def begun(act: Act, run: Run) -> list[Begun]:
    """The workflows that would begin by what the test run did, and those it would have run itself."""
    found: dict[str, int] = {}
    e, r = tables.event, tables.run
    rows = act.conn.execute(sa.select(e).where(e.c.app_id == act.app.id, e.c.cause == CAUSE, e.c.kind != "flipped").order_by(e.c.id).limit(EVENTS))
    for row in rows.all():
        event = Event(row.id, row.form, row.kind, json.loads(row.detail), row.by, row.cause, row.depth, row.at)
        for key, count in answering(act, event).items():
            found[key] = found.get(key, 0) + count
    keys = {item.id: key for key, item in act.app.workflows.items()}
    for number, detail in act.conn.execute(sa.select(r.c.workflow_id, r.c.detail).where(r.c.id > run.id, r.c.app_id == act.app.id)).all():
        if json.loads(detail).get("called") == run.id and number in keys:
            found[keys[number]] = found.get(keys[number], 0) + 1
    return [Begun(key, act.app.workflows[key].workflow.label, count) for key, count in found.items()]


def answering(act: Act, event: Event) -> dict[str, int]:
    """The workflows that answer to an event, by key, each with for how many records."""
    found = {}
    for item in act.app.workflows.values():
        name = item.workflow.trigger["type"]
        if item.on and item.workflow.form == event.form and name in TRIGGERS and event.kind in TRIGGERS[name].hears:
            hit = list(TRIGGERS[name].answers(item.workflow.trigger, event, act))
            if event.kind != "removed":
                hit = ask.those(act, act.app.form(event.form), item.workflow.trigger.get("when"), hit)
            if hit:
                found[item.key] = len(hit)
    return found
