"""A form as the runtime reads it: fields with their types, the layout, and the validator of its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

from runtime.definitions import layout, logic, pool, public
from runtime.definitions.layout import Item, Layout, Section
from runtime.definitions.logic import KEEP, Logic
from runtime.definitions.parts import validator
from runtime.definitions.pool import Pool
from runtime.definitions.public import Public
from runtime.definitions.rows import as_form, ordered
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType

Body = Mapping[str, Any]
# A form without a place among the others comes after those that have one.
LAST = 1_000
LIFTED = ("minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems")


@dataclass(frozen=True)
class Field:
    """One question of one form. `settings` are its type's own settings, with its options and limits lifted in."""

    key: str
    type: FieldType
    label: Mapping[str, str]
    settings: Mapping[str, Any]
    node: Body
    required: bool
    unique: str | None
    retired: bool

    @property
    def ui(self) -> Body:
        """The field's facts that decide no validity: label, help, placeholder, default …"""
        found: Body = self.node["x-fenzu"]
        return found

    @property
    def default(self) -> Any:
        found = self.ui.get("default")
        return self.type.begins(self.settings) if found is None else found

    @property
    def hidden(self) -> str:
        """What becomes of its value while logic hides it: keep, clear or default."""
        found: str = self.ui.get("hidden", KEEP)
        return found

    @property
    def form(self) -> str | None:
        """The key of the form a link to one record points to; None for every other type."""
        return self.far if self.type.kind == "link" else None

    @property
    def far(self) -> str | None:
        """The key of the form that a link points to, to one record or to several; None for every other type."""
        return self.settings.get("form") if self.type.kind in ("link", "links") else None

    @cached_property
    def options(self) -> list[dict[str, Any]]:
        return self.type.offered(self.settings)


def options_of(node: Body) -> list[dict[str, Any]]:
    """The `oneOf` branches of a choice (or of a list's items) as `{const, label, color, retired}`."""
    branches = node.get("oneOf") or node.get("items", {}).get("oneOf") or []
    return [
        {
            "const": branch["const"],
            "label": branch.get("x-fenzu", {}).get("label", {"zh": branch["const"]}),
            "color": branch.get("x-fenzu", {}).get("color"),
            "retired": bool(branch.get("deprecated")),
        }
        for branch in branches
    ]


def read_field(key: str, node: Body, required: bool) -> Field:
    """One property of the form's schema as a field."""
    ui = node["x-fenzu"]
    kind = FIELD_TYPES[ui["type"]]
    settings: dict[str, Any] = {name: spec["default"] for name, spec in kind.settings.items() if "default" in spec}
    settings |= {name: node[name] for name in LIFTED if name in node}
    settings |= {name: ui[name] for name in kind.settings if name in ui}
    options = options_of(node)
    if options or "options" in settings:
        settings["options"] = options
    if kind.nested:
        inner, needed = node["items"]["properties"], node["items"].get("required", ())
        settings["items"] = node["items"]
        settings["fields"] = tuple(read_field(each, inner[each], each in needed) for each in ordered(node))
    return Field(key, kind.of(settings), ui["label"], settings, node, required, ui.get("unique"), bool(ui.get("retired")))


class Form:
    """A published (or drafted) form, parsed once."""

    def __init__(self, body: Body) -> None:
        self.body = body
        ui = body["x-fenzu"]
        self.key: str = ui["key"]
        self.label: Mapping[str, str] = ui["label"]
        self.icon: str = ui.get("icon", "forms")
        self.unit: Mapping[str, str] = ui.get("unit") or {"zh": "条", "en": "record"}
        self.help: Mapping[str, str] = ui.get("help", {})
        self.title_field: str = ui["title_field"]
        self.position: int = ui.get("position", LAST)
        needed = set(body.get("required", ()))
        self.fields: dict[str, Field] = {
            key: read_field(key, node, key in needed) for key, node in body["properties"].items()
        }
        self.layout = layout.read(ui.get("layout", ()))

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections in order, on whichever page or tab they stand."""
        return self.layout.sections

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        """The other layouts by name, as far as there are any: quick, phone, public."""
        others = self.body["x-fenzu"].get("layouts", {})
        return {name: layout.read(parts, f"{layout.OTHERS}.{name}") for name, parts in others.items()}

    def laid(self, name: str) -> Layout:
        """A layout by name; the full one where there is none of that name."""
        return self.layouts.get(name, self.layout)

    def pieces(self, kind: str) -> Iterator[Item]:
        """All pieces of a kind, in every layout."""
        return (item for each in (self.layout, *self.layouts.values()) for item in each.pieces(kind))

    @property
    def live_fields(self) -> dict[str, Field]:
        """The fields people see; a retired one keeps its data but is hidden."""
        return {key: field for key, field in self.fields.items() if not field.retired}

    @property
    def computed(self) -> dict[str, Field]:
        """The fields whose values are worked out from others, and which have no column."""
        return {key: field for key, field in self.fields.items() if field.type.computed}

    @property
    def links(self) -> dict[str, Field]:
        """The fields that point to one record of a form."""
        return {key: field for key, field in self.fields.items() if field.form}

    @property
    def pointing(self) -> dict[str, Field]:
        """The fields that point to records of a form, to one or to several."""
        return {key: field for key, field in self.fields.items() if field.far}

    @cached_property
    def subforms(self) -> Mapping[str, Form]:
        """The rows of each sub-form as a form of their own, by the field's key."""
        return {key: Form(as_form(f"{self.key}.{key}", f.node)) for key, f in self.fields.items() if f.type.nested}

    @cached_property
    def logic(self) -> Logic:
        """What is shown, asked for, locked, set, offered or refused while somebody fills the form in."""
        parts = {section.key: tuple(item["field"] for item in section.items) for section in self.sections}
        return logic.read(self.body["x-fenzu"].get("logic", ()), parts, tuple(self.live_fields))

    @cached_property
    def public(self) -> Public:
        """What its public link asks for, and when."""
        return public.read(self.body["x-fenzu"].get("public", {}))

    @cached_property
    def pool(self) -> Pool | None:
        """Whose the records are and how they are claimed, where the form has a pool."""
        return pool.read(self.body["x-fenzu"].get("pool"))

    @cached_property
    def checker(self) -> jsonschema_rs.Draft202012Validator:
        """Checks values that are not blank; what is required is decided apart, after what is visible."""
        schema = {k: v for k, v in self.body.items() if k not in ("required", "x-fenzu")}
        return validator(schema)

    def json_schema(self) -> dict[str, Any]:
        """The form's own JSON Schema, as exports and the API document show it."""
        return dict(self.body)
