"""Tasks to tick off: asked for by a step, by oneself or by a colleague, about a record or about none.

Whoever a task is for, and whoever asked for it, may tick it off, take that back, move its date and hand it on. Where it is
about a record, the record's history has a line of each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from runtime import clock
from runtime.accounts import notices
from runtime.clock import AsOf
from runtime.errors import Conflict, Denied, Invalid, NotFound, Problem
from runtime.records import access, history
from runtime.records.act import Act
from runtime.records.events import SAMPLES
from runtime.storage import system_tables as tables
from runtime.workflows import asking, desk, moments, reminding
from runtime.workflows.desk import DONE, FOLLOW, FREE, OPEN, Task
from runtime.workflows.rows import WAITING

LONGEST = 200  # characters of a title
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
GRACE = timedelta(seconds=10)  # a run goes on so long after the tick that it waited for: as long as it may be taken back
t, p = tables.task, tables.place


def put(act: Act, title: Mapping[str, str] | str, people: Sequence[int], *, due: str | None = None, form: str = "", record: int | None = None,
        asked_by: int | None = None, run: int | None = None, place: int | None = None, step: str = "") -> list[int]:
    """One task for each of these people, in the transaction that calls for it; gives their numbers."""
    return put_all(act, [New(title, people, due, form, record, asked_by, run, place, step)])


@dataclass(frozen=True, slots=True)
class New:
    """Tasks to be put, the same for each of some people; as `put` is given them."""

    title: Mapping[str, str] | str
    people: Sequence[int]
    due: str | None
    form: str
    record: int | None
    asked_by: int | None
    run: int | None
    place: int | None
    step: str

    def row(self, act: Act) -> dict[str, Any]:
        return {"app_id": act.app.id, "run_id": self.run, "place_id": self.place, "step": self.step, "form": self.form, "record_id": self.record,
                "state": OPEN, "kind": FREE if self.record is None else FOLLOW, "title": json.dumps(self.title, ensure_ascii=False),
                "asked_by": self.asked_by, "at": act.at, "due": self.due}


def put_all(act: Act, tasks: Sequence[New]) -> list[int]:
    """The tasks of several records at once, with a line in the history of each."""
    rows = [{**one.row(act), "person": who} for one in tasks for who in one.people]
    if not rows:
        return []
    found = list(act.conn.execute(sa.insert(t).returning(t.c.id, sort_by_parameter_order=True), rows).scalars())
    timed = {number: row["due"] for number, row in zip(found, rows, strict=True) if has_time(row["due"], act.as_of) and act.cause != SAMPLES}
    reminding.put(act.conn, timed, act.as_of.at)
    noted: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for one in tasks:
        if one.people and one.record is not None:
            noted.setdefault(one.form, []).append((one.record, {"$task_asked": (None, one.title)}))
    for form, lines in noted.items():
        _lines(act, form, lines)
    return found


def add(act: Act, title: str, person: int, *, due: str | None = None, form: str = "", record: int | None = None) -> int:
    """A task that somebody writes for themselves or for a colleague, who must see the record too; raises Invalid, or NotFound for a record that is not theirs to see."""
    said = title.strip()
    if not said or len(said) > LONGEST:
        raise Invalid(Problem("title", "task_title", {"most": LONGEST}))
    _there(act, person)
    if record is not None and not access.visible_ids(act.conn, act.app, act.app.form(form), act.by, [record], act.as_of):
        raise NotFound(Problem("record", "no_such_record"))
    _seeing(act, person, form, record)
    number, = put(act, said, [person], due=due, form=form if record is not None else "", record=record, asked_by=act.by.by)
    _tell(act, person, number, said)
    return number


def end_of(day: date, as_of: AsOf) -> str:
    """The last second of a day: what is due some time that day."""
    return clock.text(as_of.start_of(day + timedelta(days=1)) - timedelta(seconds=1))


def has_time(due: str | None, as_of: AsOf) -> bool:
    """Whether something is due at a time of day, not some time that day: then its people are reminded."""
    return due is not None and due != end_of(clock.moment(due).astimezone(as_of.zone).date(), as_of)


def due_of(day: date | None, at: str, as_of: AsOf) -> str | None:
    """When something is due that is to be done on a day, at a time of it (`15:00`) where one was given; raises Invalid for a time without a day."""
    if not at:
        return end_of(day, as_of) if day else None
    if day is None or not TIME.fullmatch(at):
        raise Invalid(Problem("due", "task_time_day" if day is None else "task_time"))
    return clock.text(moments.local(day, at, as_of.zone))


def done(act: Act, number: int) -> Task:
    """Tick a task off; a run that waited for it goes on once it can no longer be taken back."""
    _hold(act, number)
    task = _mine(act, number)
    _change(act, task, state=DONE, ended_at=act.at, ended_by=act.by.by)
    _note(act, task.form, task.record, "$task_done", None, task.title)
    if task.place_id is not None and not _others(act, task):
        _wake(act, task.place_id)
    return task


def reopen(act: Act, number: int) -> Task:
    """Take a tick back; raises Conflict when the run has gone on meanwhile."""
    _hold(act, number)
    task = _mine(act, number, DONE)
    if task.place_id is not None:
        still = sa.update(p).where(p.c.id == task.place_id, p.c.step == task.step, p.c.state == WAITING).values(due=None)
        if not act.conn.execute(still).rowcount:
            raise Conflict(Problem("", "task_gone_on"))
    _change(act, task, state=OPEN, ended_at=None, ended_by=None)
    _note(act, task.form, task.record, "$task_reopened", None, task.title)
    return task


def move(act: Act, number: int, due: str | None) -> Task:
    """Another day for a task; gives it as it was."""
    task = _mine(act, number)
    _change(act, task, due=due)
    reminding.forget(act.conn, number)
    if due is not None and has_time(due, act.as_of):
        reminding.put(act.conn, {number: due}, act.as_of.at)
    _note(act, task.form, task.record, "$task_moved", _day(act, task.due), _day(act, due))
    return task


def hand(act: Act, number: int, person: int) -> Task:
    """Give a task to a colleague who may see what it is about; whoever gives it counts as having asked for it where nobody did. Gives the task as it was."""
    task = _mine(act, number)
    _there(act, person)
    _seeing(act, person, task.form, task.record)
    _change(act, task, person=person, asked_by=task.asked_by or act.by.by)
    _note(act, task.form, task.record, "$task_handed", act.names.person(task.person), act.names.person(person))
    _tell(act, person, number, task.title)
    return task


def _hold(act: Act, number: int) -> None:
    """Two people who tick the last two tasks at the same moment come one after the other: each sees what the other did."""
    place = act.conn.execute(sa.select(t.c.place_id).where(t.c.id == number)).scalar()
    if place is not None:
        act.conn.execute(sa.select(p.c.id).where(p.c.id == place).with_for_update())


def _mine(act: Act, number: int, state: str = OPEN) -> Task:
    """A task of this app that is the asker's to change and stands as expected."""
    task = desk.one(act.conn, number, lock=True)
    if task.app_id != act.app.id or task.kind not in (FOLLOW, FREE):
        raise NotFound(Problem("", "no_such_task"))
    if act.by.id not in (task.person, task.asked_by):
        raise Denied(Problem("", "task_not_yours"))
    if task.state != state:
        raise Conflict(Problem("", "task_over"))
    return task


