"""The named schemas of the document: what all forms share, and each form's own with its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.definitions.form import Field
from runtime.storage.live import LiveApp, LiveForm
from runtime.web.api import groups, shapes
from runtime.web.api.room import ANY, listed, thing

# The parts that each form has for itself.
OWN = ("values", "record", "new", "change")
LEAF = thing(
    {
        "field": {"type": "string", "minLength": 1, "maxLength": 100},
        "operator": {"type": "string", "maxLength": 40},
        "value": {},
    },
    "value",
    open_=True,
)
RULE = thing(
    {"combinator": {"enum": ["and", "or"]}, "not": {"type": "boolean"}, "rules": listed(LEAF, 50, 1)}, "not", open_=True
)


def every(apps: Sequence[LiveApp]) -> dict[str, Any]:
    """All named schemas."""
    record = shapes.record_schema()
    record["properties"]["values"] = ANY
    shared = {
        "errors": {**shapes.ERRORS, "properties": {**shapes.ERRORS["properties"], "record": ANY}},
        "rule": RULE,
        "reason": groups.REASON,
        "job": shapes.JOB,
        "any_record": record,
        "file": {"type": "string", "format": "binary"},
    }
    made = {name: filled(schema, "") for name, schema in shared.items()}
    for app in apps:
        for live in app.forms.values():
            made |= of_form(app, live)
    return made


def of_form(app: LiveApp, live: LiveForm) -> dict[str, Any]:
    """A form's own schema as it was published, and the shapes of its records."""
    prefix, fields = f"{app.key}.{live.key}", live.form.live_fields
    typed = {key: field for key, field in fields.items() if not field.type.readonly}
    needed = [key for key, field in typed.items() if field.required and field.default is None]
    open_ = {"type": "object", "additionalProperties": False}
    return {
        prefix: live.form.json_schema(),
        f"{prefix}.values": {**open_, "properties": {key: read(field) for key, field in fields.items()}},
        f"{prefix}.record": filled(shapes.record_schema(), f"{prefix}."),
        f"{prefix}.new": {
            **open_,
            "properties": {key: write(prefix, key) for key in typed},
            **({"required": needed} if needed else {}),
        },
        f"{prefix}.change": {**open_, "minProperties": 1, "properties": {key: write(prefix, key) for key in typed}},
    }


def write(prefix: str, key: str) -> dict[str, Any]:
    """A value that a client sends: as the form's own schema has it, or null for blank."""
    return {"anyOf": [{"$ref": f"#/components/schemas/{prefix}/properties/{key}"}, {"type": "null"}]}


def read(field: Field) -> dict[str, Any]:
    """A value that is read: of the field's type, but older ones may lie outside of what is allowed today."""
    found = field.type.schema(field.settings)
    kind = found.get("type", "string")
    items = {"items": {"type": found.get("items", {}).get("type", "string")}} if kind == "array" else {}
    return {"type": [kind, "null"], **items}


def filled(schema: Any, prefix: str) -> Any:
    """A schema with its named parts as references, a form's own under its prefix."""
    if isinstance(schema, Mapping):
        name = schema.get("x-shape")
        if isinstance(name, str):
            return {"$ref": f"#/components/schemas/{prefix if name in OWN else ''}{name}"}
        return {key: filled(part, prefix) for key, part in schema.items()}
    return [filled(part, prefix) for part in schema] if isinstance(schema, list) else schema
