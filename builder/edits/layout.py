"""Gestures on sections and what stands in them: fields by their keys, pieces as `piece:<key>`.

None of them touches what a field is. Pages and tabs, which hold sections, are in `tree`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import made, tree
from builder.edits.made import Body, Made, Text
from builder.edits.node import layout_of, tree_of
from runtime.definitions.layout import COLUMNS, ROOT, item_id
from runtime.errors import Conflict, Invalid, NotFound, Problem

Section = dict[str, Any]
UNTITLED = {"zh": "新分区", "en": "New section"}
FOLDS = ("", "open", "closed")


def place(
    body: Body,
    item: Mapping[str, Any],
    *,
    section: str | None = None,
    before: str | None = None,
    after: str | None = None,
    position: int | None = None,
) -> None:
    """Put a field or a piece into the layout of a body under construction; without a place it goes to the end."""
    beside = before or after
    target = _holding(body, beside) if beside else section_of(body, section)
    keys = _ids(target)
    if beside or position is None:
        at = made.slot(keys, before=before, after=after, path=ROOT)
    else:
        at = max(0, min(position, len(keys)))
    target["items"].insert(at, dict(item))


def take(body: Body, key: str) -> dict[str, Any]:
    """Take a field or a piece out of the layout of a body under construction, and give back its place's facts."""
    target = _holding(body, key)
    found: dict[str, Any] = target["items"].pop(_ids(target).index(key))
    return found


def move_item(
    body: Mapping[str, Any],
    key: str,
    *,
    before: str | None = None,
    after: str | None = None,
    section: str | None = None,
    position: int | None = None,
    to: str | None = None,
) -> Body:
    """Move a field or piece beside another one, into a section (at a position), or `up`, `down`, `top`, `bottom`."""
    new_body = made.copy(body)
    if to is not None:
        _step(new_body, key, to)
    elif key not in (before, after):
        if section is not None:
            section_of(new_body, section)
        place(new_body, take(new_body, key), section=section, before=before, after=after, position=position)
    return new_body


def set_span(body: Mapping[str, Any], key: str, span: int | bool) -> Body:
    """How many columns a field or piece takes; True is the whole row of its section, False one column."""
    new_body = made.copy(body)
    home = _holding(new_body, key)
    item = home["items"][_ids(home).index(key)]
    whole = home.get("columns", 2)
    if span is not False and span not in COLUMNS:
        raise Invalid(Problem("span", "bad_columns"))
    wanted = max(whole, 2) if span is True else min(int(span) or 1, whole)
    # A piece fills its row unless told otherwise; a field takes one column.
    made.put(item, "span", wanted if wanted > 1 or "field" not in item else None)
    return new_body


def add_section(
    body: Mapping[str, Any],
    label: Text | None = None,
    *,
    after: str | None = None,
    before: str | None = None,
    into: str | None = None,
    columns: int = 2,
) -> Made:
    """A new section beside another one, at the end of a page or tab, or of the form; the others stay where they are."""
    new_body = made.copy(body)
    name = made.label(None, label or UNTITLED)
    key = made.propose(name, tree.keys(new_body, "section"), "section")
    section: Section = {"key": key, "label": name, "columns": columns, "items": []}
    if before is not None:
        parts, at = tree.find(new_body, f"section:{before}")
        parts.insert(at, section)
    else:
        tree.insert(new_body, section, f"section:{after}" if after else None, into)
    return Made(new_body, key)


def add_columns(body: Mapping[str, Any], *, after: str | None = None, into: str | None = None) -> Made:
    """A section of three columns without a heading."""
    new_body = made.copy(body)
    section = tree.blank(new_body, columns=3)
    tree.insert(new_body, section, f"section:{after}" if after else None, into)
    return Made(new_body, section["key"])


def rename_section(body: Mapping[str, Any], key: str, label: Text) -> Body:
    """Change the heading of a section; without any text it has none."""
    new_body = made.copy(body)
    section = section_of(new_body, key)
    made.put(section, "label", made.text(section.get("label"), label))
    return new_body


def set_columns(body: Mapping[str, Any], key: str, columns: int) -> Body:
    """One column to four; what filled its row still does, and nothing is wider than the row."""
    new_body = made.copy(body)
    if columns not in COLUMNS:
        raise Invalid(Problem("columns", "bad_columns"))
    section = section_of(new_body, key)
    old = section.get("columns", 2)
    section["columns"] = columns
    for item in section["items"]:
        span = item.get("span", 1)
        if span > 1 and columns > 1:
            item["span"] = columns if span >= old else min(span, columns)
    return new_body


def set_fold(body: Mapping[str, Any], key: str, fold: str) -> Body:
    """Whether a section can be folded, and how it is at first: "" not, `open` or `closed`."""
    if fold not in FOLDS:
        raise Invalid(Problem("fold", "no_such_property", {"name": fold}))
    new_body = made.copy(body)
    made.put(section_of(new_body, key), "fold", fold)
    return new_body


def move_section(
    body: Mapping[str, Any], key: str, *, before: str | None = None, after: str | None = None, to: str | None = None
) -> Body:
    """Another place for a section with everything in it."""
    if before is None:
        return tree.move(body, f"section:{key}", after=f"section:{after}" if after else None, to=to)
    new_body = made.copy(body)
    parts, at = tree.find(new_body, f"section:{key}")
    if key != before:
        section = parts.pop(at)
        beside, place_ = tree.find(new_body, f"section:{before}")
        beside.insert(place_, section)
    return tree.tidy(new_body)


def remove_section(body: Mapping[str, Any], key: str) -> Body:
    """Take a section away; its items move to the end of the one before it (or to the top of the next)."""
    new_body = made.copy(body)
    sections = layout_of(new_body)
    at = made.position_of([section["key"] for section in sections], key, ROOT)
    if len(sections) == 1:
        raise Conflict(Problem(ROOT, "last_section"))
    if at:
        sections[at - 1]["items"].extend(sections[at]["items"])
    else:
        sections[1]["items"][:0] = sections[0]["items"]
    parts, number = tree.find(new_body, f"section:{key}")
    parts.pop(number)
    return tree.tidy(new_body)


def section_of(body: Body, key: str | None) -> Section:
    """A section by key, the last one for None; a form without sections gets one."""
    sections = layout_of(body)
    if key is None:
        if not sections:
            sections = [{"key": "basic", "columns": 2, "items": []}]
            tree_of(body).extend(sections)
        return sections[-1]
    return sections[made.position_of([section["key"] for section in sections], key, ROOT)]


def home_of(body: Mapping[str, Any], key: str) -> Section:
    """The section in which a field or piece stands; raises NotFound."""
    return _holding(body, key)


def _holding(body: Mapping[str, Any], key: str) -> Section:
    for section in layout_of(body):
        if key in _ids(section):
            return section
    raise NotFound(Problem(ROOT, "no_such_field", {"field": key}))


def _ids(section: Section) -> list[str]:
    return [item_id(item) for item in section["items"]]


def _step(body: Body, key: str, to: str) -> None:
    """One place up or down, across the borders of sections; top and bottom are those of the item's own section."""
    sections = layout_of(body)
    home = _holding(body, key)
    number = next(at for at, section in enumerate(sections) if section is home)
    items = home["items"]
    at = _ids(home).index(key)
    if to == "up" and at == 0 and number > 0:
        sections[number - 1]["items"].append(items.pop(at))
    elif to == "down" and at == len(items) - 1 and number < len(sections) - 1:
        sections[number + 1]["items"].insert(0, items.pop(at))
    else:
        items.insert(made.shifted(at, to, len(items)), items.pop(at))
