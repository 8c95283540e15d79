"""Pickers and filters: records and people by name, and a filter put together from field, comparison and value."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from runtime import words
from runtime.accounts import people
from runtime.accounts.people import Person
from runtime.errors import FenzuError, Invalid, Problem
from runtime.fields.base import Refused
from runtime.fields.days import typed_day
from runtime.fold import fold, full_pinyin, initials
from runtime.messages import say
from runtime.records.queries import Query
from runtime.records.targets import SYSTEM, target
from runtime.rules.compile import compile_rule
from runtime.rules.operators import COMPARED_WITH, OPERATORS, OPERATORS_OF
from runtime.web import here, lists, page, sheet
from runtime.web.bound import Binder
from runtime.web.odd import whole
from runtime.web.records import missing, opened

bp = Blueprint("finding", __name__, url_prefix="/a/<app>/<form>/find")
# A filter needs no second negative way to say the same.
HIDDEN = frozenset({"notBetween", "doesNotBeginWith", "doesNotEndWith", "hasExactly", "anniversaryInLast", "notUnder"})


@bp.get("/records")
def pick(app: str, form: str) -> Response:
    """Records by words, for a link's picker."""
    found, live, reader = opened(app, form)
    rows = reader.page(Query(search=request.args.get("q", ""), limit=20)).records
    names = here.names(found)
    return jsonify([{"value": r.id, "text": sheet.title_of(live, r, names), "hint": sheet.code_of(found, live, r)} for r in rows])


@bp.get("/people")
def persons(app: str, form: str) -> Response:
    """Active people by name, in pinyin too, or by login, for a person's picker; of two with one name each says the login."""
    found, doubles = colleagues(request.args.get("q", ""))
    return jsonify([{"value": p.id, "text": p.name, **({"hint": p.login} if fold(p.name) in doubles else {})} for p in found[:20]])


def colleagues(typed: str) -> tuple[list[Person], set[str]]:
    """Who works here and is meant by what was typed, those who are called so from the beginning first; and the names that several have."""
    every, wanted = people.everyone(here.conn(), active_only=True), fold(typed)
    calls = [(p, _calls(p, wanted)) for p in every]
    fits = [(not any(said.startswith(wanted) for said in mine), p) for p, mine in calls if any(wanted in said for said in mine)]
    count = Counter(fold(p.name) for p in every)
    return [p for _, p in sorted(fits, key=lambda pair: pair[0])], {name for name, n in count.items() if n > 1}


def _calls(one: Person, wanted: str) -> tuple[str, ...]:
    """What somebody may be looked for by; letters may be pinyin."""
    plain = (fold(one.name), one.login)
    return (*plain, full_pinyin(one.name), initials(one.name)) if wanted and wanted.isascii() else plain


@bp.get("/filter")
def start(app: str, form: str) -> Response:
    """The dialog that adds a filter: a field first, then how it is compared, then with what."""
    found, live, _ = opened(app, form)
    state = lists.read(request.args, live, found.views_of(form))
    fields = [(key, words.read(field.label, here.actor().lang), field.type.icon) for key, field in live.form.live_fields.items()]
    fields += [(name, label.say(here.actor().lang), "clock") for name, (_, _, label) in SYSTEM.items() if name != "$id"]
    chosen = request.args.get("field") or fields[0][0]
    return page.show("records/filter.html", found=found, live=live, state=state, fields=fields, address=state.address(),
                     **parts(found, live, chosen, request.args.get("operator", "")), problem="")


def parts(found: Any, live: Any, name: str, operator: str) -> dict[str, Any]:
    """One condition's operators and the control for its value."""
    operand = target(found, live).operand(name)
    offered = [OPERATORS[key] for key in OPERATORS_OF[operand.kind] if key not in HIDDEN]
    chosen = operator if operator in {item.name for item in offered} else offered[0].name
    binder = Binder(found, live.key, here.names(found), "x-")
    field = live.form.live_fields.get(name)
    bound = binder.value(field, None) if field is not None else None
    if bound is not None:
        bound.name, bound.readonly, bound.required = "value", False, True
    # One text says it where the field's own control is several inputs, or where it is compared with something else.
    line = COMPARED_WITH.get(operand.kind) or (operand.kind if bound is None or bound.field.type.grouped or operand.kind in ("text", "file") else "")
    return {"chosen": name, "line": line, "operators": offered, "operator": OPERATORS[chosen], "bound": bound}


@bp.post("/filter")
def add(app: str, form: str) -> Response:
    """Back to the list with one more chip, or the dialog again with what is missing."""
    found, live, _ = opened(app, form)
    state = lists.read(request.args, live, found.views_of(form))
    name, operator = request.form.get("field", ""), request.form.get("operator", "")
    fields = [(key, words.read(field.label, here.actor().lang), field.type.icon) for key, field in live.form.live_fields.items()]
    try:
        leaf = _leaf(found, live, name, operator)
        compile_rule({"combinator": "and", "rules": [leaf]}, target(found, live), here.as_of(), me=here.actor().id)
    except (FenzuError, Refused) as refused:
        text = say(refused.problems[0], here.actor().lang) if isinstance(refused, FenzuError) else _refused(refused, live, name)
        return page.show("records/filter.html", status=422, found=found, live=live, state=state, fields=fields,
                         address=state.address(), **parts(found, live, name, operator), problem=text)
    kept = [json.dumps(part, ensure_ascii=False) for part in (*state.filters, leaf)]
    return page.go(url_for("records.list_page", app=app, form=form) + state.address(f=kept))


def _refused(refused: Refused, live: Any, name: str) -> str:
    return say(Problem("value", refused.code, {"field": live.form.fields[name].label, **refused.params}), here.actor().lang)


def _leaf(found: Any, live: Any, name: str, operator: str) -> dict[str, Any]:
    """The condition that the dialog's controls say."""
    leaf: dict[str, Any] = {"field": name, "operator": operator}
    if operator not in OPERATORS:
        raise Invalid(Problem("operator", "rule_no_operator", {"field": name, "operator": operator}))
    takes = OPERATORS[operator].takes
    if takes == "span":
        return leaf | {"value": {"n": request.form.get("n", type=whole, default=30), "unit": request.form.get("unit", "day")}}
    if takes == "none":
        return leaf
    given = [_parsed(found, live, name, text) for text in request.form.getlist("value") if text]
    if takes == "one":
        return leaf | {"value": given[0] if given else None}
    return leaf | {"value": given}


def _parsed(found: Any, live: Any, name: str, text: str) -> Any:
    """A typed value as the rule's JSON has it; a list is taken value by value."""
    field = live.form.live_fields.get(name)
    if name in SYSTEM:
        return number_or_text(text)
    if field is None:
        raise missing(name)
    if COMPARED_WITH.get(field.type.kind) == "date":
        return typed_day(text).isoformat()
    if field.type.kind in ("text", "place", "file", "rows"):
        return text if field.type.kind in ("text", "place") else number_or_text(text)
    if any(option["const"] == text for option in field.options):
        return text
    value = field.type.parse([text] if field.type.many else text, field.settings, here.names(found))
    return entry_plain(value[0] if isinstance(value, list) else value)


def number_or_text(text: str) -> int | str:
    """A whole number where plain digits say one; anything else stays what it is, for the rule to refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


def entry_plain(value: Any) -> Any:
    """Decimals as JSON numbers."""
    from runtime.records.entry import plain

    return plain(value)
