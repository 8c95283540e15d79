"""Gestures on the segments of a code, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from builder.edits import code as edits
from builder.edits.made import Body
from runtime.errors import Invalid, Problem
from runtime.words import Words

Given = MultiDict[str, str]


class Act(NamedTuple):
    """One gesture: its words, and what it makes of the document."""

    said: Words
    make: Callable[[Body, Given], Body]


def _at(given: Given) -> int:
    return given.get("at", type=int, default=-1)


def _add(body: Body, given: Given) -> Body:
    """A segment: `group:region`, `field:kind`, text, date or serial."""
    kind, _, which = given.get("kind", "").partition(":")
    segments: Mapping[str, dict[str, Any]] = {
        "group": {"group": which, "none": "X"},
        "field": {"field": which, "map": {}, "none": "X"},
        "text": {"text": "-"},
        "date": {"date": "YYMM"},
        "serial": dict(edits.SERIAL),
        "check": {"check": "mod37_2"},
    }
    if kind not in segments:
        raise Invalid(Problem("kind", "no_such_part", {"key": kind}))
    return edits.add_segment(body, segments[kind])


def _change(body: Body, given: Given) -> Body:
    """One control of a segment: its text, its date, what stands where there is nothing, or a part of the serial."""
    name, value = given.get("name", ""), given.get("v", "").strip()
    if name in ("width", "start", "scope"):
        return edits.change_segment(
            body, _at(given), {"serial": {name: value if name == "scope" else _number(name, value)}}
        )
    if name == "text" and not value:
        raise Invalid(Problem("text", "no_label", {"field": ""}))
    return edits.change_segment(body, _at(given), {name: value or None})


def _number(name: str, text: str) -> int:
    low, high = (1, 12) if name == "width" else (0, 10**12)
    try:
        return max(low, min(int(text), high))
    except ValueError:
        raise Invalid(Problem(name, "not_a_number", {"text": text[:20]})) from None


def _place(body: Body, given: Given) -> Body:
    """Behind another segment, or first."""
    moved, after = given.get("id", type=int, default=-1), given.get("after", type=int, default=-1)
    return edits.move_segment(body, moved, after + 1 if after < moved else after)


ACTS: Mapping[str, Act] = {
    "add": Act(Words("添加一段", "Add a part"), _add),
    "change": Act(Words("改一段", "Change a part"), _change),
    "map": Act(
        Words("改对应的字母", "Change letters"),
        lambda body, given: edits.map_value(body, _at(given), given.get("value", ""), given.get("v", "")),
    ),
    "place": Act(Words("移动一段", "Move a part"), _place),
    "move": Act(
        Words("移动一段", "Move a part"),
        lambda body, given: edits.move_segment(body, _at(given), given.get("to", "up")),
    ),
    "remove": Act(Words("去掉一段", "Remove a part"), lambda body, given: edits.remove_segment(body, _at(given))),
}
