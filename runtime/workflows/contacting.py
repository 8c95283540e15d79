"""A contact written down in one act: the record of the talk, the task it was for ticked off, and the next one planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from runtime.commands import create
from runtime.commands.create import Saved
from runtime.definitions.layout import QUICK
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.records import contacts
from runtime.records.act import Act
from runtime.records.entry import Entry
from runtime.storage.live import LiveApp
from runtime.workflows import desk, todos

SHOWN = 6  # fields of a talk that is written down in a hurry


@dataclass(frozen=True)
class Next:
    """What is to be done next, by whom, on which day and at which time of it; without words, day and time nothing is."""

    title: str
    day: date | None
    person: int
    time: str = ""

    @property
    def wanted(self) -> bool:
        return bool(self.title.strip() or self.day or self.time)


def asked(app: LiveApp, form: str) -> list[str]:
    """The fields in which a talk with a record of a form is written down in a hurry: the short layout, or what must be filled in and the next few."""
    found = contacts.talks_of(app, form)
    if found is None:
        return []
    talk, link, _at = found
    fields = talk.form.live_fields
    short = talk.form.layouts.get(QUICK)
    keys = [key for section in (short or talk.form.layout).sections for key in section.fields if key in fields and key != link.key]
    mine = [key for key in keys if not (fields[key].type.readonly or fields[key].type.computed or fields[key].type.nested)]
    if short:
        return mine
    must = [key for key in mine if fields[key].required]
    more = [key for key in mine if key not in must and fields[key].type.kind in ("text", "choice")]
    few = {*must, *more[: max(0, SHOWN - len(must))]}
    return [key for key in mine if key in few]


def log(act: Act, form: str, record: int, entry: Entry, task: int | None, following: Next) -> Saved:
    """Keep all of it, or nothing; raises Invalid for what is wrong with the talk or the next step."""
    found = contacts.talks_of(act.app, form)
    if found is None:
        raise NotFound(Problem("", "contact_nowhere"))
    if task is not None:
        _tick(act, form, record, task)
    saved, problems = _talk(act, found[0].key, entry)
    if following.wanted:
        try:
            todos.add(act, following.title, following.person, due=todos.due_of(following.day, following.time, act.as_of), form=form, record=record)
        except Invalid as refused:
            problems += [Problem(f"next_{one.path}", one.code, one.params) for one in refused.problems]
    if saved is None or problems:
        raise Invalid(problems)
    return saved


def _talk(act: Act, form: str, entry: Entry) -> tuple[Saved | None, list[Problem]]:
    """The talk, or what is wrong with it; what is wrong with the next step is said beside that."""
    try:
        with act.conn.begin_nested():
            return create.create(act, form, entry), []
    except Invalid as refused:
        return None, list(refused.problems)


def _tick(act: Act, form: str, record: int, task: int) -> None:
    """Tick off what the contact was for; what somebody ticked off meanwhile stays so."""
    one = desk.one(act.conn, task)
    if (one.form, one.record) != (form, record):
        raise NotFound(desk.GONE)
    try:
        todos.done(act, task)
    except Conflict as over:
        if over.problems[0].code != "task_over":
            raise
