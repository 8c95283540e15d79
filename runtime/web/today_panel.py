"""One task opened: what it is about, with the values that matter, what happened last, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for

from runtime import clock
from runtime.errors import NotFound
from runtime.messages import say
from runtime.records.entry import Entry
from runtime.records.queries import Reader
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, sheet
from runtime.web.bound import Binder, Bound
from runtime.web.linking import At
from runtime.web.odd import whole
from runtime.web.today_rows import Row, Rows
from runtime.words import Words
from runtime.workflows import desk, flows, todos

TOMORROW, SOON, MONDAY = Words("明天", "Tomorrow"), Words("三天后", "In three days"), Words("下周一", "Next Monday")
FACTS = 12  # values that are shown
LINES = 6  # of the record's history


def made(number: int, typed: Entry | None = None, opinion: str = "") -> dict[str, Any]:
    """Everything the drawer needs, with what was typed and what is wrong with it; raises NotFound for a task that is not the asker's."""
    task = desk.one(here.conn(), number)
    if here.actor().id not in (task.person, task.asked_by):
        raise NotFound(desk.GONE)
    row = Rows([task]).row(task)
    found = {"panel": row, "facts": [], "lines": [], "more": None, "mine": task.person == here.actor().id, "people_url": _people(row), "later": later()}
    found |= dict(zip(("due_day", "due_time"), _due(task), strict=True))
    node = node_of(task) if task.kind in desk.ASKED else {}
    found |= {"node": node, "inputs": [], "opinion": opinion, "opinion_error": _wrong(typed, "opinion")}
    if row.about is not None and task.record is not None:
        found |= record(row.about.app, row.about.live, task.record, node.get("shown", ()))
        if task.state == desk.OPEN and task.person == here.actor().id:
            found["inputs"] = _inputs(row.about.app, row.about.live, task, asked_fields(node, task.kind), typed)
    return found


def _due(task: desk.Task) -> tuple[str, str]:
    """The day that a task is due on and the time of it, as controls hold them; no time where it is the whole day."""
    if task.due is None:
        return "", ""
    local = clock.moment(task.due).astimezone(here.as_of().zone)
    return local.date().isoformat(), f"{local:%H:%M}" if todos.has_time(task.due, here.as_of()) else ""


def nodes_of(tasks: Sequence[desk.Task]) -> dict[int, Mapping[str, Any]]:
    """By task the settings of the step that asks, by the version with which its run began; none where the run has gone."""
    r, conn = tables.run, here.conn()
    ids = {task.run_id for task in tasks if task.run_id}
    runs = {row.id: row for row in conn.execute(sa.select(r.c.id, r.c.workflow_id, r.c.version).where(r.c.id.in_(ids)))} if ids else {}
    steps = {task.id: flows.at(conn, runs[task.run_id].workflow_id, runs[task.run_id].version).steps.get(task.step)
             for task in tasks if task.run_id in runs}
    return {number: step.node for number, step in steps.items() if step is not None}


def node_of(task: desk.Task) -> Mapping[str, Any]:
    """The same for one task."""
    return nodes_of([task]).get(task.id, {})


def asked_fields(node: Mapping[str, Any], kind: str) -> Sequence[str]:
    """The fields that whoever answers may change."""
    found: Sequence[str] = node.get("fields" if kind == desk.FILL else "editable", ())
    return found


def opinion_needed(node: Mapping[str, Any], way: str) -> bool:
    """Whether an answer needs an opinion."""
    asked = node.get("opinion", "refuse")
    return asked == "always" or (asked == "refuse" and way in ("refuse", "return"))


def _wrong(typed: Entry | None, path: str) -> str:
    return next((say(one, here.actor().lang) for one in typed.problems if one.path == path), "") if typed else ""


def _inputs(app: LiveApp, live: LiveForm, task: desk.Task, keys: Sequence[str], typed: Entry | None) -> list[Bound]:
    """Controls for the fields that may be changed, with what is stored or was typed."""
    fields, names = [live.form.live_fields[key] for key in keys if key in live.form.live_fields], here.names(app)
    if not fields:
        return []
    stored = Reader(here.conn(), app, live, here.actor(), here.as_of()).one(task.record or 0)
    shown = {field.key: field.type.typed(stored.values.get(field.key), field.settings, names) for field in fields}
    read = Entry(live.form, dict(stored.values), {**shown, **(typed.typed if typed else {})}, list(typed.problems) if typed else [])
    binder = Binder(app, live.key, names, "ask-", At(task.record, makes=False))
    return [binder.entry(field, read) for field in fields]


def later() -> list[tuple[str, str]]:
    """The days that a task is mostly moved to."""
    today, lang = here.as_of().today, here.actor().lang
    return [(said.say(lang), (today + timedelta(days=by)).isoformat()) for said, by in ((TOMORROW, 1), (SOON, 3), (MONDAY, 7 - today.weekday()))]


def record(app: LiveApp, live: LiveForm, number: int, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The first values of a record, in the order of its form, and its newest lines of history."""
    reader = Reader(here.conn(), app, live, here.actor(), here.as_of())
    stored = reader.one(number)
    sheet.prime(reader, [stored])
    told = sheet.timeline(reader, stored, None)
    return {"facts": facts(app, live, stored, keys), **told, "lines": told["lines"][:LINES], "more": None}


def facts(app: LiveApp, live: LiveForm, stored: Any, keys: Sequence[str] = ()) -> list[Bound]:
    """Values that are there, those of the given fields or the first of the form."""
    binder, fields = Binder(app, live.key, here.names(app)), live.form.live_fields
    order = [key for key in keys if key in fields] or [key for section in live.form.sections for key in section.fields if key in fields]
    shown = [key for key in order if key != live.form.title_field and not fields[key].type.nested and stored.values.get(key) not in (None, [])]
    return [binder.value(fields[key], stored.values[key]) for key in shown[:FACTS]]


def _people(row: Row) -> str:
    """Where colleagues are looked for by name."""
    app = row.about.app if row.about else here.current_app_of_page()
    form = next(iter(app.forms), None) if app else None
    return url_for("finding.persons", app=app.key, form=form) if app and form else ""


def begun(given: Any) -> dict[str, Any]:
    """A task as somebody begins to write it, for the app they are in or the record they come from."""
    key = given.get("app", "")
    app = here.app(key) if key else here.current_app_of_page()
    if app is None:
        raise NotFound(desk.GONE)
    number, form, about = given.get("record", type=whole), given.get("form", ""), ""
    if number:
        live = app.form(form)
        stored = Reader(here.conn(), app, live, here.actor(), here.as_of()).one(number)
        about = sheet.title_of(live, stored, here.names(app))
    first = next(iter(app.forms), None)
    return {"given": {"title": given.get("title", ""), "day": given.get("day", here.as_of().today.isoformat()), "time": given.get("time", ""), "person": given.get("person", type=whole) or here.actor().id},
            "app_key": app.key, "form": form if number else "", "record": number if about else None, "about": about, "me": here.actor(),
            "who": here.names(app).person(given.get("person", type=whole) or here.actor().id),
            "people_url": url_for("finding.persons", app=app.key, form=first) if first else ""}
