"""The forms of an app: a list, new ones, their order, and taking one away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from builder import apps, drafts, order
from builder.publish import apply as publishing
from builder.web import start
from runtime import words
from runtime.errors import Conflict, Invalid, Problem
from runtime.records.queries import Query, Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_forms", __name__, url_prefix="/build/<app>/forms")
bp.before_request(start.guard)
LONGEST = 60
GONE = Words("「{name}」删掉了", "“{name}” is deleted")


@bp.get("/")
def index(app: str) -> Response:
    """All forms of an app, the ones nobody has published yet among them."""
    found = here.app(app)
    made = start.surroundings(found)
    return page.show("builder/form/forms.html", "list", **made, rows=rows(here.conn(), found), problem="", name="")


@bp.post("/")
def create(app: str) -> Response:
    """A new form as a draft, opened in the designer."""
    name, lang = request.form.get("name", "").strip(), here.actor().lang
    if not 1 <= len(name) <= LONGEST:
        raise Invalid(Problem("name", "form_name", {"n": LONGEST}))
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        draft = apps.start_form(conn, found.id, {lang: name}, here.actor().by)
    return page.go(url_for("build_designer.show", app=app, key=draft.key))


@bp.post("/order")
def arrange(app: str) -> Response:
    """Another place in the sidebar for one form."""
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        order.move_form(conn, found.id, request.form.get("id", ""), request.form.get("after") or None, here.actor().by)
    return page.nothing()


@bp.post("/<key>/remove")
def remove(app: str, key: str) -> Response:
    """Take a form out of use, after its name was typed; what needs it is named instead."""
    lang = here.actor().lang
    with here.write() as conn:
        found = here.fenzu().live.app(conn, app)
        name = words.read(drafts.label_of("form", drafts.open_draft(conn, found.id, "form", key).body), lang)
        if request.form.get("word", "").strip() != name:
            raise Conflict(Problem("word", "form_has_records", {"name": name}))
        publishing.remove(conn, found.id, "form", key)
    return page.go(url_for("build_forms.index", app=app), page.toast(GONE, lang, name=name))


def rows(conn: Connection, found: LiveApp) -> list[dict[str, Any]]:
    """One line per form: what it is called, how large it is, what is not published."""
    waiting = {item.key: item for item in drafts.unpublished(conn, found.id) if item.kind == "form"}
    made = [
        {
            "key": live.key,
            "label": words.read(live.form.label, here.actor().lang),
            "icon": live.form.icon,
            "fields": len(live.form.live_fields),
            "records": _count(conn, found, live),
            "unit": words.read(live.form.unit, here.actor().lang),
            "changes": waiting[live.key].changes if live.key in waiting else 0,
            "new": False,
        }
        for live in found.forms.values()
    ]
    fresh = [item for key, item in waiting.items() if key not in found.forms]
    return made + [
        {
            "key": item.key,
            "label": words.read(item.label, here.actor().lang),
            "icon": "forms",
            "fields": None,
            "records": None,
            "unit": "",
            "changes": 0,
            "new": True,
        }
        for item in fresh
    ]


def _count(conn: Connection, found: LiveApp, live: LiveForm) -> int:
    """How many records a form has."""
    return Reader(conn, found, live, here.actor(), here.as_of()).count(Query())[0]
