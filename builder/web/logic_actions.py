"""What a logic rule does, as controls: which action, on what, with which value; and the gestures on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from builder.edits import logic as edits
from builder.edits.made import Body
from builder.edits.made import text as merged
from builder.web.designer_settings import plain
from builder.web.logic_room import LogicRoom, label_of
from runtime.definitions.form import Field
from runtime.definitions.logic import HIDE, OFFER, REFUSE, SET, SHOW, Action
from runtime.definitions.logic_check import LOCAL
from runtime.errors import Invalid, Problem
from runtime.fields.base import Refused
from runtime.web import here
from runtime.web.bound import Binder, Bound
from runtime.words import LANGUAGES, Words, read

Given = MultiDict[str, str]


@dataclass(frozen=True)
class Row:
    """One action as it is drawn: where it stands, what it is, and the control of its value."""

    side: str
    at: int
    action: Action
    control: Bound | None
    options: list[tuple[str, str, bool]]


class Act(NamedTuple):
    """One gesture: its words for the undo button, and what it makes of the body."""

    said: Words
    make: Callable[[Body, str, Given, LogicRoom], Body]


def rows_of(room: LogicRoom) -> list[tuple[str, list[Row]]]:
    """Both sides of the open rule with their actions."""
    if room.rule is None:
        return []
    sides = (("then", room.rule.then), ("else", room.rule.otherwise))
    return [(side, [_row(room, side, at, action) for at, action in enumerate(actions)]) for side, actions in sides]


def _row(room: LogicRoom, side: str, at: int, action: Action) -> Row:
    item, lang = room.form.fields.get(action.target), here.actor().lang
    chosen = action.value or [] if action.kind == OFFER else []
    options = [(o["const"], read(o["label"], lang), o["const"] in chosen) for o in item.options if not o["retired"]] if item else []
    control = _control(room, item, action.value, f"{side}-{at}") if action.kind == SET and item else None
    return Row(side, at, action, control, options if action.kind == OFFER else [])


def _control(room: LogicRoom, item: Field, value: Any, place: str) -> Bound:
    """The field's own control, holding what is set."""
    names = here.names(room.found)
    try:
        held = item.type.parse(value, item.settings, names) if value is not None else None
    except Refused:
        held = None
    made = Binder(room.found, room.key, names, f"set-{place}-").value(item, held)
    made.name, made.required, made.help, made.placeholder = "value", False, "", ""
    made.settings = {**made.settings, "display": "dropdown"}
    return made


def able(room: LogicRoom, kind: str) -> list[str]:
    """The fields and sections that an action of a kind can be about, in the order of the form."""
    fields, parts = room.form.live_fields, list(room.form.logic.parts)
    if kind in (SHOW, HIDE):
        return [*fields, *parts]
    own = {key: item for key, item in fields.items() if not item.type.readonly and not item.type.computed}
    if kind == OFFER:
        return [key for key, item in own.items() if item.options]
    return [key for key, item in own.items() if kind != SET or (item.type.kind not in LOCAL and not item.type.nested and item.type.parts == 1)]


def targets_of(room: LogicRoom) -> Mapping[str, list[tuple[str, str]]]:
    """By kind of action that the open rule has, what it can be about, with its name."""
    lang = here.actor().lang
    kinds = {action.kind for action in room.rule.actions} if room.rule else set()
    return {kind: [(key, _named(room, key, lang)) for key in able(room, kind)] for kind in kinds - {REFUSE}}


def _named(room: LogicRoom, key: str, lang: str) -> str:
    text = read(label_of(room.form, key), lang)
    return text if key in room.form.fields else Words("分区：{text}", "Section: {text}").say(lang, text=text)


def _put(body: Body, rule: str, given: Given, room: LogicRoom) -> Body:
    """An action as its controls say; a value stays while the field does."""
    side, at, kind, target = given.get("side", ""), _number(given.get("row", "")), given.get("kind", ""), given.get("target", "")
    old = next((row.action for name, rows in rows_of(room) if name == side for row in rows if row.at == at), None)
    if kind != REFUSE and target not in able(room, kind):
        target = ""
    same = old is not None and (old.kind, old.target) == (kind, target)
    return edits.change_action(body, rule, side, at, edits.action(kind, target, _value(room, kind, target, given, old if same else None)))


def _value(room: LogicRoom, kind: str, target: str, given: Given, old: Action | None) -> Any:
    if kind == REFUSE:
        return merged(old.value if old else {}, {lang: given[f"text.{lang}"] for lang in LANGUAGES if f"text.{lang}" in given})
    if kind == OFFER:
        return [key for key in given.getlist("options") if key]
    if kind != SET or old is None:
        return None
    item = room.form.fields[target]
    typed = [value for value in given.getlist("value") if value]
    try:
        several = item.type.many or item.type.parts > 1
        return plain(item.type.parse(typed if several else typed[-1], item.settings, here.names(room.found))) if typed else None
    except Refused as refused:
        raise Invalid(Problem("value", refused.code, {"field": item.label, **refused.params})) from None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else -1


def _add(body: Body, rule: str, given: Given, room: LogicRoom) -> Body:
    return edits.add_action(body, rule, given.get("side", ""), given.get("kind", ""))


def _drop(body: Body, rule: str, given: Given, room: LogicRoom) -> Body:
    return edits.remove_action(body, rule, given.get("side", ""), _number(given.get("row", "")))


ACTS: Mapping[str, Act] = {
    "add": Act(Words("加一个动作", "Added an action"), _add),
    "put": Act(Words("改动作", "Changed an action"), _put),
    "drop": Act(Words("去掉一个动作", "Removed an action"), _drop),
    "remove": Act(Words("去掉联动规则", "Removed a logic rule"), lambda body, rule, given, room: edits.remove(body, rule)),
    "move": Act(Words("移动联动规则", "Moved a logic rule"), lambda body, rule, given, room: edits.move(body, rule, to=given.get("to", "up"))),
}
