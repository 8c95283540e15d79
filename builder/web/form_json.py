"""The JSON room of a form: its document, read and written by hand, held against the schema line by line."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, request

from builder.web import designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from runtime.definitions import document, form_check
from runtime.errors import Conflict, Invalid, Problem
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_json", __name__, url_prefix="/build/<app>/forms/<key>/json")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/json.html", "facts,state,tools,rooms,text,wrong"
EDITED = Words("改文档", "Edited the document")
KEPT = Words("存进草稿了", "Kept in the draft")
MOST_LINES = 100
UNEXPECTED = re.compile(r"\('([^']+)'.* unexpected\)")


@bp.get("/")
def show(app: str, key: str) -> Response:
    """The document of the draft."""
    return _shown(here.app(app), key)


def _shown(found: LiveApp, key: str, told: Words | None = None) -> Response:
    draft = opened(found, key)
    made = designer_bar.frame(found, draft, "json")
    toast = page.toast(told, here.actor().lang) if told else None
    return page.show(PAGE, PARTS, toast=toast, **made, text=document.written(draft.body), wrong=[])


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """Take the document as one step, or say on which lines it cannot be taken; what was typed stays in the page."""
    found, text = here.app(app), request.form.get("text", "")
    try:
        body = opened(found, key).body if request.values.get("act") in ("undo", "redo") else taken(found, key, text)
        changed(found, key, lambda _body: body, EDITED)
    except Conflict as refused:
        return conflict(refused)
    except Invalid as refused:
        return _refused(refused, text)
    return _shown(found, key, None if request.values.get("act") else KEPT)


def taken(found: LiveApp, key: str, text: str) -> dict[str, Any]:
    """The body that a text says; raises Invalid for what is wrong with it and was not in the draft before."""
    body, now = document.read(text), opened(found, key).body
    if not isinstance(body, dict):
        raise Invalid(Problem("", "document_no_form"))
    known = {(problem.path, problem.code) for problem in form_check.check(now)}
    wrong = [problem for problem in form_check.check(body) if (problem.path, problem.code) not in known]
    if wrong:
        raise Invalid(wrong[:MOST_LINES])
    if body["x-fenzu"]["key"] != key:
        raise Invalid(Problem("x-fenzu.key", "key_fixed", {"key": key}))
    return body


def _refused(refused: Invalid, text: str) -> Response:
    """Each problem with its line, in the order of the lines."""
    try:
        places = document.lines(text) if not any(p.path.startswith("line:") for p in refused.problems) else {}
    except (ValueError, IndexError):
        places = {}
    lines = [(document.line_of(_whole_path(p), places), p.path, say(p, here.actor().lang)) for p in refused.problems]
    return page.show("builder/form/_wrong.html", status=422, wrong=sorted(lines))


def _whole_path(problem: Problem) -> str:
    """A key that does not belong stands on its own line, not on the one where the part around it begins."""
    named = UNEXPECTED.search(str(problem.params.get("detail", "")))
    return f"{problem.path}.{named[1]}".lstrip(".") if named else problem.path
