"""Gestures on a form's fields: add, rename, duplicate, remove, bring back; and on the form itself.

`published` is the body that is published now, or None: a key in it is never changed and never taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from builder.edits import layout, layouts, made, node, public
from builder.edits.made import Body, Made, Text
from runtime.errors import Conflict, Invalid, Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType

Published = Mapping[str, Any] | None
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASIC = {"zh": "基本信息", "en": "Basics"}
TITLE = {"zh": "名称", "en": "Name"}


def new(label: Text, taken: Collection[str] = (), unit: Text | None = None, icon: str | None = None) -> Body:
    """A form with one section and one required field, which is its title; `taken` are the keys of the app's forms."""
    name = made.label(None, label)
    ui: Body = {
        "kind": "form",
        "format": 1,
        "key": made.propose(name, taken, "form"),
        "label": name,
        "title_field": "name",
        "layout": [{"key": "basic", "label": dict(BASIC), "columns": 2, "items": [{"field": "name"}]}],
    }
    made.put(ui, "unit", dict(unit or {}))
    made.put(ui, "icon", icon)
    title = node.make(FIELD_TYPES["text"], {}, {"label": dict(TITLE)})
    return {
        "$schema": DIALECT,
        "type": "object",
        "x-fenzu": ui,
        "properties": {"name": title},
        "required": ["name"],
        "unevaluatedProperties": False,
    }


