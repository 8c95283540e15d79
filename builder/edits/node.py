"""A form's property as the designer handles it: its type, settings and other facts, and back to JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits.made import Body, copy
from runtime.definitions.form import LIFTED, read_field
from runtime.definitions.layout import item_id, walk
from runtime.errors import NotFound, Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType

Settings = dict[str, Any]
Node = dict[str, Any]


def find(body: Mapping[str, Any], key: str) -> Node:
    """The schema node of a field; raises NotFound."""
    node: Node | None = body["properties"].get(key)
    if node is None:
        raise NotFound(Problem(f"properties.{key}", "no_such_field", {"field": key}))
    return node


def type_of(node: Mapping[str, Any]) -> FieldType:
    """The type of a field's node."""
    return FIELD_TYPES[node["x-fenzu"]["type"]]


def settings_of(node: Mapping[str, Any]) -> Settings:
    """The type's own settings of a field, defaults filled in, options and limits lifted out of the schema."""
    return dict(read_field("field", node, False).settings)


def make(kind: FieldType, settings: Mapping[str, Any], facts: Mapping[str, Any]) -> Node:
    """A field's node: what decides validity from the type's schema, everything else under `x-fenzu`."""
    own = {
        name: settings[name]
        for name, spec in kind.settings.items()
        if name not in (*LIFTED, "options") and settings.get(name) is not None and settings[name] != spec.get("default")
    }
    given = {name: value for name, value in settings.items() if value is not None}
    return copy({**kind.schema(given), "x-fenzu": {"type": kind.name, **facts, **own}})  # never the type's own defaults


def facts_of(node: Mapping[str, Any]) -> dict[str, Any]:
    """What the field says besides its type and the type's settings: label, help, default, unique …"""
    kind = type_of(node)
    return {name: value for name, value in node["x-fenzu"].items() if name != "type" and name not in kind.settings}


def remake(node: Mapping[str, Any], changes: Mapping[str, Any]) -> Node:
    """The node with some of the type's settings changed."""
    return make(type_of(node), settings_of(node) | dict(changes), facts_of(node))


def live_keys(body: Mapping[str, Any]) -> list[str]:
    """The fields that people see, in the order of the layout."""
    return [item["field"] for section in layout_of(body) for item in section["items"] if "field" in item]


def item_ids(body: Mapping[str, Any]) -> list[str]:
    """Everything that stands in sections, fields and pieces, in order."""
    return [item_id(item) for section in layout_of(body) for item in section["items"]]


def layout_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sections of a form in order, on whichever page or tab they stand."""
    return [section for _, section in walk(body["x-fenzu"]["layout"])]


def tree_of(body: Body) -> list[dict[str, Any]]:
    """The layout as it is kept: sections and tabs, or pages."""
    found: list[dict[str, Any]] = body["x-fenzu"]["layout"]
    return found
