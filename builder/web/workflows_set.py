"""The fields that a step fills, row by row: which field, how it is given, and the control of what is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.edits import made as parts
from builder.web import workflows_texts
from builder.web.designer_settings import plain
from builder.web.rules_editors import Options
from builder.web.workflows_room import Room
from runtime.definitions.form import Field, Form
from runtime.definitions.logic_check import LOCAL
from runtime.errors import Invalid, Problem
from runtime.fields.base import Refused
from runtime.web import here
from runtime.web.bound import Binder, Bound
from runtime.words import LANGUAGES, Words, read
from runtime.workflows import given
from runtime.workflows.wording import UNITS

One = Mapping[str, Any]
Choices = list[tuple[str, str]]
PLUS: Mapping[str, Any] = given.PLUS["properties"]  # type: ignore[assignment]
WAY = {"value": Words("填一个值", "A value"), "take": Words("取另一个字段的", "Another field’s"), "text": Words("一句话", "A sentence"),
       "fact:me": Words("发起的人", "Whoever set it off"), "fact:today": Words("今天", "Today"), "fact:now": Words("现在", "Now"),
       "fact:record": Words("这条记录", "This record"), "fact:blank": Words("清空", "Nothing")}
FACTS = {"me": ("person", "people"), "today": ("date", "datetime"), "now": ("datetime", "date"), "record": ("link", "links")}
TEXTS = ("text",)


@dataclass
class Row:
    """One field to fill: `way` is how, `control` holds a value, `choices` another field's, `unit` what is added to a day."""

    at: int
    key: str
    label: str
    way: str
    ways: Choices
    control: Bound | None = None
    choices: Sequence[tuple[str, ...]] = field(default_factory=list)
    given: Any = None
    units: Choices = field(default_factory=list)


def writable(form: Form | None) -> dict[str, Field]:
    """The fields that a step can fill."""
    return {key: item for key, item in (form.live_fields.items() if form else ()) if not item.type.readonly and not item.type.computed and not item.type.nested}


def rows(room: Room, form: Form | None, name: str, held: Sequence[One]) -> tuple[list[Any], list[Options]]:
    """What is filled so far, and the fields that could be filled too."""
    able = writable(form)
    drawn = [_row(room, form, name, at, one) for at, one in enumerate(held)]
    used = {one.get("field") for one in held}
    return drawn, [Options("", [(key, read(item.label, room.lang), item.type.icon) for key, item in able.items() if key not in used])]


def _row(room: Room, form: Form | None, name: str, at: int, one: One) -> Row:
    item, lang = (form.fields.get(one["field"]) if form else None), room.lang
    way = f"fact:{one['fact']}" if "fact" in one else next((key for key in given.WAYS if key in one), "value")
    row = Row(at, one["field"], read(item.label, lang) if item else one["field"], way, _ways(item, lang))
    if item is None:
        return row
    if way == "value":
        row.control = _control(room, form, item, one.get("value"), f"{name}-{at}")
    elif way == "take":
        row.given, row.choices = one["take"], [(key, read(other.label, lang)) for key, other in room.form.live_fields.items() if alike(item, other)]
    elif way == "text":
        row.given, row.choices = workflows_texts.shown(room.form, one["text"]), workflows_texts.offered(room, room.form)
    elif way in ("fact:today", "fact:now"):
        row.given = one.get("plus", {"n": 0, "unit": "day"})
        row.units = [(unit, UNITS[unit].say(lang, n=2).replace("2", "").strip()) for unit in PLUS["unit"]["enum"]]
    return row


def alike(item: Field, other: Field) -> bool:
    """Whether a field's value can stand in another one."""
    return other.type.kind == item.type.kind or item.type.kind in TEXTS


def _ways(item: Field | None, lang: str) -> Choices:
    """How a field can be given something."""
    if item is None:
        return [(key, words.say(lang)) for key, words in WAY.items()]
    kind = item.type.kind
    found = ["value"] if _typed(item) else []
    found += ["take", *(["text"] if kind in TEXTS else []), *(f"fact:{fact}" for fact, kinds in FACTS.items() if kind in kinds), "fact:blank"]
    return [(way, WAY[way].say(lang)) for way in found]


def _typed(item: Field) -> bool:
    return item.type.kind not in LOCAL and item.type.parts == 1


