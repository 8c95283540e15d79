"""Everything that can be wrong with a form's definition, each with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from runtime.definitions import layout_check, pool, pool_check, public, public_check
from runtime.definitions.defaults import refused
from runtime.definitions.form_sound import sound
from runtime.definitions.logic import POLICIES
from runtime.definitions.logic_shape import LOGIC
from runtime.definitions.parts import COLOR, KEY, WORDS, shape_problems, validator
from runtime.definitions.rows import as_form, fits, inner_problems
from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType
from runtime.fields.computed import Derived

OPTION = {
    "type": "object",
    "properties": {
        "const": {"type": "string", "minLength": 1, "maxLength": 60},
        "deprecated": {"type": "boolean"},
        "x-fenzu": {"type": "object", "properties": {"label": WORDS, "color": COLOR}, "additionalProperties": False},
    },
    "required": ["const"],
    "additionalProperties": False,
}
OPTIONS = {"type": "array", "items": OPTION, "maxItems": 1000}
ITEMS = {
    "type": "object",
    "properties": {
        "type": True,
        "oneOf": OPTIONS,
        "minLength": True,
        "maxLength": True,
        "minimum": True,
        "properties": True,
        "required": True,
        "additionalProperties": True,
    },
    "additionalProperties": False,
}
SAID = {"type": "object", "additionalProperties": {"type": "string"}}
NODE = {
    "type": "object",
    "properties": {
        "type": {"enum": ["string", "number", "integer", "boolean", "array", "object"]},
        "format": {"type": "string"},
        "minLength": {"type": "integer", "minimum": 0},
        "maxLength": {"type": "integer", "minimum": 1},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "multipleOf": {"type": "number", "exclusiveMinimum": 0},
        "pattern": {"type": "string", "maxLength": 500},
        "oneOf": OPTIONS,
        "items": ITEMS,
        "uniqueItems": {"type": "boolean"},
        "minItems": {"type": "integer", "minimum": 0},
        "maxItems": {"type": "integer", "minimum": 1},
        "readOnly": {"type": "boolean"},
        "deprecated": {"type": "boolean"},
        "x-fenzu": {
            "type": "object",
            "properties": {
                "type": {"enum": list(FIELD_TYPES)},
                "label": WORDS,
                "help": SAID,
                "placeholder": SAID,
                "short": SAID,
                "retired": {"type": "boolean"},
            },
            "required": ["type", "label"],
        },
    },
    "required": ["x-fenzu"],
    "additionalProperties": False,
}


def _typed(names: list[str]) -> dict[str, Any]:
    """A node of one of these types."""
    return {"properties": {"x-fenzu": {"properties": {"type": {"enum": names}}}}}


INNER = {"allOf": [NODE, _typed([name for name, kind in FIELD_TYPES.items() if fits(kind)])]}
ROW = {
    "properties": {
        "type": {"const": "object"},
        "properties": {
            "type": "object",
            "propertyNames": KEY,
            "additionalProperties": INNER,
            "minProperties": 1,
            "maxProperties": 60,
        },
        "required": {"type": "array", "items": KEY, "uniqueItems": True},
    },
    "required": ["type", "properties"],
}
# The rows of a sub-form are nodes like a form's own, one level deep.
PROPERTY = {
    **NODE,
    "if": _typed([name for name, kind in FIELD_TYPES.items() if kind.nested]),
    "then": {"properties": {"items": ROW}, "required": ["items"]},
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"},
        "type": {"const": "object"},
        "x-fenzu": {
            "type": "object",
            "properties": {
                "kind": {"const": "form"},
                "format": {"const": 1},
                "key": KEY,
                "label": WORDS,
                "help": WORDS,
                "unit": WORDS,
                "icon": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
                "title_field": KEY,
                "position": {"type": "integer", "minimum": 0},
                "layout": layout_check.LAYOUT,
                "layouts": layout_check.OTHERS,
                "logic": LOGIC,
                "public": public.SHAPE,
                "pool": pool.SHAPE,
            },
            "required": ["kind", "format", "key", "label", "title_field", "layout"],
            "additionalProperties": False,
        },
        "properties": {
            "type": "object",
            "propertyNames": KEY,
            "additionalProperties": PROPERTY,
            "minProperties": 1,
            "maxProperties": 400,
        },
        "required": {"type": "array", "items": KEY, "uniqueItems": True},
        "unevaluatedProperties": {"const": False},
    },
    "required": ["type", "x-fenzu", "properties"],
    "additionalProperties": False,
}
SHAPE = validator(SCHEMA)
COMMON = {"type", "label", "help", "placeholder", "default", "unique", "retired", "short", "hidden"}


def check(body: Mapping[str, Any]) -> list[Problem]:
    """All problems a form has by itself; what other definitions say about it is checked where they meet."""
    found = unreadable(body)
    if not found:
        found = [*_fields(body), *_title(body), *sound(body), *layout_check.check(body)]
    return found or [*public_check.check(body), *pool_check.check(body)]


def unreadable(body: Any) -> list[Problem]:
    """What keeps a form from being read at all: its shape, and the shape of the settings of each of its fields."""
    return shape_problems(SHAPE, body) or list(_settings_of(body["properties"], "properties"))


def _settings_of(nodes: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for key, node in nodes.items():
        kind, own = FIELD_TYPES[node["x-fenzu"]["type"]], node["x-fenzu"]
        found = [*_settings(f"{path}.{key}.x-fenzu", own, kind)]
        yield from found
        if "options" in own:  # choices are branches of the node
            yield Problem(f"{path}.{key}.x-fenzu.options", "unknown_setting", {"name": "options", "type": kind.label})
        if kind.nested:
            yield from _settings_of(node["items"]["properties"], f"{path}.{key}.items.properties")
        if isinstance(kind, Derived) and not found:
            shown, given = kind.result({name: own[name] for name in kind.settings if name in own})
            yield from _settings(f"{path}.{key}.x-fenzu.shown", given, shown)


def _fields(body: Mapping[str, Any]) -> Iterator[Problem]:
    for key, node in body["properties"].items():
        path, ui = f"properties.{key}", node["x-fenzu"]
        kind = FIELD_TYPES[ui["type"]]
        for extra in ui.keys() - COMMON - kind.settings.keys():
            yield Problem(f"{path}.x-fenzu.{extra}", "unknown_setting", {"name": extra, "type": kind.label})
        if not any(ui["label"].get(lang, "").strip() for lang in ("zh", "en")):
            yield Problem(f"{path}.x-fenzu.label", "no_label", {"field": key})
        if ui.get("unique") not in (None, "warn", "block"):
            yield Problem(f"{path}.x-fenzu.unique", "bad_shape", {"detail": "unique: warn, block"})
        if ui.get("hidden") not in (None, *POLICIES):
            yield Problem(f"{path}.x-fenzu.hidden", "logic_policy")
        own = {name: ui[name] for name in kind.settings if name in ui}
        yield from (problem.under(f"{path}.x-fenzu") for problem in kind.contradictions(own))
        yield from _schema(path, node, kind)
        yield from _options(path, node, "options" in kind.settings)
        if kind.nested:
            yield from _rows(path, key, node)
        if kind.computed and (ui.get("unique") or ui.get("default") is not None or key in body.get("required", ())):
            yield Problem(f"{path}.x-fenzu", "computed_untyped", {"field": ui["label"]})
        elif "options" not in kind.settings and ui.get("default") is not None and (why := refused(key, node)):
            yield Problem(f"{path}.x-fenzu.default", why.code, {"field": ui["label"], **why.params})
        if kind.stamped and ui.get("default") is not None:
            yield Problem(f"{path}.x-fenzu.default", "consent_default", {"field": ui["label"]})
        if ui.get("unique") and kind.many:
            yield Problem(f"{path}.x-fenzu.unique", "unique_many", {"field": ui["label"]})
        if node.get("minimum") is not None and node.get("maximum") is not None and node["minimum"] > node["maximum"]:
            yield Problem(f"{path}.maximum", "max_below_min")
    for key in body.get("required", ()):
        if key not in body["properties"]:
            yield Problem("required", "no_such_field", {"field": key})


def _rows(path: str, key: str, node: Mapping[str, Any]) -> Iterator[Problem]:
    """A sub-form's fields by the same law as a form's, then what is its own."""
    yield from (problem.under(f"{path}.items") for problem in _fields(as_form(key, node)))
    yield from inner_problems(path, key, node)


def _settings(path: str, ui: Mapping[str, Any], kind: FieldType) -> Iterator[Problem]:
    own = {name: ui[name] for name in kind.settings if name in ui}
    for problem in shape_problems(_settings_shape(kind.name), own) if own else ():
        yield problem.under(path)


@cache
def _settings_shape(name: str) -> Draft202012Validator:
    """The compiled shape of one type's settings."""
    settings = FIELD_TYPES[name].settings
    specs = {key: {k: v for k, v in spec.items() if not k.startswith("x-")} for key, spec in settings.items()}
    return validator({"type": "object", "properties": specs})