def add_field(
    body: Mapping[str, Any],
    type_name: str,
    *,
    label: Text | None = None,
    key: str | None = None,
    section: str | None = None,
    before: str | None = None,
    after: str | None = None,
    position: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Made:
    """A new field of a type, with the type's own name until somebody gives it a better one."""
    kind = _kind(type_name)
    new_body = made.copy(body)
    fields = new_body["properties"]
    name = made.label(None, label) if label else default_label(body, kind)
    own = key or (made.propose(name, fields, kind.name) if label else made.free(kind.name, fields))
    if own in fields:
        raise Conflict(Problem(f"properties.{own}", "key_taken", {"key": own}))
    defaults = {each: spec["default"] for each, spec in kind.settings.items() if "default" in spec}
    fields[own] = node.make(kind, defaults | dict(settings or {}), {"label": name})
    wide = {"span": 2} if kind.nested else {}
    layout.place(new_body, {"field": own, **wide}, section=section, before=before, after=after, position=position)
    return Made(new_body, own)


def duplicate(body: Mapping[str, Any], key: str) -> Made:
    """A second field like this one, right after it; uniqueness is not copied, the values are another question's."""
    new_body = made.copy(body)
    copied = made.copy(node.find(body, key))
    if listed := [option for option in node.settings_of(copied).get("options", ()) if not option["retired"]]:
        copied = node.remake(copied, {"options": listed})
    copied["x-fenzu"].pop("unique", None)
    # An inverse key may stand on the other form only once.
    copied["x-fenzu"].pop("inverse", None)
    copied["x-fenzu"]["label"] = _numbered(copied["x-fenzu"]["label"], _labels(body))
    own = made.free(key, body["properties"])
    new_body["properties"][own] = copied
    if key in new_body.get("required", ()):
        new_body["required"].append(own)
    spans = {item.get("field"): item for section in node.layout_of(new_body) for item in section["items"]}
    layout.place(new_body, {**spans.get(key, {}), "field": own}, after=key if key in spans else None)
    return Made(new_body, own)


def rename(body: Mapping[str, Any], key: str, label: Text) -> Body:
    """Change what people call a field; a name the type gave in the other language goes, so that it cannot mislead."""
    new_body = made.copy(body)
    found = node.find(new_body, key)
    old = found["x-fenzu"]["label"]
    given = node.type_of(found).label._asdict()
    kept = {lang: words for lang, words in old.items() if lang in label or not _from_type(words, given[lang])}
    found["x-fenzu"]["label"] = made.label(kept, label)
    return new_body


def remove_field(body: Mapping[str, Any], key: str, published: Published) -> Body:
    """Take a field off the form: gone if it never was published, else retired, with its data kept."""
    new_body = made.copy(body)
    found = node.find(new_body, key)
    if key in node.live_keys(new_body):
        layout.take(new_body, key)
    layouts.forget(new_body, key)
    put_required(new_body, key, False)
    if published is not None and key in published["properties"]:
        found["x-fenzu"]["retired"] = True
    else:
        del new_body["properties"][key]
        new_body = public.renamed(new_body, key, None)
    if new_body["x-fenzu"]["title_field"] == key:
        new_body["x-fenzu"]["title_field"] = _next_title(new_body)
    return new_body


def bring_back(body: Mapping[str, Any], key: str, *, section: str | None = None, after: str | None = None) -> Body:
    """Put a retired field on the form again, with everything that was filled in."""
    new_body = made.copy(body)
    node.find(new_body, key)["x-fenzu"].pop("retired", None)
    if key not in node.live_keys(new_body):
        layout.place(new_body, {"field": key}, section=section, after=after)
    return new_body


def set_title(body: Mapping[str, Any], key: str) -> Body:
    """The field by which people recognise a record."""
    found = node.find(body, key)
    if node.type_of(found).many or found["x-fenzu"].get("retired"):
        raise Invalid(Problem("x-fenzu.title_field", "no_title_field"))
    new_body = made.copy(body)
    new_body["x-fenzu"]["title_field"] = key
    return new_body


def set_form(body: Mapping[str, Any], name: str, value: Any) -> Body:
    """The form's own `label`, `help`, `unit` (texts, one or both languages) or `icon`."""
    new_body = made.copy(body)
    ui = new_body["x-fenzu"]
    if name == "label":
        ui["label"] = made.label(ui["label"], value)
    elif name in ("help", "unit"):
        made.put(ui, name, made.text(ui.get(name), value))
    elif name == "icon":
        made.put(ui, "icon", value)
    else:
        raise Invalid(Problem(f"x-fenzu.{name}", "no_such_property", {"name": name}))
    return new_body


def named_by_type(found: Mapping[str, Any]) -> bool:
    """Whether a field still has the name its type gave it, in every language that it has a name in."""
    given = node.type_of(found).label._asdict()
    return all(_from_type(words, given[lang]) for lang, words in found["x-fenzu"]["label"].items())


def default_label(body: Mapping[str, Any], kind: FieldType) -> dict[str, str]:
    """The type's name in both languages, with a number where a field of that name is on the form already."""
    return _numbered(kind.label._asdict(), _labels(body))


def put_required(body: Body, key: str, required: bool) -> None:
    """Keep `required` in the order of the properties, and leave it out when it is empty."""
    wanted = (set(body.get("required", ())) - {key}) | ({key} if required else set())
    made.put(body, "required", [name for name in body["properties"] if name in wanted])


def _kind(name: str) -> FieldType:
    if name not in FIELD_TYPES:
        raise Invalid(Problem("type", "no_such_type", {"name": name}))
    return FIELD_TYPES[name]


def _labels(body: Mapping[str, Any]) -> set[str]:
    """All names of fields that are seen on the form, in any language."""
    nodes = [each["x-fenzu"] for each in body["properties"].values()]
    return {words for ui in nodes if not ui.get("retired") for words in ui["label"].values()}


def _numbered(label: Text, used: set[str]) -> dict[str, str]:
    if not used & set(label.values()):
        return dict(label)
    number = 2
    while used & {f"{words} {number}" for words in label.values()}:
        number += 1
    return {lang: f"{words} {number}" for lang, words in label.items()}


def _from_type(words: str, given: str) -> bool:
    """Whether a name is the type's own, perhaps with a number."""
    return words == given or (words.startswith(f"{given} ") and words[len(given) + 1 :].isdigit())


def _next_title(body: Body) -> str:
    """Another field to recognise records by: the first one whose text is searched, else the first that can be."""
    fields = [(key, node.type_of(body["properties"][key])) for key in node.live_keys(body)]
    able = [key for key, kind in fields if not kind.many]
    if not able:
        raise Conflict(Problem("x-fenzu.title_field", "last_title"))
    return next((key for key, kind in fields if kind.searchable and not kind.many), able[0])
