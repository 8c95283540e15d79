"""What the drawer's controls send, read back into settings by their schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.edits import made
from builder.edits.workflow import blank
from builder.web import workflows_set
from builder.web.workflows_controls import Spec, control, form_of
from builder.web.workflows_room import Room
from runtime.errors import Invalid, NotFound, Problem
from runtime.words import LANGUAGES
from runtime.workflows import people

Given = MultiDict[str, str]


def spec_of(room: Room, name: str) -> Spec:
    """The schema of a setting of what is chosen; raises NotFound."""
    kind = room.kind
    if kind is None or room.branch or name not in kind.settings:
        raise NotFound(Problem(name, "no_such_part", {"key": name[:60]}))
    found: Spec = kind.settings[name]
    return found


def read(room: Room, name: str, sent: Given) -> Any:
    """The new value of a setting; None takes it out."""
    spec = spec_of(room, name)
    reader = READERS.get(control(room, name, spec, False, {}).look, _line)
    return reader(room, name, spec, sent)


def begin(room: Room, name: str) -> Any:
    """What a setting holds when its way is chosen."""
    made_ = control(room, name, spec_of(room, name), False, {})
    match made_.look:
        case "span":
            return {"n": 1, "unit": made_.choices[-1][0] if len(made_.choices) == 1 else next(key for key, _, _ in made_.choices if key in ("day", made_.choices[0][0]))}
        case "rule":
            return blank()
        case "number":
            return made_.more.get("least") or 1
        case "text":
            return {room.lang: " "}
        case "yes":
            return True
    first = next(iter(made_.choices), None)
    if first is None:
        raise Invalid(Problem(name, "nothing_to_choose"))
    return first[0]


def _line(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    return sent.get("value", "").strip() or None


def _text(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    return made.text(room.node.get(name), {lang: sent[lang] for lang in LANGUAGES if lang in sent}) or None


def _number(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    typed = sent.get("value", "").strip()
    return _within(name, typed, spec) if typed else None


def _within(name: str, typed: str, spec: Spec) -> int | float:
    least, most = spec.get("minimum", -(10**15)), spec.get("maximum", 10**15)
    try:
        found = float(typed)
    except ValueError:
        raise Invalid(Problem(name, "setting_number")) from None
    if not least <= found <= most:
        raise Invalid(Problem(name, "setting_range", {"least": f"{least:g}", "most": f"{most:g}"}))
    return int(found) if found == int(found) else found


def _span(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    typed = sent.get("n", "").strip()
    return {"n": int(_within(name, typed, spec["properties"]["n"])), "unit": sent.get("unit", "day")} if typed else None


def _many(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    return list(dict.fromkeys(one for one in sent.getlist("value") if one)) or None


def _values(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    key = control(room, name, spec, False, {}).more.get("field", "")
    return workflows_set.taken(room, form_of(room, spec), key, sent.getlist("value")) or None


def _who(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    """Somebody more (`add`: `role:member`, `person:3`), or one less (`drop`: its place)."""
    held = list(room.node.get(name, ()))
    if sent.get("drop", "").isdecimal():
        return [one for at, one in enumerate(held) if at != int(sent["drop"])] or None
    known: Mapping[str, Spec] = people.ONE["properties"]  # type: ignore[assignment]
    how, _, whom = sent.get("add", "").partition(":")
    if how not in known or not whom:
        return held or None
    flag = known[how].get("const") is True
    one = {how: True if flag else int(whom) if how == "person" and whom.isdecimal() else whom}
    return held if one in held else [*held, one]


def _set(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    """One field more, one less, or one given otherwise."""
    held, form = room.node.get(name, []), form_of(room, spec)
    at = int(sent["row"]) if sent.get("row", "").isdecimal() else -1
    if sent.get("add"):
        return [*held, workflows_set.start(room, form, sent["add"])]
    if "drop" in sent:
        return [one for number, one in enumerate(held) if number != at] or None
    return workflows_set.put(room, form, held, at, sent)


READERS: Mapping[str, Callable[[Room, str, Spec, Given], Any]] = {
    "text": _text, "number": _number, "yes": lambda room, name, spec, sent: sent.get("value") == "1", "span": _span, "fields": _many, "tags": _many,
    "groups": _many, "values": _values, "who": _who, "set": _set,
}