def _schema(path: str, node: Mapping[str, Any], kind: FieldType) -> Iterator[Problem]:
    """A node must be of the JSON type and format that its field type gives, or values would be judged by two laws."""
    own = {name: spec["default"] for name, spec in kind.settings.items() if spec.get("default") is not None}
    if kind.computed:
        own |= {name: node["x-fenzu"][name] for name in kind.settings if name in node["x-fenzu"]}
    given = kind.schema(own)
    types = {"number", "integer"}
    if node.get("type") != given.get("type") and not {node.get("type"), given.get("type")} <= types:
        yield Problem(f"{path}.type", "type_mismatch", {"type": kind.label, "wanted": given.get("type") or "oneOf"})
    if node.get("format") != given.get("format"):
        yield Problem(f"{path}.format", "type_mismatch", {"type": kind.label, "wanted": given.get("format") or "—"})


def _options(path: str, node: Mapping[str, Any], wanted: bool) -> Iterator[Problem]:
    branches = node.get("oneOf") or node.get("items", {}).get("oneOf")
    if not wanted:
        return
    if not branches:
        yield Problem(path, "no_options", {"field": node["x-fenzu"]["label"]})
        return
    keys = [branch["const"] for branch in branches]
    for key in {key for key in keys if keys.count(key) > 1}:
        yield Problem(path, "option_twice", {"option": key})
    if all(branch.get("deprecated") for branch in branches) and not node["x-fenzu"].get("retired"):
        yield Problem(path, "no_options", {"field": node["x-fenzu"]["label"]})
    default = node["x-fenzu"].get("default")
    for key in default if isinstance(default, list) else [default]:
        if default is not None and key not in keys:
            yield Problem(
                f"{path}.x-fenzu.default", "bad_default", {"field": node["x-fenzu"]["label"], "value": str(key)}
            )


def _title(body: Mapping[str, Any]) -> Iterator[Problem]:
    title = body["properties"].get(body["x-fenzu"]["title_field"])
    kind = FIELD_TYPES[title["x-fenzu"]["type"]] if title else None
    if title is None or kind is None or title["x-fenzu"].get("retired") or kind.many or kind.nested or kind.computed:
        yield Problem("x-fenzu.title_field", "no_title_field")