def _control(room: Room, form: Form | None, item: Field, value: Any, place: str) -> Bound:
    """The field's own control, holding what is set."""
    names = here.names(room.found)
    try:
        held = item.type.parse(value, item.settings, names) if value is not None else None
    except Refused:
        held = None
    made = Binder(room.found, form.key if form else "", names, f"set-{place}-").value(item, held)
    made.name, made.required, made.help, made.placeholder = "value", False, "", ""
    made.settings = {**made.settings, "display": "dropdown"}
    return made


def put(room: Room, form: Form | None, held: Sequence[One], at: int, sent: Any) -> list[dict[str, Any]]:
    """The rows with one of them as its controls say; another way begins afresh."""
    able = writable(form)
    made = [dict(one) for one in held]
    if not 0 <= at < len(made) or made[at]["field"] not in able:
        return made
    old, item = made[at], able[made[at]["field"]]
    way, fact = sent.get("way", "value").partition(":")[::2]
    if way == "fact" and fact in given.FACTS:
        plus = _plus(sent)
        made[at] = {"field": old["field"], "fact": fact} | ({"plus": plus} if plus and fact in ("today", "now") else {})
    elif way == "take":
        first = next((key for key, other in room.form.live_fields.items() if alike(item, other)), "")
        made[at] = {"field": old["field"], "take": sent.get("take") or old.get("take") or first}
    elif way == "text":
        new = workflows_texts.kept(room.form, {lang: sent[f"text.{lang}"] for lang in LANGUAGES if f"text.{lang}" in sent})
        made[at] = {"field": old["field"], "text": parts.text(old.get("text"), new) or {room.lang: " "}}
    else:
        made[at] = {"field": old["field"], "value": _value(room, item, sent) if "value" in sent else old.get("value")}
    return made


def start(room: Room, form: Form | None, key: str) -> dict[str, Any]:
    """A field that has just been put in."""
    item = writable(form).get(key)
    if item is None:
        raise Invalid(Problem("field", "no_such_field", {"field": key[:60]}))
    way = _ways(item, room.lang)[0][0]
    return {"field": key, "value": None} if way == "value" else {"field": key, "fact": "blank"}


def _plus(sent: Any) -> dict[str, Any] | None:
    n, unit = sent.get("n", "").strip(), sent.get("unit", "day")
    if not n or n == "0":
        return None
    if not n.removeprefix("-").isdecimal() or abs(int(n)) > PLUS["n"]["maximum"]:
        raise Invalid(Problem("plus", "setting_number"))
    return {"n": int(n), "unit": unit}


def _value(room: Room, item: Field, sent: Any) -> Any:
    typed = [value for value in sent.getlist("value") if value]
    return parsed(room, item, typed if item.type.many else typed[-1]) if typed else None


def parsed(room: Room, item: Field, typed: Any) -> Any:
    """What was typed as the document keeps it; raises Invalid."""
    try:
        return plain(item.type.parse(typed, item.settings, here.names(room.found)))
    except Refused as refused:
        raise Invalid(Problem("value", refused.code, {"field": item.label, **refused.params})) from None


def values(room: Room, form: Form | None, key: str, held: Sequence[Any]) -> tuple[list[Any], list[Options], dict[str, Any]]:
    """Values of a field that an event is about: chosen ones as (value, text), what can be chosen, where more is searched."""
    item = form.live_fields.get(key) if form else None
    if item is None:
        return [], [], {"field": ""}
    names = here.names(room.found)
    bound = Binder(room.found, form.key if form else "", names).value(item, None)
    chosen = [(_key(one), item.type.show(one, item.settings, names)) for one in held if one is not None]
    options = [(str(one["const"]), str(one["label"]), str(one.get("color") or "")) for one in bound.options if not one.get("retired")]
    if item.type.kind == "boolean":
        options = [("true", Words("是", "Yes").say(room.lang), ""), ("false", Words("否", "No").say(room.lang), "")]
    return chosen, [Options("", options)], {"field": key, "search": bound.search_url, "create": not options and not bound.search_url}


def _key(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def taken(room: Room, form: Form | None, key: str, sent: Sequence[str]) -> list[Any]:
    """What was chosen or typed as values of the field."""
    item = form.live_fields.get(key) if form else None
    if item is None:
        raise Invalid(Problem("fields", "changed_one_field"))
    return [parsed(room, item, [one] if item.type.many else one) for one in sent if one]
