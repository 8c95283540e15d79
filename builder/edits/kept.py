"""A field or a section as something to be used again: taken out of one form, dropped into another under free keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder.edits import made, node
from builder.edits.form import put_required
from builder.edits.layout import section_of
from builder.edits.made import Body, Made
from builder.edits.settle import rekey
from runtime.definitions.form import options_of
from runtime.definitions.layout import walk
from runtime.errors import NotFound, Problem

Part = dict[str, Any]
Add = Callable[[str], Made]
FIELD, SECTION = "field", "section"


def field(body: Mapping[str, Any], key: str) -> Part:
    """A field as a part for the shelf."""
    return {"kind": FIELD, "fields": {key: _clean(node.find(body, key))}, "required": _needed(body, [key])}


def section(body: Mapping[str, Any], key: str) -> Part:
    """A section with all its fields as a part for the shelf."""
    for _path, found in walk(body["x-fenzu"]["layout"]):
        if found["key"] == key:
            part = made.copy(found)
            keys = [item["field"] for item in part["items"] if "field" in item]
            fields = {name: _clean(node.find(body, name)) for name in keys}
            return {"kind": SECTION, "section": part, "fields": fields, "required": _needed(body, keys)}
    raise NotFound(Problem("x-fenzu.layout", "no_such_part", {"key": key}))


def label_of(part: Mapping[str, Any], otherwise: Mapping[str, str]) -> Mapping[str, str]:
    """What a part is called: its field's or section's name."""
    found: Mapping[str, str] = (
        part["section"].get("label") or otherwise
        if part["kind"] == SECTION
        else next(iter(part["fields"].values()))["x-fenzu"]["label"]
    )
    return found


def drop(part: Mapping[str, Any], add: Add) -> Made:
    """The part where a new field or section would come to stand: `add` puts in an empty one and is told which kind."""
    if part["kind"] == SECTION:
        return _section(part, add("section"))
    empty = add("text")
    ((key, found),) = part["fields"].items()
    body = made.copy(empty.body)
    body["properties"][empty.key] = made.copy(found)
    own = made.free(key, set(body["properties"]) - {empty.key})
    body = rekey(body, empty.key, own, None)
    put_required(body, own, key in part.get("required", ()))
    return Made(body, own)


def _section(part: Mapping[str, Any], empty: Made) -> Made:
    body = made.copy(empty.body)
    target = section_of(body, empty.key.rpartition(":")[2])
    own = made.copy(part["section"])
    made.put(target, "label", own.get("label"))
    for name in ("columns", "fold"):
        if name in own:
            target[name] = own[name]
    taken = {item["key"] for _path, each in walk(body["x-fenzu"]["layout"]) for item in each["items"] if "key" in item}
    for item in own["items"]:
        if "field" in item:
            key = made.free(item["field"], body["properties"])
            body["properties"][key] = made.copy(part["fields"][item["field"]])
            put_required(body, key, item["field"] in part.get("required", ()))
            item["field"] = key
        else:
            item["key"] = made.free(item["key"], taken)
            taken.add(item["key"])
        target["items"].append(item)
    return Made(body, empty.key)


def _needed(body: Mapping[str, Any], keys: list[str]) -> list[str]:
    return [key for key in keys if key in body.get("required", ())]


def _clean(found: Mapping[str, Any]) -> Body:
    """A field without what belongs to one form only: retired options, its name on another form."""
    part = made.copy(found)
    if any(option["retired"] for option in options_of(part)):
        part = node.remake(part, {"options": [option for option in options_of(part) if not option["retired"]]})
    for name in ("retired", "inverse"):
        part["x-fenzu"].pop(name, None)
    return part
