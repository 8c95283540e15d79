"""What can be wrong with the layout of a form: its shape as JSON Schema, and what a schema cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.layout import COLUMNS, NAMES, PICTURES, PIECES, ROOT, every, walk
from runtime.definitions.parts import KEY, WORDS
from runtime.errors import Problem

ADDRESS = r"^(https?://[^\s]+|mailto:[^\s]+|tel:[0-9+ -]+)$"
SPAN = {"enum": list(COLUMNS)}


def _of(needed: list[str], **properties: Any) -> dict[str, Any]:
    """An object with nothing but these properties."""
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


PICTURE = _of([], name={"enum": list(PICTURES)}, file={"type": "string", "pattern": "^[0-9a-f]{64}$"}, alt=WORDS)
BUTTON = _of(
    ["label"], label=WORDS, href={"type": "string", "maxLength": 500, "pattern": ADDRESS}, form=KEY, field=KEY
)
LINE = {"type": "string", "maxLength": 2000}
TEXT = {**WORDS, "properties": {"zh": LINE, "en": LINE}}
ITEM = _of([], field=KEY, key=KEY, span=SPAN, text=TEXT, picture=PICTURE, divider={"const": True}, button=BUTTON, related={"type": "string", "maxLength": 40})
ITEM["oneOf"] = [{"required": [name]} for name in ("field", *PIECES)]
ITEM["dependentRequired"] = {name: ["key"] for name in PIECES}
SECTION = _of(
    ["key", "items"],
    key=KEY,
    label=WORDS,
    columns=SPAN,
    items={"type": "array", "items": ITEM, "maxItems": 400},
    fold={"enum": ["open", "closed"]},
)
SECTIONS = {"type": "array", "items": SECTION, "minItems": 1, "maxItems": 60}
TAB = _of(["key", "label", "sections"], key=KEY, label=WORDS, sections=SECTIONS)
TABS = _of(["key", "tabs"], key=KEY, tabs={"type": "array", "items": TAB, "minItems": 1, "maxItems": 20})
BLOCK = {"if": {"required": ["tabs"]}, "then": TABS, "else": SECTION}
PAGE = _of(
    ["key", "label", "blocks"],
    key=KEY,
    label=WORDS,
    blocks={"type": "array", "items": BLOCK, "minItems": 1, "maxItems": 60},
)
LAYOUT = {
    "type": "array",
    "items": {"if": {"required": ["blocks"]}, "then": PAGE, "else": BLOCK},
    "maxItems": 60,
}
OTHERS = {
    "type": "object",
    "properties": {name: {**LAYOUT, "minItems": 1} for name in NAMES},
    "minProperties": 1,
    "additionalProperties": False,
}


def check(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Every field in one place of each layout, every part under a key of its own, every piece complete."""
    for root, layout in every(body["x-fenzu"]):
        paged = [at for at, part in enumerate(layout) if "blocks" in part]
        if paged and len(paged) != len(layout):
            yield Problem(root, "pages_mixed")
        yield from _fields(body, layout, root)
        yield from _keys(layout, root)
        for path, section in walk(layout, root):
            for at, item in enumerate(section["items"]):
                yield from _piece(item, f"{path}.items[{at}]")


def _fields(body: Mapping[str, Any], layout: list[Any], root: str) -> Iterator[Problem]:
    """No field twice; the full layout has them all."""
    fields, seen = body["properties"], set()
    for place, section in walk(layout, root):
        for at, item in enumerate(section["items"]):
            if (key := item.get("field")) is None:
                continue
            path = f"{place}.items[{at}]"
            if key not in fields:
                yield Problem(path, "no_such_field", {"field": key})
            if key in seen:
                yield Problem(path, "placed_twice", {"field": key})
            seen.add(key)
    for key, node in fields.items():
        if root == ROOT and key not in seen and not node["x-fenzu"].get("retired"):
            yield Problem(ROOT, "not_placed", {"field": key})


def _keys(layout: list[Any], root: str) -> Iterator[Problem]:
    """Sections, pages, tabs and pieces are each told apart by their keys."""
    seen: set[tuple[str, str]] = set()
    for kind, path, key in _named(layout, root):
        if (kind, key) in seen:
            yield Problem(path, "section_twice" if kind == "section" else "part_twice", {"key": key})
        seen.add((kind, key))


def _named(parts: list[Any], root: str) -> Iterator[tuple[str, str, str]]:
    for at, part in enumerate(parts):
        path = f"{root}[{at}]"
        yield "page" if "blocks" in part else "tabs" if "tabs" in part else "section", path, part["key"]
        yield from _named(part.get("blocks", []), f"{path}.blocks")
        for number, tab in enumerate(part.get("tabs", [])):
            yield "tab", f"{path}.tabs[{number}]", tab["key"]
            yield from _named(tab["sections"], f"{path}.tabs[{number}].sections")
        for number, item in enumerate(part.get("items", [])):
            if "key" in item:
                yield "piece", f"{path}.items[{number}]", item["key"]


def _piece(item: Mapping[str, Any], path: str) -> Iterator[Problem]:
    picture, button = item.get("picture"), item.get("button")
    if picture is not None and ("name" in picture) == ("file" in picture):
        yield Problem(f"{path}.picture", "no_picture")
    if button is not None:
        if not any(words.strip() for words in button["label"].values()):
            yield Problem(f"{path}.button.label", "no_label", {"field": item["key"]})
        if ("href" in button) == ("form" in button) or ("form" in button) != ("field" in button):
            yield Problem(f"{path}.button", "button_nowhere", {"button": button["label"]})
