"""Gestures on a role: what its holders may do, and which rows of each form they see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Text

Rule = Mapping[str, Any]
ACTS = ("create", "change", "remove", "import", "export")


def new(label: Text, taken: Collection[str] = ()) -> Body:
    """A role that may do everything with all rows, to be narrowed."""
    name = made.label(None, label)
    return {
        "kind": "role",
        "format": 1,
        "key": made.propose(name, taken, "role"),
        "label": name,
        "can": {"records": list(ACTS)},
        "rows": {},
    }


def rename(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the role."""
    return made.copy(body) | {"label": made.label(body["label"], label)}


def set_act(body: Mapping[str, Any], act: str, allowed: bool) -> Body:
    """Allow or forbid one kind of act on records."""
    new_body = made.copy(body)
    now = set(new_body.get("can", {}).get("records", ACTS)) - {act} | ({act} if allowed else set())
    new_body["can"] = {"records": [name for name in ACTS if name in now]}
    return new_body


def set_rows(body: Mapping[str, Any], form: str, rule: Rule | None) -> Body:
    """Which rows of a form its holders see; None means all of them."""
    return edit_rows(body, form, lambda _old: rule)


def own_rows(body: Mapping[str, Any], form: str, person_field: str, several: bool = False) -> Body:
    """Only rows in which the person is named in a field, alone or among several."""
    return set_rows(body, form, mine(person_field, several))


def mine(person_field: str, several: bool = False) -> dict[str, Any]:
    """The rule by which a record is one's own."""
    asked = {"operator": "hasAnyOf", "value": ["$me"]} if several else {"operator": "=", "value": "$me"}
    return {"combinator": "and", "rules": [{"field": person_field, **asked}]}


def own_department(field: str) -> dict[str, Any]:
    """The rule by which a record is of one's own departments, or of those under them."""
    return {"combinator": "and", "rules": [{"field": field, "operator": "under", "value": ["$me"]}]}


def edit_rows(body: Mapping[str, Any], form: str, edit: Callable[[Rule | None], Rule | None]) -> Body:
    """Apply one gesture of `builder.edits.rule` to the row rule of a form."""
    new_body = made.copy(body)
    rows = new_body.setdefault("rows", {})
    made.put(rows, form, edit(rows.get(form)))
    return new_body
