"""A form put together from what another program says: every field with where it came from, and what could not be taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.edits import form, made, node
from builder.edits.made import Body
from runtime.definitions.form import read_field
from runtime.definitions.form_sound import pattern_refused
from runtime.definitions.parts import shape_problems, validator
from runtime.definitions.rows import fits
from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType, Refused

LONGEST = 500  # characters of one text
MOST_FIELDS, MOST_SECTIONS, MOST_OPTIONS, MOST_NOTES = 400, 60, 1000, 300
LONGEST_OPTION = 60
CHINESE = re.compile(r"[\u3400-\u9fff]")
Words = dict[str, str]


@dataclass(frozen=True)
class Taken:
    """What was made of a file: the form, where each field stood (a cell, a pointer), and what did not come along."""

    source: str
    body: Body
    places: Mapping[str, str]
    notes: Sequence[Problem] = ()
    guesses: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def labels(self) -> list[tuple[str, Mapping[str, str], FieldType]]:
        """The fields in the order of the form."""
        fields = self.body["properties"]
        return [(key, fields[key]["x-fenzu"]["label"], node.type_of(fields[key])) for key in node.live_keys(self.body)]


class Alone:
    """Names for values that stand for nothing else."""

    lang, zone = "zh", "UTC"
    me: int | None = None

    def __getattr__(self, name: str) -> Any:
        return lambda *_given: None if name.startswith("find_") else ""


def said(text: str) -> Words:
    """A text in one language, told by its letters."""
    plain = " ".join(text.replace("\0", "").split())[:LONGEST].strip()
    return {"zh" if CHINESE.search(plain) else "en": plain} if plain else {}


def known(*names: str) -> str:
    """The first of some field types that there is."""
    return next(name for name in names if name in FIELD_TYPES)


class Maker:
    """Takes fields one after the other; `done` gives the form."""

    def __init__(self, source: str, label: Words, taken: Sequence[str] | set[str] = ()) -> None:
        self.source, self.notes, self.places = source, list[Problem](), dict[str, str]()
        self.body = form.new(label or {"zh": "新表单", "en": "New form"}, taken)
        self.body["properties"], self.body["required"] = {}, []
        self.sections: list[dict[str, Any]] = []
        self.section({})

    def note(self, where: str, code: str, **params: Any) -> None:
        """Something that did not come along, with the cell or pointer where it stands."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Problem(where, code, params, "warning"))

    def section(self, label: Words) -> str:
        """What follows stands under this heading; a section in which nothing comes to stand is left out."""
        if len(self.sections) >= MOST_SECTIONS:
            return str(self.sections[-1]["key"])
        keys = {section["key"] for section in self.sections}
        section: dict[str, Any] = {"key": made.propose(label, keys, "section"), "columns": 2, "items": []}
        made.put(section, "label", label)
        self.sections.append(section)
        return str(section["key"])

    def words(self, text: Words, where: str) -> None:
        """A text between the fields."""
        items = [item for section in self.sections for item in section["items"]]
        taken = {item["key"] for item in items if "key" in item} | {section["key"] for section in self.sections}
        if text:
            self.sections[-1]["items"].append({"key": made.free("note", taken), "text": text})
        else:
            self.note(where, "taken_empty")

    def field(self, kind: str, label: Words, where: str, name: str = "", **facts: Any) -> str:
        """A field with its settings and other facts (`settings help placeholder required default`); its key."""
        fields = self.body["properties"]
        if len(fields) >= MOST_FIELDS:
            self.note(where, "taken_too_many", most=MOST_FIELDS)
            return ""
        label = label or said(name) or {"en": kind}
        key = made.free(made.slug(name) or made.propose(label, (), kind), fields)
        fields[key] = self.node(kind, label, where, facts)
        self.places[key] = where
        self.sections[-1]["items"].append({"field": key})
        if facts.get("required") and not FIELD_TYPES[kind].readonly:
            self.body["required"].append(key)
        return key

    def node(self, kind: str, label: Words, where: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The node of a field; settings its type has not are dropped, a default that is no value is told."""
        type_ = FIELD_TYPES[kind]
        defaults = {name: spec["default"] for name, spec in type_.settings.items() if "default" in spec}
        given = dict(self._fitting(type_, facts.get("settings", {}), where))
        ui: dict[str, Any] = {"label": label}
        for name in ("help", "placeholder"):
            made.put(ui, name, facts.get(name))
        found = node.make(type_, defaults | given, ui)
        if facts.get("default") not in (None, "") and not self._default(found, facts["default"]):
            self.note(where, "taken_default", value=str(facts["default"])[:60])
        return found

    def _fitting(self, type_: FieldType, settings: Mapping[str, Any], where: str) -> Iterator[tuple[str, Any]]:
        """The settings that the type has and takes; a pattern must be one that can be run."""
        for name, value in settings.items():
            if name not in type_.settings:
                continue
            spec = {key: rule for key, rule in type_.settings[name].items() if not key.startswith("x-")}
            wrong = shape_problems(validator(spec), value) or (name == "pattern" and pattern_refused(value))
            below = name.startswith("max") and value is not None and value < (settings.get(name.replace("max", "min")) or value)
            if wrong or below:
                self.note(where, "taken_setting", name=name, value=str(value)[:60])
            else:
                yield name, value

    def _default(self, found: dict[str, Any], typed: Any) -> bool:
        item = read_field("field", found, False)
        if item.type.readonly or item.type.kind in ("person", "link", "file", "rows"):
            return False
        try:
            value = item.type.parse(typed if isinstance(typed, (bool, list)) else str(typed), item.settings, Alone())
        except (Refused, ValueError, TypeError, AttributeError):
            return False
        if value is not None:
            plain = isinstance(value, (str, bool, int, list, dict))
            found["x-fenzu"]["default"] = value if plain else float(value)
        return True

    def options(self, given: Sequence[tuple[str, Words]], where: str) -> list[dict[str, Any]]:
        """Choices as an options setting: each key once, with a colour of its own."""
        listed: list[dict[str, Any]] = []
        for const, label in given[:MOST_OPTIONS]:
            const = const.strip()[:LONGEST_OPTION]
            if not const or any(option["const"] == const for option in listed):
                self.note(where, "taken_option", option=const)
                continue
            color = made.next_color([option["color"] for option in listed])
            listed.append({"const": const, "label": label or said(const) or {"en": const}, "color": color, "retired": False})
        if len(given) > MOST_OPTIONS:
            self.note(where, "taken_many_options", most=MOST_OPTIONS)
        return listed

    def rows(self, inner: Maker, label: Words, where: str, name: str, **facts: Any) -> str:
        """Another form's fields as the columns of a sub-form; what cannot stand in a row is told."""
        fields, order = {}, []
        for key in inner.body["properties"]:
            each = inner.body["properties"][key]
            if fits(node.type_of(each)):
                fields[key] = each
                order.append(key)
            else:
                self.note(inner.places[key], "taken_not_in_rows", field=each["x-fenzu"]["label"])
        self.notes += inner.notes
        if not fields:
            self.note(where, "taken_empty")
            return ""
        needed = [key for key in inner.body["required"] if key in fields]
        items = {"type": "object", "properties": fields, **({"required": needed} if needed else {})}
        return self.field(known("rows"), label, where, name, settings={"items": items, "order": order}, **facts)

    def done(self) -> Taken:
        """The form; one without a field to tell records apart by is given a name."""
        body = self.body
        able = [key for key, each in body["properties"].items() if _titles(node.type_of(each))]
        self.sections = [section for section in self.sections if section["items"]] or self.sections[:1]
        if not able:
            key = made.free("name", body["properties"])
            body["properties"] = {key: node.make(FIELD_TYPES["text"], {}, {"label": dict(form.TITLE)}), **body["properties"]}
            self.sections[0]["items"].insert(0, {"field": key})
            able = [key]
        named = [key for key in able if node.type_of(body["properties"][key]).searchable]
        body["x-fenzu"]["title_field"] = (named or able)[0]
        body["x-fenzu"]["layout"] = self.sections
        if not body["required"]:
            del body["required"]
        return Taken(self.source, body, self.places, self.notes)


def _titles(kind: FieldType) -> bool:
    """Whether records may be told apart by a type."""
    return not kind.many and kind.kind not in ("rows", "file")
