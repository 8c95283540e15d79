"""Gestures on a code rule: its segments in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Text
from runtime.errors import Conflict, NotFound, Problem

Segment = Mapping[str, Any]
SERIAL: Segment = {"serial": {"width": 5, "start": 1, "scope": "all"}}


def new(form: str, field: str, label: Text, taken: Collection[str] = ()) -> Body:
    """A code rule that begins as a plain serial number."""
    name = made.label(None, label)
    return {
        "kind": "code",
        "format": 1,
        "key": made.propose(name, taken, "code"),
        "label": name,
        "form": form,
        "field": field,
        "segments": [made.copy(SERIAL)],
    }


def add_segment(body: Mapping[str, Any], segment: Segment, at: int | None = None) -> Body:
    """Put a segment in; without a place it goes before the serial, so that numbers stay at the end; the check sign is last."""
    new_body = made.copy(body)
    segments = new_body["segments"]
    if at is None:
        behind = () if "check" in segment else ("serial", "check")
        at = next((number for number, item in enumerate(segments) if any(name in item for name in behind)), len(segments))
    segments.insert(max(0, min(at, len(segments))), made.copy(segment))
    return new_body


def change_segment(body: Mapping[str, Any], at: int, changes: Segment) -> Body:
    """Change parts of a segment; None takes a part away, and a serial's parts are merged."""
    new_body = made.copy(body)
    segment = _segment(new_body, at)
    for name, value in changes.items():
        if name == "none" and isinstance(value, str):
            value = made.letters(value, f"segments[{at}].none") or None
        if name == "serial" and isinstance(value, Mapping):
            value = {**segment.get("serial", {}), **value}
        if value is None:
            segment.pop(name, None)
        else:
            segment[name] = value
    return new_body


def map_value(body: Mapping[str, Any], at: int, value: str, letters: str) -> Body:
    """The letters that one value of a mapped field gives; "" takes them away."""
    new_body = made.copy(body)
    made.put(_segment(new_body, at).setdefault("map", {}), value, made.letters(letters, f"segments[{at}].map.{value}"))
    return new_body


def move_segment(body: Mapping[str, Any], at: int, to: int | str) -> Body:
    """Another place in the code: an index, or `up`, `down`, `top`, `bottom`."""
    new_body = made.copy(body)
    segments = new_body["segments"]
    _segment(new_body, at)
    target = made.shifted(at, to, len(segments)) if isinstance(to, str) else max(0, min(to, len(segments) - 1))
    segments.insert(target, segments.pop(at))
    return new_body


def remove_segment(body: Mapping[str, Any], at: int) -> Body:
    """Take a segment out; the last one stays."""
    new_body = made.copy(body)
    _segment(new_body, at)
    if len(new_body["segments"]) == 1:
        raise Conflict(Problem("segments", "last_segment"))
    del new_body["segments"][at]
    return new_body


def rename(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the code."""
    return made.copy(body) | {"label": made.label(body["label"], label)}


def _segment(body: Body, at: int) -> dict[str, Any]:
    if not 0 <= at < len(body["segments"]):
        raise NotFound(Problem(f"segments[{at}]", "no_such_part", {"key": at}))
    found: dict[str, Any] = body["segments"][at]
    return found
