"""Tasks as people read them: whom they are about, in which group, when one last talked, and what can be done from the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from flask import url_for

from runtime import clock, words
from runtime.definitions.grouping import Group
from runtime.errors import NotFound
from runtime.groups import membership
from runtime.records import access, contacts
from runtime.records.queries import Query, Reader
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, places, sheet
from runtime.words import Words
from runtime.workflows import desk, todos
from runtime.workflows.desk import Task

NEVER = Words("还没联系过", "never contacted")
TALKED = {0: Words("今天联系过", "contacted today"), 1: Words("昨天联系过", "contacted yesterday")}
DAYS_AGO = Words("上次 {n} 天前", "last contact {n} days ago")
LATE = Words("晚了 {n} 天", "{n} day late|{n} days late")
ALL_DAY = Words("全天", "All day")


STATES = {
    "open": Words("没办", "open"), "waiting": Words("还没轮到", "not their turn"), "done": Words("做完了", "done"), "approved": Words("同意了", "approved"),
    "refused": Words("没同意", "refused"), "returned": Words("退回了", "returned"), "filled": Words("填好了", "filled in"), "handed": Words("转给别人了", "handed on"),
    "late": Words("过了时限", "out of time"), "gone": Words("不用办了", "no longer needed"),
}
KINDS = {desk.APPROVE: Words("审批", "Approval"), desk.FILL: Words("填写", "Fill in"), desk.FOLLOW: Words("跟进", "Follow-up"), desk.FREE: Words("任务", "Task")}


@dataclass
class About:
    """The record that a task is about, as far as the asker may see it."""

    app: LiveApp
    live: LiveForm
    title: str
    href: str
    group: Group | None
    contact: str
    talk: str = ""  # where a talk with it is written down


@dataclass
class Row:
    """One task of a list; `about` is None where it is about no record, or about one that the asker may not see."""

    task: Task
    said: str
    about: About | None = None
    asker: str = ""
    doer: str = ""
    when: str = ""
    late: str = ""
    state: str = ""
    kind: str = ""
    asks: str = ""  # of an approval: when it needs an opinion

    @property
    def hidden(self) -> bool:
        """About a record that has gone, or that the asker may not see: nothing of it is told."""
        return self.task.record is not None and self.about is None

    @property
    def over(self) -> bool:
        return self.task.ended_at is not None


class Rows:
    """Tasks of all apps made into rows, with a few statements for each form they are about."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks = list(tasks)
        self.lang = here.actor().lang
        self.abouts: dict[tuple[int, str, int], About] = {}
        for (app_id, form), group in self._by_form().items():
            self._read(app_id, form, group)

    @cached_property
    def apps(self) -> Mapping[int, LiveApp]:
        """The apps that tasks belong to, by number; without those that have gone."""
        ids = {task.app_id for task in self.tasks}
        found = here.conn().execute(sa.select(tables.app.c.id, tables.app.c.key).where(tables.app.c.id.in_(ids))) if ids else ()
        return {row.id: here.app(row.key) for row in found}

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Names of those who asked and of those who are asked."""
        who = tables.person
        ids = {one for task in self.tasks for one in (task.asked_by, task.person) if one}
        found = here.conn().execute(sa.select(who.c.id, who.c.name).where(who.c.id.in_(ids))) if ids else ()
        return {row.id: row.name for row in found}

    def _by_form(self) -> dict[tuple[int, str], list[int]]:
        found: dict[tuple[int, str], list[int]] = {}
        for task in self.tasks:
            if task.record is not None:
                found.setdefault((task.app_id, task.form), []).append(task.record)
        return found

    def _read(self, app_id: int, form: str, records: Sequence[int]) -> None:
        app = self.apps.get(app_id)
        if app is None or form not in app.forms:
            return
        live, ids = app.form(form), tuple(dict.fromkeys(records))
        reader = Reader(here.conn(), app, live, here.actor(), here.as_of())
        names = here.names(app)
        seen = reader.page(Query(ids=ids, limit=len(ids)), [live.form.title_field]).records
        groups = membership.groups_of(here.conn(), app, live, [one.id for one in seen])
        talks = contacts.last(here.conn(), app, here.actor(), here.as_of(), form, [one.id for one in seen])
        for one in seen:
            about = About(app, live, sheet.title_of(live, one, names), url_for("records.one", app=app.key, form=form, record=one.id),
                          _group(app, form, groups.get(one.id, {})), self._contact(app, form, talks.get(one.id)))
            about.talk = talk_address(app, form, one.id)
            self.abouts[app_id, form, one.id] = about

    def _contact(self, app: LiveApp, form: str, at: str | None) -> str:
        return "" if contacts.talks_of(app, form) is None else contact_said(at)

    def all(self) -> list[Row]:
        return [self.row(task) for task in self.tasks]

    def row(self, task: Task) -> Row:
        """One task; what it says is kept back with the record it is about."""
        about = self.abouts.get((task.app_id, task.form, task.record)) if task.record is not None else None
        row = Row(task, task.said(self.lang) if task.record is None or about else "", about)
        row.asker = self.people.get(task.asked_by or 0, "") if task.asked_by != task.person else ""
        row.doer = self.people.get(task.person, "")
        row.when, row.late = self._when(task.due)
        row.state, row.kind = STATES.get(task.state, STATES["gone"]).say(self.lang), KINDS[task.kind].say(self.lang)
        return row

    def _when(self, due: str | None) -> tuple[str, str]:
        """When it is due within its day, and how late it is."""
        if due is None:
            return "", ""
        as_of = here.as_of()
        day = _local(due)
        days = (as_of.today - day).days
        local = clock.moment(due).astimezone(as_of.zone)
        when = ALL_DAY.say(self.lang) if due == todos.end_of(day, as_of) else f"{local:%H:%M}"
        return when, late_said(days) if days > 0 else ""


def contact_said(at: str | None) -> str:
    """When somebody was last contacted, in the reader's language."""
    lang = here.actor().lang
    if at is None:
        return NEVER.say(lang)
    days = max(0, (here.as_of().today - _local(at)).days)
    return TALKED[days].say(lang) if days in TALKED else DAYS_AGO.say(lang, n=days)


