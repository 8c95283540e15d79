"""Gestures on the pieces of a layout that hold no value: words, a picture, a line, a button."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.edits import layout, made
from builder.edits.made import Body, Made, Text
from builder.edits.node import layout_of
from runtime.definitions.layout import PICTURES, PIECES, ROOT
from runtime.definitions.layout_check import ADDRESS
from runtime.errors import Invalid, NotFound, Problem

Piece = dict[str, Any]
NEW: Mapping[str, Mapping[str, Any]] = {
    "text": {"text": {"zh": "在这里写几句说明", "en": "Write a few words here"}},
    "picture": {"picture": {"name": PICTURES[0]}},
    "divider": {"divider": True},
    "button": {"button": {"label": {"zh": "按钮", "en": "Button"}}},
    "related": {"related": ""},
}


def add(
    body: Mapping[str, Any],
    kind: str,
    *,
    section: str | None = None,
    after: str | None = None,
    position: int | None = None,
) -> Made:
    """A new piece, after an item or in a section."""
    if kind not in PIECES:
        raise Invalid(Problem("kind", "no_such_type", {"name": kind}))
    new_body = made.copy(body)
    key = made.free(kind, keys(new_body))
    layout.place(new_body, {"key": key, **made.copy(NEW[kind])}, section=section, after=after, position=position)
    return Made(new_body, f"piece:{key}")


def remove(body: Mapping[str, Any], piece: str) -> Body:
    """Take a piece away."""
    new_body = made.copy(body)
    find(new_body, piece)
    layout.take(new_body, piece)
    return new_body


def duplicate(body: Mapping[str, Any], piece: str) -> Made:
    """A second one like it, right after it."""
    new_body = made.copy(body)
    key = made.free(piece.partition(":")[2], keys(new_body))
    layout.place(new_body, {**made.copy(find(new_body, piece)), "key": key}, after=piece)
    return Made(new_body, f"piece:{key}")


def find(body: Mapping[str, Any], piece: str) -> Piece:
    """A piece as the document has it; raises NotFound."""
    for section in layout_of(body):
        for item in section["items"]:
            if "field" not in item and f"piece:{item['key']}" == piece:
                found: Piece = item
                return found
    raise NotFound(Problem(ROOT, "no_such_part", {"key": piece.partition(":")[2]}))


def keys(body: Mapping[str, Any]) -> set[str]:
    """The keys that pieces have."""
    return {item["key"] for section in layout_of(body) for item in section["items"] if "key" in item}


def say(body: Mapping[str, Any], piece: str, name: str, text: Text) -> Body:
    """The words of a piece: `text`, a picture's `alt`, a button's `label`."""
    new_body = made.copy(body)
    found = find(new_body, piece)
    if name == "text" and "text" in found:
        found["text"] = made.label(found["text"], text)
    elif name == "alt" and "picture" in found:
        made.put(found["picture"], "alt", made.text(found["picture"].get("alt"), text))
    elif name == "label" and "button" in found:
        found["button"]["label"] = made.label(found["button"]["label"], text)
    else:
        raise Invalid(Problem(name, "no_such_property", {"name": name}))
    return new_body


def set_picture(body: Mapping[str, Any], piece: str, *, name: str = "", file: str = "") -> Body:
    """One of the pictures that are there, or an uploaded one by its digest."""
    new_body = made.copy(body)
    picture = find(new_body, piece).get("picture")
    if picture is None or bool(name) == bool(file) or (name and name not in PICTURES):
        raise Invalid(Problem("picture", "no_picture"))
    for each, value in (("name", name), ("file", file)):
        made.put(picture, each, value)
    return new_body


def set_way(body: Mapping[str, Any], piece: str, *, href: str = "", form: str = "", field: str = "") -> Body:
    """Where a button leads: an address, or a new record of a form with a link in `field`."""
    new_body = made.copy(body)
    button = find(new_body, piece).get("button")
    if button is None:
        raise Invalid(Problem("button", "no_such_property", {"name": "button"}))
    if href and not re.fullmatch(ADDRESS, href):
        raise Invalid(Problem("href", "bad_address"))
    for name, value in (("href", href), ("form", form), ("field", field)):
        made.put(button, name, value)
    return new_body


def set_related(body: Mapping[str, Any], piece: str, inverse: str) -> Body:
    """Which linked records a list shows, by the key they have on this side."""
    new_body = made.copy(body)
    found = find(new_body, piece)
    if "related" not in found:
        raise Invalid(Problem("related", "no_such_property", {"name": "related"}))
    found["related"] = inverse[:40]
    return new_body
