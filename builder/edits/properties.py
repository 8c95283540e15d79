"""Gestures of the property panel: what a field asks for, warns about, suggests and allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from builder.edits import form, layout, made, node
from builder.edits.made import Body, Text
from runtime.definitions.parts import shape_problems, validator
from runtime.errors import Invalid, Problem

TEXTS = ("help", "placeholder", "short")


def set_property(body: Mapping[str, Any], key: str, name: str, value: Any) -> Body:
    """Change one property: `label help placeholder short` (texts), `required unique default span width`, or a setting."""
    if name == "label":
        return form.rename(body, key, value)
    if name == "required":
        return set_required(body, key, bool(value))
    if name == "unique":
        return set_unique(body, key, value or None)
    if name == "span":
        return layout.set_span(body, key, value in (2, True, "2"))
    if name == "width":
        return layout.set_span(body, key, int(value))
    new_body = made.copy(body)
    ui = node.find(new_body, key)["x-fenzu"]
    if name in TEXTS:
        made.put(ui, name, made.text(ui.get(name), value))
    elif name == "default":
        made.put(ui, "default", value)
    else:
        return set_setting(body, key, name, value)
    return new_body


def set_required(body: Mapping[str, Any], key: str, required: bool) -> Body:
    """Ask for an answer; a field that the system fills cannot be asked for."""
    if required and node.type_of(node.find(body, key)).readonly:
        raise Invalid(Problem(f"properties.{key}", "readonly_required", _named(body, key)))
    new_body = made.copy(body)
    form.put_required(new_body, key, required)
    return new_body


def set_unique(body: Mapping[str, Any], key: str, unique: str | None) -> Body:
    """Warn about a value that another record has (`warn`), refuse it (`block`), or let it be (None)."""
    if unique and node.type_of(node.find(body, key)).many:
        raise Invalid(Problem(f"properties.{key}", "unique_many", _named(body, key)))
    new_body = made.copy(body)
    made.put(node.find(new_body, key)["x-fenzu"], "unique", unique)
    return new_body


def set_setting(body: Mapping[str, Any], key: str, name: str, value: Any) -> Body:
    """Change a setting of the field's type; the schema that decides validity is drawn up anew from it."""
    new_body = made.copy(body)
    found = node.find(new_body, key)
    kind = node.type_of(found)
    if name not in kind.settings:
        raise Invalid(
            Problem(f"properties.{key}.x-fenzu.{name}", "unknown_setting", {"name": name, "type": kind.label})
        )
    if value is None or value == "":
        value = kind.settings[name].get("default")
    _check(f"properties.{key}.x-fenzu.{name}", kind.settings[name], value)
    new_body["properties"][key] = node.remake(found, {name: value})
    return new_body


def set_link(
    body: Mapping[str, Any], key: str, target: str, inverses: Collection[str], label: Text | None = None
) -> Body:
    """Point a link to a form, which then sees these records under a key of its own; `inverses` are taken there."""
    ui = body["x-fenzu"]
    new_body = made.copy(body)
    found = node.find(new_body, key)
    inverse = node.settings_of(found).get("inverse") or made.free(f"{ui['key']}s"[: made.LONGEST], inverses)
    said = label or found["x-fenzu"].get("inverse_label") or ui["label"]
    new_body["properties"][key] = node.remake(found, {"form": target, "inverse": inverse, "inverse_label": dict(said), "only": {}})
    return new_body


def _check(path: str, spec: Mapping[str, Any], value: Any) -> None:
    schema = {name: rule for name, rule in spec.items() if not name.startswith("x-")}
    problems = shape_problems(validator(schema), value)
    if problems:
        raise Invalid([problem.under(path) for problem in problems])


def _named(body: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A field's label for a sentence."""
    return {"field": body["properties"][key]["x-fenzu"]["label"]}
