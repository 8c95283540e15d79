"""A form with one field of every type that people fill in by themselves, for the contracts of the whole product."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from builder import apps
from builder.edits import form
from builder.publish.apply import publish_body
from runtime.accounts.actor import Actor
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType

LABEL = {"zh": "每一种", "en": "Every kind"}
FORM = "every"


def alone(kind: FieldType) -> bool:
    """Whether a field of this type needs no other form, person, vocabulary or file to hold a value, and keeps it as given."""
    needs = {"form", "vocabularies"} & kind.settings.keys()
    return not (kind.readonly or kind.nested or kind.stamped or needs or kind.computed or kind.shared or kind.kind in ("file", "person", "people", "link", "links"))


TYPES: dict[str, FieldType] = {name: kind for name, kind in FIELD_TYPES.items() if alone(kind)}


def body(types: dict[str, FieldType] = TYPES) -> dict[str, Any]:
    """The form: a name and, for each type, a field `the_<type>` as the designer makes it."""
    found: Any = form.new(LABEL)
    found["x-fenzu"]["key"] = FORM
    for name, kind in types.items():
        found = form.add_field(found, name, key=f"the_{name}", label={"zh": kind.label.zh, "en": kind.label.en}).body
    return dict(found)


def publish(conn: Connection, boss: Actor, types: dict[str, FieldType] = TYPES) -> str:
    """An app with that form; gives its key."""
    app = apps.create(conn, LABEL)
    publish_body(conn, app.id, "form", body(types), boss.id)
    return app.key
