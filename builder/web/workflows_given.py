"""What the drawer's controls send, read back into settings by their schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.edits import made
from builder.edits.workflow import blank
from builder.web import workflows_same, workflows_set, workflows_texts
from builder.web.workflows_controls import Spec, control, form_of
from builder.web.workflows_room import Room
from runtime.accounts import superiors
from runtime.errors import Invalid, NotFound, Problem
from runtime.words import LANGUAGES
from runtime.workflows import people

Given = MultiDict[str, str]
ABOVE, UP = "up:", {"minimum": 1, "maximum": superiors.MOST}
ONE = ("field", "form", "link", "group", "pick")


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


def only(room: Room, name: str) -> Any:
    """What a setting that must be there holds from the beginning: its default, or the one thing that can be chosen."""
    spec = spec_of(room, name)
    if name in room.node or "default" in spec:
        return room.node.get(name, spec.get("default"))
    able = control(room, name, spec, False, {})
    return able.choices[0][0] if able.look in ONE and len(able.choices) == 1 else None


def _line(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    return sent.get("value", "").strip() or None


def _text(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    typed = {lang: sent[lang] for lang in LANGUAGES if lang in sent}
    named = spec.get("x-control") != "words"
    return made.text(room.node.get(name), workflows_texts.kept(form_of(room, spec), typed) if named else typed) or None


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
    return whom(room.node.get(name, ()), sent)


def whom(given: Sequence[Any], sent: Given) -> list[Any] | None:
    """Somebody more (`add`: `role:member`, `person:3`, `up:field:owner`), one less (`drop`: its place), or others further up (`lift`: the place, `up`)."""
    held = list(given)
    if sent.get("drop", "").isdecimal():
        return [one for at, one in enumerate(held) if at != int(sent["drop"])] or None
    lifted = sent.get("lift", "")
    if lifted.isdecimal():
        return [{**one, "up": int(_within("up", sent.get("up", "1"), UP))} if at == int(lifted) and "up" in one else one for at, one in enumerate(held)]
    how, _, whom = sent.get("add", "").removeprefix(ABOVE).partition(":")
    if how not in people.ONE["properties"] or how == "up" or not whom:  # type: ignore[operator]
        return held or None
    known: Mapping[str, Spec] = people.ONE["properties"]  # type: ignore[assignment]
    flag = known[how].get("const") is True
    one = {how: True if flag else int(whom) if how == "person" and whom.isdecimal() else whom} | ({"up": 1} if sent["add"].startswith(ABOVE) else {})
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


def _boxes(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    whole = spec["items"].get("type") == "integer"
    return [int(one) if whole else one for one in _many(room, name, spec, sent) or ()] or None


def _lines(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    return made.lines_of(sent.get("value", "")) or None


def _offset(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    """So long before or after; on the day itself there is nothing to keep."""
    typed, side = sent.get("n", "").strip(), sent.get("side", "on")
    if side == "on":
        return None
    n = abs(int(_within(name, typed, spec["properties"]["n"]))) if typed else 1
    return {"n": -n if side == "before" else n, "unit": sent.get("unit", "day")} if n else None


def _cases(room: Room, name: str, spec: Spec, sent: Given) -> Any:
    """Who is meant for each value of a field: one value more, one less, its people."""
    held, at = [dict(one) for one in room.node.get(name, ())], int(sent["row"]) if sent.get("row", "").isdecimal() else -1
    if "value" in sent:
        item = room.form.live_fields.get(str(room.node.get(str(spec.get("into")), "")))
        value = workflows_set.parsed(room, item, [sent["value"]] if item.type.many else sent["value"]) if item and sent["value"] else None
        return held if value is None or any(one["value"] == value for one in held) else [*held, {"value": value, "who": []}]
    if not 0 <= at < len(held):
        return held or None
    if "gone" in sent:
        return [one for number, one in enumerate(held) if number != at] or None
    held[at]["who"] = whom(held[at].get("who", ()), sent) or []
    return held


READERS: Mapping[str, Callable[[Room, str, Spec, Given], Any]] = {
    "text": _text, "number": _number, "yes": lambda room, name, spec, sent: sent.get("value") == "1", "span": _span, "fields": _many, "tags": _many,
    "groups": _many, "values": _values, "who": _who, "set": _set, "cases": _cases, "lines": _lines, "offset": _offset, "boxes": _boxes,
    "same": lambda room, name, spec, sent: workflows_same.put(room, form_of(room, spec), room.node.get(name, ()), sent),
    "pick": lambda room, name, spec, sent: int(sent["value"]) if sent.get("value", "").isdecimal() else sent.get("value") or None,
}
