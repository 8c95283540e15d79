"""What a step writes into fields: a value, another field's, a fact of the moment, or a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, WORDS
from runtime.errors import Problem
from runtime.records.entry import plain
from runtime.workflows import named, texts, valued
from runtime.workflows.base import Here

FACTS = ("me", "today", "now", "record", "blank")
PLUS = {"type": "object", "required": ["n", "unit"], "additionalProperties": False,
        "properties": {"n": {"type": "integer", "minimum": -3650, "maximum": 3650}, "unit": {"enum": ["hour", "day", "week"]}}}
ONE = {
    "type": "object", "required": ["field"], "additionalProperties": False, "minProperties": 2,
    "properties": {"field": KEY, "value": {}, "take": KEY, "fact": {"enum": list(FACTS)}, "plus": PLUS, "text": WORDS},
}
SET = {"type": "array", "items": ONE, "minItems": 1, "maxItems": 60}
WAYS = ("value", "take", "fact", "text")


def values(here: Here, wanted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """By field what to write, as a person would have typed it."""
    return {one["field"]: _value(here, one) for one in wanted}


def _value(here: Here, one: Mapping[str, Any]) -> Any:
    if "take" in one:
        return plain(valued.of(here, one["take"]))
    if "text" in one:
        return texts.render(here, one["text"], here.act.by.lang)
    return _fact(here, one) if "fact" in one else one.get("value")


def _fact(here: Here, one: Mapping[str, Any]) -> Any:
    plus = one.get("plus", {"n": 0, "unit": "day"})
    span = span_of(plus)
    match one["fact"]:
        case "me":
            return here.run.by
        case "record":
            return here.record_id
        case "today":
            return (here.act.as_of.at.astimezone(here.act.as_of.zone) + span).date().isoformat()
        case "now":
            return (here.act.as_of.at + span).astimezone(here.act.as_of.zone).replace(tzinfo=None).isoformat(timespec="minutes")
    return None


def span_of(given: Mapping[str, Any]) -> timedelta:
    """`{"n": 3, "unit": "day"}` as a length of time."""
    return timedelta(**{f"{given['unit']}s": given["n"]})


def problems(wanted: Sequence[Mapping[str, Any]], into: Form, at_hand: Form, path: str) -> Iterator[Problem]:
    """Fields that are not there or cannot be written, and what they would be given from."""
    for number, one in enumerate(wanted):
        here = f"{path}[{number}]"
        field = into.live_fields.get(one["field"])
        yield from named.field(into, one["field"], f"{here}.field")
        if field is not None and field.type.readonly:
            yield Problem(f"{here}.field", "read_only", {"field": field.label})
        if sum(way in one for way in WAYS) != 1:
            yield Problem(here, "set_one_way", {"field": field.label if field else one["field"]})
        if "take" in one:
            yield from named.field(at_hand, one["take"], f"{here}.take")
        if "text" in one:
            yield from texts.problems(one["text"], at_hand, f"{here}.text")