def late_said(days: int) -> str:
    """So many days late."""
    return LATE.say(here.actor().lang, n=days)


def _local(stored: str) -> date:
    return clock.moment(stored).astimezone(here.as_of().zone).date()


def _group(app: LiveApp, form: str, held: Mapping[str, list[str]]) -> Group | None:
    """The group that tells most: that of the form's first grouping."""
    for item in app.groupings_of(form):
        for key in held.get(item.key, ()):
            group = item.grouping.groups[key]
            if not group.parent:
                return group
    return None


def talk_address(app: LiveApp, form: str, record: int) -> str:
    """Where a talk with a record is written down, together with what comes next; "" where there is no form for it."""
    there = contacts.talks_of(app, form) is not None and "create" in access.acts(app, here.actor())
    return url_for("contact.ask", app=app.key, form=form, record=record) if there and places.there("contact.ask") else ""


def app_of(task: Task | int) -> LiveApp:
    """The app of a task, or with a number; raises NotFound."""
    number = task if isinstance(task, int) else task.app_id
    key = here.conn().execute(sa.select(tables.app.c.key).where(tables.app.c.id == number)).scalar()
    if key is None:
        raise NotFound(desk.GONE)
    return here.app(key)


def unit_of(rows: Iterable[Row]) -> dict[str, Mapping[str, str]]:
    """What to count the rows in: the unit and the name of their form where they are all about one; else nothing."""
    found = {(row.about.app.key, row.about.live.key): row.about.live.form for row in rows if row.about}
    if len(found) != 1:
        return {}
    form, = found.values()
    return {"unit": form.unit, "label": form.label}


def unit_words(unit: Mapping[str, Mapping[str, str]], n: int, lang: str) -> str:
    """`6 位客户`, `6 customers`; without a common form `6 件事`, `6 things`."""
    shown = f"{desk.MOST - 1}+" if n >= desk.MOST else str(n)
    if not unit:
        return words.fill("{shown} 件事" if lang == "zh" else "{shown} thing|{shown} things", lang, {"n": n, "shown": shown})
    said = words.fill(words.read(unit["unit"], lang), lang, {"n": n})
    return f"{shown} {said}{words.read(unit['label'], lang)}" if lang == "zh" else f"{shown} {said}"