def _change(act: Act, task: Task, **values: Any) -> None:
    act.conn.execute(sa.update(t).where(t.c.id == task.id).values(**values))


def _day(act: Act, due: str | None) -> str:
    """A moment as a line of history says it: the day, with the time where it is not the whole day."""
    if due is None:
        return ""
    local = clock.moment(due).astimezone(act.as_of.zone)
    return f"{local:%Y-%m-%d %H:%M}" if has_time(due, act.as_of) else local.date().isoformat()


def _there(act: Act, person: int) -> None:
    who = tables.person
    if act.conn.execute(sa.select(who.c.id).where(who.c.id == person, who.c.active)).first() is None:
        raise Invalid(Problem("person", "task_person"))


def _seeing(act: Act, person: int, form: str, record: int | None) -> None:
    """Nobody is given a task about what they may not see: they could do nothing, and the title tells of the record."""
    if record is None or person == act.by.id:
        return
    if form not in act.app.forms or not asking.sees(act, act.app.form(form), record, person):
        raise Invalid(Problem("person", "task_unseeing", {"who": act.names.person(person) or ""}))


def _tell(act: Act, person: int, number: int, title: Mapping[str, str] | str) -> None:
    if person != act.by.id:
        notices.tell(act.conn, [person], "task_given", {"who": act.by.name, "title": title}, f"/today?task={number}", act.app.id)


def _note(act: Act, form: str, record: int | None, what: str, old: Any, new: Any) -> None:
    """A line in the history of the record that a task is about."""
    if record is not None:
        _lines(act, form, [(record, {what: (old, new)})])


def _lines(act: Act, form: str, lines: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    if form in act.app.forms:
        history.note(act.conn, act.app.form(form).id, lines, act="task", cause=act.cause, by=act.by.by, at=act.at, batch=act.batch)


def waiting(act: Act, place: int) -> bool:
    """Whether somebody has not ticked off yet what a run waits for at a place."""
    return act.conn.execute(sa.select(t.c.id).where(t.c.place_id == place, t.c.state == OPEN).limit(1)).first() is not None


def _others(act: Act, task: Task) -> bool:
    return waiting(act, task.place_id) if task.place_id is not None else False


def _wake(act: Act, place: int) -> None:
    """The last of the tasks is done: the engine looks at the place when the tick stands."""
    from runtime.workflows import work  # late: the engine knows all steps, and the step of these tasks knows this file

    held = act.conn.execute(sa.select(p.c.id).where(p.c.id == place, p.c.state == WAITING).with_for_update()).first()
    if held is not None:
        due = clock.text(act.as_of.at + GRACE)
        act.conn.execute(sa.update(p).where(p.c.id == place).values(due=due))
        work.later(act.conn, due)


def undo_done(act: Act, params: Mapping[str, Any]) -> None:
    """Take a tick back from its toast."""
    reopen(act, params["id"])


def undo_move(act: Act, params: Mapping[str, Any]) -> None:
    """Give a task the date it had."""
    move(act, params["id"], params["due"])


def undo_hand(act: Act, params: Mapping[str, Any]) -> None:
    """A task comes back from whom it was handed to, as long as they still have it; what the bell told them goes where they have not looked yet."""
    number, to = params["id"], params["to"]
    task = desk.one(act.conn, number, lock=True)
    if task.state != OPEN or task.person != to:
        raise Conflict(Problem("", "task_over"))
    _change(act, task, person=params["person"], asked_by=params["asked_by"])
    _note(act, task.form, task.record, "$task_handed", act.names.person(to), act.names.person(params["person"]))
    notices.take_back(act.conn, [to], "task_given", f"/today?task={number}")


UNDOS = {"task_done": undo_done, "task_moved": undo_move, "task_handed": undo_hand}
