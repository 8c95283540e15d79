"""The problems room of a form: everything that is wrong or could be better, each leading to the thing it is about."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from builder.problems import LOGIC, POOL, PUBLIC, TRANSLATE, Found, about, laid
from builder.web import designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from runtime.errors import Conflict
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_problems", __name__, url_prefix="/build/<app>/forms/<key>/problems")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/problems.html", "facts,state,tools,rooms,list"
NOTHING = Words("没有改动", "Nothing changed")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """All problems of the draft."""
    found = here.app(app)
    return _shown(found, key)


def _shown(found: LiveApp, key: str) -> Response:
    draft = opened(found, key)
    made = designer_bar.frame(found, draft, "problems")
    lines = [
        {"error": each.error, "text": say(each.problem, here.actor().lang), "where": about(draft.form, each.room, each.sel, here.actor().lang), "href": _address(found, key, each)}
        for each in made["problems"]
    ]
    return page.show(PAGE, PARTS, **made, lines=lines)


def _address(found: LiveApp, key: str, each: Found) -> str:
    """Where a problem is mended."""
    if elsewhere := start.dependant(found, each.problem):
        return elsewhere
    if each.room == LOGIC:
        return url_for("build_logic.show", app=found.key, key=key, rule=each.sel or None)
    if each.room == TRANSLATE:
        return url_for("build_translate.show", app=found.key, key=key, missing=each.sel or None)
    if each.room == PUBLIC:
        return url_for("build_public.show", app=found.key, key=key)
    if each.room == POOL:
        return url_for("build_pool.show", app=found.key, key=key)
    return url_for("build_designer.show", app=found.key, key=key, sel=each.sel or None, layout=laid(each.problem) or None)


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """Undo and redo go from here too."""
    found = here.app(app)
    try:
        changed(found, key, dict, NOTHING)
    except Conflict as refused:
        return conflict(refused)
    return _shown(found, key)
