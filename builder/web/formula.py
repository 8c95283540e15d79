"""The formula box of the designer: what is wrong while one types, and what it comes to for a real record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request
from sqlalchemy import Connection

from builder import drafts
from builder.web import start
from runtime import words
from runtime.definitions.form import Field, Form
from runtime.definitions.formula_names import FormulaNames, Name, said
from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.errors import Invalid
from runtime.fields.formula import SAID
from runtime.messages import say
from runtime.records.queries import Query, Reader
from runtime.records.targets import target
from runtime.rules.formula import formula
from runtime.rules.formula.functions import FUNCTIONS
from runtime.rules.formula.functions.base import GROUPS
from runtime.rules.formula.wrong import Wrong
from runtime.sql.lists import among
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
    form = Form(drafts.open_draft(here.conn(), found.id, "form", key).body)
    text, whole = request.form.get("text", ""), whole_of(found, form)
    names = FormulaNames(whole, key, field)
    try:
        result = formula.result(text, DefinedTarget(whole, key), names.key)
    except Wrong as wrong:
        return _said({"error": say(wrong.problem(), here.actor().lang), **_marked(text, wrong)} if text.strip() else {})
    shown = _example(here.conn(), found, form, field, {"formula": names.stored(text), "result": result})
    return _said({"kind": SAID[result].say(here.actor().lang), **shown})


def _said(told: Mapping[str, Any]) -> Response:
    """What stands under the box; what there is nothing to say of is blank."""
    blank = dict.fromkeys(("error", "before", "spot", "after", "kind", "record", "shown", "tried", "later"), "")
    return page.show("builder/form/formula_said.html", **{**blank, **told})


def whole_of(found: LiveApp, form: Form) -> Whole:
    """The app's published forms with this draft among them."""
    return Whole(forms={**{key: live.form for key, live in found.forms.items()}, form.key: form})


def facts(found: LiveApp, form: Form, item: Field, text: str) -> tuple[str, dict[str, Any]]:
    """A formula as typed, with keys, and what it comes to; money makes money where nobody chose a look yet."""
    whole = whole_of(found, form)
    stored = FormulaNames(whole, form.key, item.key).stored(text)
    try:
        result = formula.result(stored, DefinedTarget(whole, form.key))
    except Wrong:
        return stored, {}
    read = {name for name in formula.reads(stored).fields if name in form.fields}
    money = any(form.fields[name].type.name == "money" for name in read)
    first = money and result == "number" and not item.settings.get("formula")
    return stored, {"result": result, **({"format": "money"} if first else {})}


def _marked(text: str, wrong: Wrong) -> dict[str, str]:
    """The place of a mistake, with some of the text around it."""
    around = text[max(0, wrong.at - AROUND) : wrong.at], text[wrong.end : wrong.end + AROUND]
    return {"before": around[0], "spot": text[wrong.at : wrong.end], "after": around[1]}


def _example(conn: Connection, found: LiveApp, form: Form, field: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The result for the newest record that has one; nothing where no record can tell yet."""
    live, names = found.forms.get(form.key), here.names(found)
    if live is None or field not in form.fields:
        return {}
    item = form.fields[field]
    own = {**item.settings, **settings}
    reader = Reader(conn, found, live, here.actor(), here.as_of())
    ids = reader.page(Query(sort=(("$id", True),), limit=TRIED), fields=()).ids
    try:
        value = item.type.expression(own, target(found, live).at(here.as_of())).value
    except Invalid:
        return {"later": True}
    table = live.tables.main
    rows = dict(conn.execute(sa.select(table.c.id, value).where(among(table.c.id, ids))).all()) if ids else {}
    chosen = next((one for one in ids if rows.get(one) is not None), ids[0] if ids else None)
    if chosen is None:
        return {}
    shown = item.type.show(None if rows[chosen] is None else item.type.load(rows[chosen], own), own, names)
    return {"record": names.record(form.key, chosen), "shown": shown, "tried": True}


def box(found: LiveApp, form: Form, item: Field) -> dict[str, Any]:
    """What the formula box shows and offers."""
    lang, names = here.actor().lang, FormulaNames(whole_of(found, form), form.key, item.key)
    return {
        "text": names.shown(item.settings.get("formula") or "", lang),
        "offers": [*_fields(names, lang), *_functions(lang)],
        "groups": [(label.say(lang), [one for one in FUNCTIONS.values() if one.group == group]) for group, label in GROUPS.items()],
    }


def _fields(names: FormulaNames, lang: str) -> Iterator[dict[str, str]]:
    """Every field by name, then those one link away."""
    for name in names.own.values():
        own = said(names.own, name, lang)
        yield _offer(own, name.key, _kind(name, lang))
    for name in names.own.values():
        inner, own = names.inside(name), said(names.own, name, lang)
        for other in inner.values():
            if not other.leads:
                yield _offer(f"{own}.{said(inner, other, lang)}", f"{name.key}.{other.key}", _kind(other, lang))


def _offer(text: str, key: str, hint: str) -> dict[str, str]:
    return {"text": text, "insert": f"{{{text}}}", "find": key, "hint": hint, "kind": "field"}


def _kind(name: Name, lang: str) -> str:
    if name.field is not None:
        return name.field.type.label.say(lang)
    return words.Words("很多条", "many records").say(lang) if name.many else words.Words("系统", "System").say(lang)


def _functions(lang: str) -> Iterator[dict[str, str]]:
    for one in FUNCTIONS.values():
        if one.group:
            yield {"text": one.name, "insert": f"{one.name}(", "find": one.name, "hint": one.does.say(lang), "kind": "function"}
