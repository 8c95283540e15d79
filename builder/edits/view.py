"""Gestures on a saved view: its columns, order and filter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from builder.edits import made
from builder.edits.made import Body, Text
from runtime.errors import Invalid, Problem

Rule = Mapping[str, Any]


def new(form: str, label: Text, columns: Sequence[str], taken: Collection[str] = (), position: int = 0) -> Body:
    """A view of a form with these columns; `taken` are the keys of the app's views."""
    name = made.label(None, label)
    return {
        "kind": "view",
        "format": 1,
        "key": made.propose(name, taken, "view"),
        "label": name,
        "form": form,
        "columns": list(dict.fromkeys(columns)),
        "position": position,
    }


def set_columns(body: Mapping[str, Any], columns: Sequence[str]) -> Body:
    """All columns at once, in order."""
    return made.copy(body) | {"columns": list(dict.fromkeys(columns))}


def add_column(body: Mapping[str, Any], column: str, after: str | None = None) -> Body:
    """Show one more column; one that is shown already stays where it is."""
    columns = list(body["columns"])
    if column not in columns:
        columns.insert(made.slot(columns, after=after, path="columns"), column)
    return set_columns(body, columns)


def remove_column(body: Mapping[str, Any], column: str) -> Body:
    """Show one column less; the last one stays."""
    columns = [item for item in body["columns"] if item != column]
    if not columns:
        raise Invalid(Problem("columns", "last_column"))
    return set_columns(body, columns)


def move_column(
    body: Mapping[str, Any], column: str, *, before: str | None = None, after: str | None = None, to: str | None = None
) -> Body:
    """Another place for a column."""
    items = made.rearranged([{"key": item} for item in body["columns"]], column, before=before, after=after, to=to)
    return set_columns(body, [item["key"] for item in items])


def set_sort(body: Mapping[str, Any], sort: Sequence[tuple[str, bool]]) -> Body:
    """The order of the rows: fields, each with whether it falls."""
    new_body = made.copy(body)
    made.put(new_body, "sort", [{"field": field, **({"desc": True} if falls else {})} for field, falls in sort])
    return new_body


def set_filter(body: Mapping[str, Any], rule: Rule | None) -> Body:
    """Which rows are shown; None shows all."""
    return edit_filter(body, lambda _old: rule)


def edit_filter(body: Mapping[str, Any], edit: Callable[[Rule | None], Rule | None]) -> Body:
    """Apply one gesture of `builder.edits.rule` to the filter."""
    new_body = made.copy(body)
    made.put(new_body, "filter", edit(new_body.get("filter")))
    return new_body


def rename(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the view."""
    return made.copy(body) | {"label": made.label(body["label"], label)}


def set_position(body: Mapping[str, Any], position: int) -> Body:
    """Where the view stands among those of its form."""
    return made.copy(body) | {"position": position}
