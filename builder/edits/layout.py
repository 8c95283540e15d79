"""Gestures on a form's layout: where fields stand, sections and their columns. None of them touches what a field is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Made, Text
from builder.edits.node import layout_of
from runtime.errors import Conflict, Invalid, NotFound, Problem

Section = dict[str, Any]
UNTITLED = {"zh": "新分区", "en": "New section"}


def place(
    body: Body,
    item: Mapping[str, Any],
    *,
    section: str | None = None,
    before: str | None = None,
    after: str | None = None,
    position: int | None = None,
) -> None:
    """Put a field into the layout of a body under construction; without a place it goes to the end."""
    beside = before or after
    target = _holding(body, beside) if beside else section_of(body, section)
    keys = [each["field"] for each in target["items"]]
    if beside or position is None:
        at = made.slot(keys, before=before, after=after, path="x-fenzu.layout")
    else:
        at = max(0, min(position, len(keys)))
    target["items"].insert(at, dict(item))


def take(body: Body, key: str) -> dict[str, Any]:
    """Take a field out of the layout of a body under construction, and give back its place's facts."""
    target = _holding(body, key)
    at = [item["field"] for item in target["items"]].index(key)
    found: dict[str, Any] = target["items"].pop(at)
    return found


def move_field(
    body: Mapping[str, Any],
    key: str,
    *,
    before: str | None = None,
    after: str | None = None,
    section: str | None = None,
    position: int | None = None,
    to: str | None = None,
) -> Body:
    """Move a field beside another one, into a section (at a position), or `up`, `down`, `top`, `bottom`."""
    new_body = made.copy(body)
    if to is not None:
        _step(new_body, key, to)
    elif key not in (before, after):
        if section is not None:
            section_of(new_body, section)
        place(new_body, take(new_body, key), section=section, before=before, after=after, position=position)
    return new_body


def set_span(body: Mapping[str, Any], key: str, whole: bool) -> Body:
    """Let a field take the whole width of its section, or one column of it."""
    new_body = made.copy(body)
    for item in _holding(new_body, key)["items"]:
        if item["field"] == key:
            made.put(item, "span", 2 if whole else None)
    return new_body


def add_section(
    body: Mapping[str, Any], label: Text | None = None, *, after: str | None = None, before: str | None = None
) -> Made:
    """A new section, at the end unless a place is given; what stands below it stays where it is."""
    new_body = made.copy(body)
    sections = layout_of(new_body)
    keys = [section["key"] for section in sections]
    name = made.label(None, label or UNTITLED)
    section: Section = {"key": made.propose(name, keys, "section"), "label": name, "columns": 2, "items": []}
    sections.insert(made.slot(keys, before=before, after=after, path="x-fenzu.layout"), section)
    return Made(new_body, section["key"])


def rename_section(body: Mapping[str, Any], key: str, label: Text) -> Body:
    """Change the heading of a section; without any text it has none."""
    new_body = made.copy(body)
    section = section_of(new_body, key)
    made.put(section, "label", made.text(section.get("label"), label))
    return new_body


def set_columns(body: Mapping[str, Any], key: str, columns: int) -> Body:
    """One column or two."""
    new_body = made.copy(body)
    if columns not in (1, 2):
        raise Invalid(Problem("columns", "bad_columns"))
    section_of(new_body, key)["columns"] = columns
    return new_body


def move_section(
    body: Mapping[str, Any], key: str, *, before: str | None = None, after: str | None = None, to: str | None = None
) -> Body:
    """Another place for a section with everything in it."""
    new_body = made.copy(body)
    new_body["x-fenzu"]["layout"] = made.rearranged(layout_of(new_body), key, before=before, after=after, to=to)
    return new_body


def remove_section(body: Mapping[str, Any], key: str) -> Body:
    """Take a section away; its fields move to the end of the one before it (or to the top of the next)."""
    new_body = made.copy(body)
    sections = layout_of(new_body)
    at = made.position_of([section["key"] for section in sections], key, "x-fenzu.layout")
    if len(sections) == 1:
        raise Conflict(Problem("x-fenzu.layout", "last_section"))
    items = sections.pop(at)["items"]
    if at:
        sections[at - 1]["items"].extend(items)
    else:
        sections[0]["items"][:0] = items
    return new_body


def section_of(body: Body, key: str | None) -> Section:
    """A section by key, the last one for None; a form without sections gets one."""
    sections = layout_of(body)
    if key is None:
        if not sections:
            sections.append({"key": "basic", "columns": 2, "items": []})
        return sections[-1]
    return sections[made.position_of([section["key"] for section in sections], key, "x-fenzu.layout")]


def _holding(body: Body, key: str) -> Section:
    for section in layout_of(body):
        if any(item["field"] == key for item in section["items"]):
            return section
    raise NotFound(Problem("x-fenzu.layout", "no_such_field", {"field": key}))


def _step(body: Body, key: str, to: str) -> None:
    """One place up or down, across the borders of sections; top and bottom are those of the field's own section."""
    sections = layout_of(body)
    home = _holding(body, key)
    number = sections.index(home)
    keys = [item["field"] for item in home["items"]]
    at = keys.index(key)
    if to == "up" and at == 0 and number > 0:
        sections[number - 1]["items"].append(home["items"].pop(at))
    elif to == "down" and at == len(keys) - 1 and number < len(sections) - 1:
        sections[number + 1]["items"].insert(0, home["items"].pop(at))
    else:
        home["items"][:] = made.rearranged(home["items"], key, to=to, name="field")
