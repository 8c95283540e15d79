"""Gestures inside a sub-form: its rows are edited as a small form of their own and put back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder.edits import form, made, node
from builder.edits.made import Body, Made
from runtime.definitions.rows import as_form, fits
from runtime.errors import Conflict, Invalid, Problem
from runtime.fields import FIELD_TYPES

Published = Mapping[str, Any] | None
Act = Callable[[Body, Published], "Body | Made"]
# A link inside a row has no list of such rows on the other side.
NOT_INSIDE = ("inverse", "inverse_label", "unique")


def small(body: Mapping[str, Any] | None, key: str) -> Body | None:
    """The rows of a sub-form as a form's body, or None where there is no such sub-form."""
    found = body["properties"].get(key) if body is not None else None
    return as_form(key, made.copy(found)) if found is not None and node.type_of(found).nested else None


def inside(body: Mapping[str, Any], key: str, act: Act, published: Published) -> Body | Made:
    """A gesture on the fields of a sub-form's rows; what it made is called `lines.price`."""
    rows = small(body, key)
    if rows is None:
        raise Invalid(Problem(f"properties.{key}", "no_such_field", {"field": key}))
    try:
        done = act(rows, small(published, key))
    except Conflict as refused:
        if any(problem.code == "last_title" for problem in refused.problems):
            label = body["properties"][key]["x-fenzu"]["label"]
            raise Conflict(Problem(f"properties.{key}", "rows_no_columns", {"field": label})) from None
        raise
    whole = put(body, key, done.body if isinstance(done, Made) else done)
    if not isinstance(done, Made):
        return whole
    return Made(whole, f"{key}.{done.key}" if done.key else key)


def put(body: Mapping[str, Any], key: str, changed: Body) -> Body:
    """The form with the rows of a sub-form as an edit of the small form left them."""
    whole = made.copy(body)
    whole["properties"][key] = _put_back(whole["properties"][key], changed)
    return whole


def rekeyed(body: Mapping[str, Any], key: str, changed: Body) -> Body:
    """The same where only keys of columns have changed: what names one by its key follows."""
    names = dict(zip(body["properties"][key]["items"]["properties"], changed["properties"], strict=True))
    whole = made.copy(body)
    ui = whole["properties"][key]["x-fenzu"]
    made.put(ui, "totals", [names.get(name, name) for name in ui.get("totals", ())])
    return put(whole, key, changed)


def add(body: Mapping[str, Any], key: str, kind: str, after: str | None = None) -> Body | Made:
    """A new column of a type that may stand in a row, after another one or at the end."""
    if kind not in FIELD_TYPES or not fits(FIELD_TYPES[kind]):
        raise Invalid(Problem("type", "no_such_type", {"name": kind}))
    return inside(body, key, lambda rows, _old: form.add_field(rows, kind, after=after), None)


def set_total(body: Mapping[str, Any], key: str, inner: str, on: bool) -> Body:
    """Show the sum of a column under the table, or no longer."""
    whole = made.copy(body)
    ui = node.find(whole, key)["x-fenzu"]
    kept = [name for name in ui.get("totals", ()) if name != inner]
    made.put(ui, "totals", [*kept, inner] if on else kept)
    return whole


def _put_back(found: dict[str, Any], rows: Body) -> dict[str, Any]:
    """The sub-form's node with the fields and the order of the small form."""
    properties = rows["properties"]
    for each in properties.values():
        for name in NOT_INSIDE:
            each["x-fenzu"].pop(name, None)
    items = {"type": "object", "properties": properties}
    made.put(items, "required", [name for name in properties if name in rows.get("required", ())])
    ui = dict(found["x-fenzu"])
    live = node.live_keys(rows)
    ui["order"] = [*live, *(name for name in properties if name not in live)]
    made.put(ui, "totals", [name for name in ui.get("totals", ()) if name in live])
    return {**found, "items": items, "x-fenzu": ui}
