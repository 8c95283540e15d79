"""The formula box of the designer: what is wrong while one types, and what it comes to for a real record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from builder import drafts
from builder.web import designer_settings as settings
from builder.web import start
from builder.web.formula_box import whole_of
from runtime.definitions.form import Form
from runtime.definitions.formula_names import FormulaNames
from runtime.definitions.rule_target import DefinedTarget
from runtime.errors import Invalid
from runtime.fields.formula import SAID
from runtime.messages import say
from runtime.records.queries import Query, Reader
from runtime.records.targets import target
from runtime.rules.formula import formula
from runtime.rules.formula.wrong import Wrong
from runtime.storage.live import LiveApp
from runtime.web import here, page

bp = Blueprint("build_formula", __name__, url_prefix="/build/<app>/forms/<key>/formula")
bp.before_request(start.guard)
TRIED = 100
AROUND = 14


@bp.post("/<field>")
def look(app: str, key: str, field: str) -> Response:
    """Under the box: the first thing that is wrong with its place, or the result for one record."""
    found = here.app(app)
    form = drafts.open_draft(here.conn(), found.id, "form", key).form
    text, whole = request.form.get("text", ""), whole_of(found, form)
    names = FormulaNames(whole, key, field)
    try:
        result = formula.result(text, DefinedTarget(whole, key), names.key)
    except Wrong as wrong:
        return _said({"error": say(wrong.problem(), here.actor().lang), **_marked(text, wrong)} if text.strip() else {})
    shown = _example(here.conn(), found, form, field, {"formula": names.stored(text), "result": result})
    controls = _controls(found, form, field, result)
    return _said({"kind": SAID[result].say(here.actor().lang), "controls": controls, "id": field, **shown})


def _controls(found: LiveApp, form: Form, field: str, result: str) -> list[settings.Control] | None:
    """How the result is shown, asked only where it means something for what the formula gives now."""
    item = form.fields.get(field)
    if item is None or not item.type.computed:
        return None
    own = replace(item, settings={**item.settings, "result": result})
    return settings.controls(own, found, here.actor().lang, False)


def _said(told: Mapping[str, Any]) -> Response:
    """What stands under the box; what there is nothing to say of is blank."""
    blank = dict.fromkeys(("error", "before", "spot", "after", "kind", "record", "shown", "tried", "later"), "")
    return page.show("builder/form/formula_said.html", **{**blank, "controls": None, **told})


def _marked(text: str, wrong: Wrong) -> dict[str, str]:
    """The place of a mistake, with some of the text around it."""
    around = text[max(0, wrong.at - AROUND) : wrong.at], text[wrong.end : wrong.end + AROUND]
    return {"before": around[0], "spot": text[wrong.at : wrong.end], "after": around[1]}


def _example(conn: Connection, found: LiveApp, form: Form, field: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The result for the newest record that has one; nothing where no record can tell yet."""
    live, names = found.forms.get(form.key), here.names(found)
    item = form.fields.get(field)
    if live is None or item is None or not item.type.computed:
        return {}
    own = {**item.settings, **facts}
    reader = Reader(conn, found, live, here.actor(), here.as_of())
    ids = reader.page(Query(sort=(("$id", True),), limit=TRIED), fields=()).ids
    try:
        value = item.type.expression(own, target(found, live).at(here.as_of())).value
    except Invalid:
        return {"later": True}
    rows = reader.tried(ids, value) if ids else {}
    chosen = next((one for one in ids if rows.get(one) is not None), ids[0] if ids else None)
    if chosen is None:
        return {}
    shown = item.type.show(None if rows[chosen] is None else item.type.load(rows[chosen], own), own, names)
    return {"record": names.record(form.key, chosen), "shown": shown, "tried": True}
