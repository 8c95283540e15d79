"""Gestures on a tag category: its tags, their names, colours and order. They take effect at once, without a draft."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Made, Text

Node = dict[str, Any]
BLANK_COLOR = "qing"


def new(label: Text, taken: Collection[str] = (), colors: Collection[str] = (), position: int = 0) -> Body:
    """An empty category with a colour that no other one has; `taken` are the keys of the app's categories."""
    name = made.label(None, label)
    return {
        "kind": "vocabulary",
        "format": 1,
        "key": made.propose(name, taken, "tags"),
        "label": name,
        "color": made.next_color(list(colors)) if colors else BLANK_COLOR,
        "position": position,
        "tags": [],
    }


def add_tag(
    body: Mapping[str, Any],
    label: Text,
    *,
    after: str | None = None,
    color: str | None = None,
    taken: Collection[str] = (),
) -> Made:
    """A new tag; `taken` are the tag keys of the whole app, which share one space."""
    new_body = made.copy(body)
    name = made.label(None, label)
    keys = [tag["key"] for tag in new_body["tags"]]
    tag: Node = {"key": made.propose(name, {*keys, *taken}, "tag"), "label": name}
    made.put(tag, "color", color)
    new_body["tags"].insert(made.slot(keys, after=after, path="tags"), tag)
    return Made(new_body, tag["key"])


def add_lines(body: Mapping[str, Any], typed: str, lang: str, taken: Collection[str] = ()) -> Body:
    """One tag per line; a line that names a tag already there adds nothing, and brings a retired one back."""
    new_body = made.copy(body)
    for line in made.lines_of(typed):
        same = next((tag for tag in new_body["tags"] if line.casefold() in _names(tag)), None)
        if same is None:
            new_body = add_tag(new_body, {lang: line}, taken=taken).body
        else:
            same.pop("retired", None)
    return new_body


def rename_tag(body: Mapping[str, Any], key: str, label: Text) -> Body:
    """Change what people call a tag; every record keeps it."""
    return _change(body, key, lambda tag: tag.update(label=made.label(tag["label"], label)))


def recolour_tag(body: Mapping[str, Any], key: str, color: str | None) -> Body:
    """A tag's own colour; None gives it its category's."""
    return _change(body, key, lambda tag: made.put(tag, "color", color))


def retire_tag(body: Mapping[str, Any], key: str) -> Body:
    """No longer offer a tag; records that have it keep it."""
    return _change(body, key, lambda tag: tag.update(retired=True))


def bring_back_tag(body: Mapping[str, Any], key: str) -> Body:
    """Offer a retired tag again."""
    return _change(body, key, lambda tag: made.put(tag, "retired", None))


def move_tag(
    body: Mapping[str, Any], key: str, *, before: str | None = None, after: str | None = None, to: str | None = None
) -> Body:
    """Another place in the order of the category."""
    new_body = made.copy(body)
    new_body["tags"] = made.rearranged(new_body["tags"], key, before=before, after=after, to=to)
    return new_body


def rename(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the category."""
    return made.copy(body) | {"label": made.label(body["label"], label)}


def set_property(body: Mapping[str, Any], name: str, value: Any) -> Body:
    """`help`, `color`, `single` (one per record), `ask` (offered on new records), `retired` or `position`."""
    new_body = made.copy(body)
    made.put(new_body, name, value or None)
    return new_body


def _names(tag: Node) -> set[str]:
    return {words.casefold() for words in tag["label"].values()}


def _change(body: Mapping[str, Any], key: str, change: Callable[[Node], None]) -> Body:
    new_body = made.copy(body)
    at = made.position_of([tag["key"] for tag in new_body["tags"]], key, "tags")
    change(new_body["tags"][at])
    return new_body
