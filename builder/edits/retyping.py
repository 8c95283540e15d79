"""The gesture that makes a field another kind of field: its name and place stay, what both kinds know goes along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.edits import form, made, node
from builder.edits.made import Body
from runtime.definitions.form import read_field
from runtime.errors import Invalid, Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType
from runtime.fields.conversions import may_become, targets

Published = Mapping[str, Any] | None
YES_NO = [
    {"const": "yes", "label": {"zh": "是", "en": "Yes"}, "color": "shilv"},
    {"const": "no", "label": {"zh": "否", "en": "No"}, "color": "mo"},
]
# Settings that mean the same whatever the type is; all others begin at their defaults.
ALONG = ("decimals", "options", "display", "thousands", "region", "form", "inverse", "inverse_label", "listed", "only", "create")


def ways(body: Mapping[str, Any], key: str, published: Published) -> list[FieldType]:
    """What a field can become: what the type it is published as can, and that type itself."""
    now = node.type_of(node.find(body, key))
    was = _published(published, key) or now
    return [kind for kind in (was, *targets(was)) if kind.name != now.name]


def retype(body: Mapping[str, Any], key: str, name: str, published: Published = None) -> Body:
    """The field as another type. Back to the type it is published as, it is the published field again."""
    found = node.find(body, key)
    kind, was = FIELD_TYPES.get(name), _published(published, key) or node.type_of(found)
    if kind is None or not (kind.name == was.name or may_become(was, kind)):
        raise Invalid(Problem(f"properties.{key}", "type_fixed", {"field": found["x-fenzu"]["label"]}))
    changed = made.copy(body)
    facts = {fact: value for fact, value in node.facts_of(found).items() if fact not in ("default", "unique" if kind.many else "")}
    if published is not None and kind.name == was.name and key in published["properties"]:
        settings: dict[str, Any] = dict(node.settings_of(published["properties"][key]))
    else:
        settings = _settings(found, kind)
    changed["properties"][key] = node.make(kind, settings, facts)
    if kind.many and changed["x-fenzu"]["title_field"] == key:
        raise Invalid(Problem("x-fenzu.title_field", "no_title_field"))
    form.put_required(changed, key, key in body.get("required", ()) and not kind.readonly)
    return changed


def _settings(found: Mapping[str, Any], kind: FieldType) -> dict[str, Any]:
    given = {name: spec["default"] for name, spec in kind.settings.items() if "default" in spec}
    old = node.type_of(found)
    if old.kind == "boolean" and "options" in kind.settings:
        given["options"] = YES_NO
    held = node.settings_of(found)
    return given | {name: held[name] for name in ALONG if name in held and name in kind.settings and name in old.settings}


def adopt(body: Mapping[str, Any], key: str, names: list[str]) -> Body:
    """Make choices of what people wrote, so that every value finds its own; choices nobody has named go."""
    found = node.find(body, key)
    listed = [option for option in node.settings_of(found).get("options", ()) if not _born(option)]
    for name in names:
        taken = {option["const"] for option in listed}
        label = {"zh": name}
        listed.append({"const": made.propose(label, taken, "option"), "label": label, "retired": False,
                       "color": made.next_color([option["color"] for option in listed if option.get("color")])})
    changed = made.copy(body)
    changed["properties"][key] = node.remake(found, {"options": listed})
    return changed


def _born(option: Mapping[str, Any]) -> bool:
    """Whether a choice still is one of the two that a new field is born with."""
    return any(option["const"] == each["const"] and option["label"] == each["label"]
               for each in FIELD_TYPES["choice"].settings["options"]["default"])


def _published(published: Published, key: str) -> FieldType | None:
    if published is None or key not in published["properties"]:
        return None
    return read_field(key, published["properties"][key], False).type
