"""What a person does to logic from the panel of a field or section, for the form designer's gestures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import logic
from builder.edits.made import Body

Given = Mapping[str, str]


def show_when(body: Body, given: Given, _board: Any) -> Body:
    """Always, or under a condition that is drawn next."""
    target = given.get("id", "").removeprefix("section:")
    return logic.show_when(body, target).body if given.get("value") == "when" else logic.show_always(body, target)


def hidden(body: Body, given: Given, _board: Any) -> Body:
    """What becomes of a field's value while it is hidden."""
    return logic.set_hidden(body, given.get("id", ""), given.get("value", ""))


def forget(body: Body, given: Given, _board: Any) -> Body:
    """Take a field out of all rules."""
    return logic.forget(body, given.get("id", ""))
