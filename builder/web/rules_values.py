"""What a person chose or typed in a condition, as changes to the rule; what cannot be read stays as typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.web import rules_days
from builder.web.rules_scope import COUNTS, Leaf, Scope
from runtime.fields.base import Refused
from runtime.records.entry import plain
from runtime.rules.operators import OPERATORS
from runtime.rules.past import BESIDE

Given = MultiDict[str, str]
Changes = dict[str, Any]
SPAN = {"n": 30, "unit": "day"}
MOST_NUMBER = 36500


def changes(scope: Scope, leaf: Leaf, part: str, given: Given) -> Changes:
    """The changes that one control of a condition makes."""
    return PARTS[part](scope, leaf, given) if part in PARTS else {}


def _operator(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """Another way to compare; the value stays where it still fits."""
    name = given.get("v", "")
    if name not in OPERATORS:
        return {}
    return {"operator": name, **fitting(scope, {**leaf, "operator": name}, leaf)}


def fitting(scope: Scope, leaf: Leaf, old: Leaf) -> Changes:
    """The value in the shape that the operator takes, made from the value there was."""
    takes, held = OPERATORS[leaf["operator"]].takes, old.get("value")
    before = OPERATORS[str(old.get("operator"))].takes if old.get("operator") in OPERATORS else ""
    if "past" in (takes, before):
        return _happened(leaf["operator"], takes, held)
    if leaf.get("valueSource") == "field" and takes != "one":
        return {"valueSource": None, "value": None} | ({"value": dict(SPAN)} if takes == "span" else {})
    if takes == before:
        return {}
    if takes == "span":
        return {"value": dict(SPAN)}
    if takes == "one" and before == "list" and isinstance(held, list):
        return {"value": held[0] if held else None}
    if takes == "list" and before == "one":
        return {"value": None if held is None else [held]}
    if takes == "pair" and before == "one":
        return {"value": None if held is None else [held, held]}
    return {"value": None}


def _happened(name: str, takes: str, held: Any) -> Changes:
    """From what is so to what happened, and back: tags and groups stay, and so does the length of time."""
    known = held if isinstance(held, Mapping) else {}
    listed = held if isinstance(held, list) else known.get("tags") or known.get("groups")
    if takes != "past":
        return {"valueSource": None, "value": dict(SPAN) if takes == "span" else listed if takes == "list" else None}
    span = {part: known.get(part, SPAN[part]) for part in SPAN}
    return {"valueSource": None, "value": {**span, **({BESIDE[name][0]: listed} if name != "changed" and listed else {})}}


def _value(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    return {"value": read(scope, leaf, given.get("v", ""))}


def _values(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    found = [read(scope, leaf, text) for text in given.getlist("v") if text.strip()]
    if OPERATORS[leaf["operator"]].takes != "list":
        return {"value": found[0] if found else None}
    return {"value": list(dict.fromkeys(found)) or None}


def _add(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """One more value of a list, such as another place."""
    held = leaf.get("value")
    more = read(scope, leaf, given.get("v", ""))
    if OPERATORS[leaf["operator"]].takes != "list":
        return {"value": more}
    kept = held if isinstance(held, list) else []
    return {"value": [*kept, *([more] if more not in (None, *kept) else [])] or None}


def _drop(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    held = leaf.get("value")
    return (
        {"value": [one for one in held if str(one) != given.get("v")] or None}
        if isinstance(held, list)
        else {"value": None}
    )


def _pair(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    return {"value": _slotted(leaf, given, read(scope, leaf, given.get("v", "")))}


def _slotted(leaf: Leaf, given: Given, value: Any) -> Any:
    """The value with one of its two places set; both must be there before it means anything."""
    if OPERATORS[leaf["operator"]].takes != "pair":
        return value
    held = leaf.get("value")
    both = [*(held if isinstance(held, list) else []), None, None][:2]
    both[1 if given.get("slot") == "1" else 0] = value
    return both if any(one is not None for one in both) else None


def _when(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """A day: which kind of day, the day itself, or how far away."""
    held = leaf.get("value")
    at = 1 if given.get("slot") == "1" else 0
    old = held[at] if isinstance(held, list) and len(held) == 2 else None if isinstance(held, list) else held
    when = rules_days.read(old)
    choice = given.get("when", when.choice)
    when = when._replace(
        day=given.get("day", when.day), n=number(given.get("n"), when.n), unit=given.get("unit", when.unit)
    )
    return {"value": _slotted(leaf, given, rules_days.made(choice, when, old))}


def _span(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    held = leaf.get("value")
    known: Mapping[str, Any] = held if isinstance(held, Mapping) else SPAN
    return {
        "value": {
            **known,
            "n": number(given.get("n"), known.get("n")),
            "unit": given.get("unit", known.get("unit", "day")),
        }
    }


def _source(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """Compare with another field, or with a value again."""
    return {"valueSource": "field" if given.get("v") == "field" else None, "value": None}


def _field(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    return {"value": given.get("v") or None}


def _function(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """What is made of the related records: how many, the sum of a field, its average …"""
    return _calculated(scope, leaf, {**leaf["agg"], "fn": given.get("v", "count")})


def _of(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    """Which field of the related records; "" counts the records themselves."""
    of = given.get("v", "")
    if not of:
        return _calculated(scope, leaf, {**leaf["agg"], "fn": "count"})
    far = scope.far(str(leaf["field"]))
    kind = far.kind(of) if far else None
    fits = functions_for(kind)
    fn = leaf["agg"].get("fn")
    return _calculated(scope, leaf, {**leaf["agg"], "of": of, "fn": fn if fn in fits and fn != "count" else fits[0]})


def _by(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    return {"agg": {**leaf["agg"], "by": given.get("v")}}


def functions_for(kind: str | None) -> tuple[str, ...]:
    """What can be made of a field of this kind."""
    if kind == "number":
        return ("sum", "avg", "max", "min", "countDistinct", "first", "last")
    if kind in ("date", "datetime"):
        return ("max", "min", "countDistinct", "first", "last")
    return ("last", "first", "countDistinct")


def _calculated(scope: Scope, leaf: Leaf, agg: dict[str, Any]) -> Changes:
    """The aggregate with only the parts its function takes, compared in a way its result allows."""
    if agg["fn"] == "count":
        agg.pop("of", None)
    far = scope.far(str(leaf["field"]))
    if agg["fn"] not in ("first", "last"):
        agg.pop("by", None)
    elif "by" not in agg and far is not None:
        agg["by"] = moment_of(far) or "$created_at"
    changed = {**leaf, "agg": agg}
    same = scope.value_kind(changed) == scope.value_kind(leaf) and agg["fn"] not in COUNTS
    operators = scope.operators(changed)
    if same or (leaf.get("operator") in operators and scope.value_kind(changed) == "number" == scope.value_kind(leaf)):
        return {"agg": agg}
    name = preferred(operators)
    return {"agg": agg, "operator": name, "value": dict(SPAN) if OPERATORS[name].takes == "span" else None}


def preferred(operators: tuple[str, ...]) -> str:
    """The comparison people mean most often, by what the kind offers."""
    for name in ("under", "hasAnyOf", "covers", "olderThan", "inLast", "contains", ">=", "in", "=", "notNull"):
        if name in operators:
            return name
    return "="


def moment_of(scope: Scope) -> str | None:
    """The date by which records of a form are placed in time: the first one on the form."""
    return next((key for key in scope.live.form.live_fields if scope.kind(key) in ("date", "datetime")), None)


def _match(scope: Scope, leaf: Leaf, given: Given) -> Changes:
    mode, match = given.get("v") or leaf["match"]["mode"], leaf["match"]
    counted = mode in ("atLeast", "atMost", "exactly")
    return {
        "match": {"mode": mode} | ({"threshold": number(given.get("n"), match.get("threshold", 1))} if counted else {})
    }


def number(text: str | None, otherwise: Any) -> Any:
    """A whole number of reasonable size, or what there was before."""
    try:
        return max(0, min(int(str(text).strip()), MOST_NUMBER)) if text is not None else otherwise
    except ValueError:
        return otherwise


def read(scope: Scope, leaf: Leaf, text: str) -> Any:
    """One typed or chosen value; "" is none, and what is no value of the field stays as text, to be shown as wrong."""
    text, kind = text.strip(), scope.value_kind(leaf)
    if not text:
        return None
    if kind == "boolean":
        return text == "true"
    if kind in ("person", "people", "link", "links"):
        return int(text) if text.isdigit() else text
    if kind in ("number", "file", "rows"):
        return _figure(scope, leaf, text)
    if kind == "time":
        return _parsed(scope, leaf, text)
    return text


def _parsed(scope: Scope, leaf: Leaf, text: str) -> Any:
    """A typed text as its field reads it; what the field refuses stays a text."""
    place = scope.value_field(leaf)
    item = place[0].field(place[1]) if place else None
    try:
        return text if item is None else plain(item.type.parse(text, item.settings, scope.names))
    except Refused:
        return text  # an average may have more decimals than its field keeps


def _figure(scope: Scope, leaf: Leaf, text: str) -> Any:
    parsed = _parsed(scope, leaf, text) if scope.value_kind(leaf) == "number" else text
    if parsed is not text:
        return parsed
    try:
        found = float(text.replace(",", ""))
    except ValueError:
        return text
    return int(found) if found.is_integer() else found


PARTS: Mapping[str, Callable[[Scope, Leaf, Given], Changes]] = {
    "operator": _operator,
    "value": _value,
    "values": _values,
    "add": _add,
    "drop": _drop,
    "pair": _pair,
    "when": _when,
    "span": _span,
    "source": _source,
    "field": _field,
    "fn": _function,
    "of": _of,
    "by": _by,
    "match": _match,
}
