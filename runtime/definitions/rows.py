"""A sub-form's rows seen as a small form of their own, so that whatever reads or edits forms also does rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.errors import Problem
from runtime.fields.base import FieldType

Node = Mapping[str, Any]
UNIT = {"zh": "行", "en": "row|rows"}


def fits(kind: FieldType) -> bool:
    """Whether a type may stand in a row: its value lives in columns, and a person types it."""
    return not (kind.many or kind.nested or kind.readonly or kind.kind == "file")


def ordered(node: Node) -> list[str]:
    """The keys of a row's fields in the order people gave them; one that has no place yet comes last."""
    properties = node["items"]["properties"]
    placed = [key for key in dict.fromkeys(node["x-fenzu"].get("order", ())) if key in properties]
    return [*placed, *(key for key in properties if key not in placed)]


def as_form(name: str, node: Node) -> dict[str, Any]:
    """The rows of a sub-form as the body of a form called `name`; its title is the first field."""
    ui, properties = node["x-fenzu"], node["items"]["properties"]
    live = [key for key in ordered(node) if not properties[key]["x-fenzu"].get("retired")]
    section = {"key": "rows", "columns": 1, "items": [{"field": key} for key in live]}
    own = {"kind": "form", "format": 1, "key": name, "label": ui["label"], "unit": UNIT, "icon": "table",
           "title_field": live[0] if live else "none", "layout": [section]}
    needed = node["items"].get("required", [])
    return {"type": "object", "x-fenzu": own, "properties": dict(properties), **({"required": needed} if needed else {})}


def inner_problems(path: str, key: str, node: Node) -> Iterator[Problem]:
    """What is wrong with a sub-form besides its fields, which are checked as a form's are."""
    ui, properties = node["x-fenzu"], node["items"]["properties"]
    if all(each["x-fenzu"].get("retired") for each in properties.values()) and not ui.get("retired"):
        yield Problem(f"{path}.items", "rows_no_columns", {"field": ui["label"]})
    for name in (*ui.get("order", ()), *ui.get("totals", ())):
        if name not in properties:
            yield Problem(f"{path}.x-fenzu", "no_such_field", {"field": f"{key}.{name}"})
    for inner, each in properties.items():
        if each["x-fenzu"].get("unique"):
            said = {"field": each["x-fenzu"]["label"]}
            yield Problem(f"{path}.items.properties.{inner}.x-fenzu.unique", "rows_no_unique", said)
    if node.get("minItems", 0) > node.get("maxItems", 500):
        yield Problem(f"{path}.maxItems", "max_below_min")
