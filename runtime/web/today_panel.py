"""One task opened: what it is about, with the values that matter, what happened last, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import url_for

from runtime.errors import NotFound
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, sheet
from runtime.web.bound import Binder, Bound
from runtime.web.odd import whole
from runtime.web.today_rows import Row, Rows
from runtime.words import Words
from runtime.workflows import desk

TOMORROW, SOON, MONDAY = Words("明天", "Tomorrow"), Words("三天后", "In three days"), Words("下周一", "Next Monday")
FACTS = 12  # values that are shown
LINES = 6  # of the record's history


def made(number: int) -> dict[str, Any]:
    """Everything the drawer needs; raises NotFound for a task that is not the asker's."""
    task = desk.one(here.conn(), number)
    if here.actor().id not in (task.person, task.asked_by):
        raise NotFound(desk.GONE)
    row = Rows([task]).row(task)
    found = {"panel": row, "facts": [], "lines": [], "more": None, "mine": task.person == here.actor().id, "people_url": _people(row), "later": later()}
    if row.about is not None and task.record is not None:
        found |= record(row.about.app, row.about.live, task.record)
    return found


def later() -> list[tuple[str, str]]:
    """The days that a task is mostly moved to."""
    today, lang = here.as_of().today, here.actor().lang
    return [(said.say(lang), (today + timedelta(days=by)).isoformat()) for said, by in ((TOMORROW, 1), (SOON, 3), (MONDAY, 7 - today.weekday()))]


def record(app: LiveApp, live: LiveForm, number: int) -> dict[str, Any]:
    """The first values of a record, in the order of its form, and its newest lines of history."""
    reader = Reader(here.conn(), app, live, here.actor(), here.as_of())
    stored = reader.one(number)
    sheet.prime(reader, [stored])
    told = sheet.timeline(reader, stored, None)
    return {"facts": facts(app, live, stored), **told, "lines": told["lines"][:LINES], "more": None}


def facts(app: LiveApp, live: LiveForm, stored: Any, keys: Any = ()) -> list[Bound]:
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
    return {"given": {"title": given.get("title", ""), "day": given.get("day", here.as_of().today.isoformat()), "person": given.get("person", type=whole) or here.actor().id},
            "app_key": app.key, "form": form if number else "", "record": number if about else None, "about": about, "me": here.actor(),
            "who": here.names(app).person(given.get("person", type=whole) or here.actor().id),
            "people_url": url_for("finding.persons", app=app.key, form=first) if first else ""}
