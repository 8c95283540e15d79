"""What people see of runs: the list of a workflow's, one with its log and where it stands, those of a record, figures per step."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime import clock
from runtime.definitions.workflow import Step
from runtime.errors import Problem
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.words import Words, read
from runtime.workflows.registry import STEPS
from runtime.workflows.rows import DONE, FAILED, OPEN, READY, STOPPED, WAITING, Place, Run, place_of, run_of

PAGE = 30
MANY = 999  # beyond this nobody reads a count
CHOICES = 300  # of the newest runs: what they can be filtered by
NEWEST = 2_000  # runs whose lines the figures are made of
LATELY = timedelta(days=30)
OF_RECORD = 20
# What a state is called, its tone and its icon.
STATES = {
    OPEN: (Words("进行中", "Under way"), "info", "player-play"), FAILED: (Words("停住了", "Stuck"), "bad", "alert-triangle"),
    DONE: (Words("跑完了", "Done"), "ok", "check"), STOPPED: (Words("已停下", "Stopped"), "", "player-stop"),
}
r, p, t, line = tables.run, tables.place, tables.task, tables.run_line


@dataclass(frozen=True)
class Filter:
    """Which runs: by state, by records (None: any), by who set them off (0: nobody), by the code of why they stopped."""

    state: str = ""
    records: Sequence[int] | None = None
    by: int | None = None
    why: str = ""


@dataclass
class Standing:
    """One place where a run stands, and whom it asks there."""

    place: Place
    people: list[int] = field(default_factory=list)


@dataclass
class Figures:
    """One step in the last 30 days: how many runs came to it, how often it failed, how long runs waited at it (seconds, all together)."""

    came: int = 0
    failed: int = 0
    waits: int = 0
    waited: int = 0

    @property
    def average(self) -> int | None:
        """Seconds that a run waited here; None where none did."""
        return self.waited // self.waits if self.waits else None


def called(step: Step | None, lang: str) -> str:
    """What a step is called: by its people's name, else by its kind."""
    if step is None:
        return ""
    return read(step.label, lang) or (STEPS[step.type].label.say(lang) if step.type in STEPS else step.type)


def state_of(state: str, lang: str) -> tuple[str, str, str]:
    """A state in words, its tone and its icon."""
    words, tone, icon = STATES[state]
    return words.say(lang), tone, icon


def runs(conn: Connection, workflow_id: int, wanted: Filter, before: int = 0) -> tuple[list[Run], int]:
    """A page of a workflow's runs, the newest first, and from where the next one goes on (0: nowhere)."""
    query = sa.select(r).where(r.c.workflow_id == workflow_id, *_wanted(wanted)).order_by(r.c.id.desc()).limit(PAGE + 1)
    rows = conn.execute(query.where(r.c.id < before) if before else query).all()
    return [run_of(row) for row in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else 0


def _wanted(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(r.c.state == wanted.state)
    if wanted.records is not None:
        found.append(among(r.c.record_id, list(wanted.records)) if wanted.records else sa.false())
    if wanted.by is not None:
        found.append(r.c.by == wanted.by if wanted.by else r.c.by.is_(None))
    if wanted.why:
        found += [r.c.state == FAILED, r.c.why.contains(json.dumps({"code": wanted.why})[1:-1], autoescape=True)]
    return found


def counted(conn: Connection, workflow_id: int, *states: str) -> int:
    """How many runs are in these states, counted up to MANY."""
    some = sa.select(r.c.id).where(r.c.workflow_id == workflow_id, r.c.state.in_(states)).limit(MANY).subquery()
    return int(conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def choices(conn: Connection, workflow_id: int) -> tuple[list[int | None], dict[str, Problem]]:
    """Who set the newest runs off, and why some of them stopped: one problem of each code."""
    newest = conn.execute(sa.select(r.c.by, r.c.why).where(r.c.workflow_id == workflow_id).order_by(r.c.id.desc()).limit(CHOICES)).all()
    people = dict.fromkeys(row.by for row in newest)
    return list(people), {told["code"]: Problem(**told) for row in newest if row.why for told in [json.loads(row.why)]}


def standing(conn: Connection, run_ids: Sequence[int]) -> Mapping[int, list[Standing]]:
    """Where runs stand, by run; a step that waits for its own branches is not among the places."""
    rows = conn.execute(sa.select(p).where(among(p.c.run_id, list(run_ids)), p.c.state.in_((READY, WAITING, FAILED))).order_by(p.c.id).limit(500)).all()
    found = {row.id: Standing(place_of(row)) for row in rows}
    asked = conn.execute(sa.select(t.c.place_id, t.c.person).where(among(t.c.place_id, list(found)), t.c.state == OPEN).order_by(t.c.id)) if found else ()
    for place_id, person in asked:
        found[place_id].people.append(person)
    made: dict[int, list[Standing]] = {}
    for one in found.values():
        made.setdefault(one.place.run_id, []).append(one)
    return made


def of_record(conn: Connection, workflow_ids: Sequence[int], record: int) -> list[Run]:
    """The newest runs about a record."""
    query = sa.select(r).where(r.c.workflow_id.in_(list(workflow_ids)), r.c.record_id == record).order_by(r.c.id.desc()).limit(OF_RECORD)
    return [run_of(row) for row in conn.execute(query)] if workflow_ids else []


def figures(conn: Connection, workflow_id: int, now: datetime) -> dict[str, Figures]:
    """By step what happened in the last 30 days, in the newest runs."""
    # the date is asked of the newest only, and their lines by number: of a workflow that rests no older run is looked at, nor the whole log
    newest = conn.execute(sa.select(r.c.id, r.c.at).where(r.c.workflow_id == workflow_id).order_by(r.c.id.desc()).limit(NEWEST)).all()
    recent = [row.id for row in newest if row.at > clock.text(now - LATELY)]
    if not recent:
        return {}
    mine = among(line.c.run_id, recent)
    found: dict[str, Figures] = {}
    came = sa.select(line.c.step, sa.func.count(line.c.run_id.distinct()), sa.func.sum(sa.case((line.c.code == "failed", 1), else_=0)))
    for step, runs_, failed in conn.execute(came.where(mine, line.c.step != "").group_by(line.c.step)):
        found[step] = Figures(runs_, int(failed))
    for step, params in conn.execute(sa.select(line.c.step, line.c.params).where(mine, line.c.code == "waited").limit(5 * NEWEST)):
        one = found[step]
        one.waits, one.waited = one.waits + 1, one.waited + int(json.loads(params)["seconds"])
    return found
