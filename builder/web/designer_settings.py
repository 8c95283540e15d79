"""A field's properties as controls drawn from its type's settings schema, and what is typed into them read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.edits import formulas, made, node, option_lines, properties
from builder.edits.made import Body
from builder.web import formula_box, reaching, setting_lists
from runtime.definitions.form import Field, Form, read_field
from runtime.errors import Invalid, Problem
from runtime.fields.base import Refused
from runtime.fields.reached import Reached
from runtime.storage.live import LiveApp
from runtime.words import LANGUAGES, read

# Settings that have a part of the panel of their own, or that people never see.
OWN = ("formula", "result", "options", "inverse", "only", "items", "order", "totals")
TEXTS = ("label", "help", "placeholder")
ROOM = 30  # Latin letters that choices may have together where they stand side by side


@dataclass(frozen=True)
class Control:
    """One line of the panel. `look`: switch, number, text, segments, texts, lines, tree, pick, boxes."""

    name: str
    label: str
    look: str
    value: Any
    choices: list[tuple[str, str]] = field(default_factory=list)
    least: Any = None
    most: Any = None
    fixed: bool = False


def controls(item: Field, app: LiveApp, lang: str, published: bool) -> list[Control]:
    """The type's own settings of a field, in the order of its schema."""
    return [
        _control(name, spec, item, app, lang, published) for name, spec in item.type.settings.items()
        if name not in OWN and name not in item.type.unasked(item.settings)
    ]


def _control(name: str, spec: Mapping[str, Any], item: Field, app: LiveApp, lang: str, published: bool) -> Control:
    label, value = read(spec.get("x-label"), lang), item.settings.get(name, spec.get("default"))
    fixed = published and not item.type.computed and name == "form" and value not in (None, "")
    if name == "form":
        choices = [(key, read(live.form.label, lang)) for key, live in app.forms.items()]
        return Control(name, label, "pick", value, choices, fixed=fixed)
    if name == "vocabularies":
        listed = sorted(app.vocabularies.values(), key=lambda item: item.position)
        return Control(name, label, "boxes", value, [(item.key, read(item.label, lang)) for item in listed])
    if "x-tree" in spec:
        return Control(name, label, "tree", option_lines.lines(value, lang))
    kinds = spec["type"] if isinstance(spec["type"], list) else [spec["type"]]
    if "oneOf" in spec:
        choices = [(branch["const"], read(branch["x-label"], lang)) for branch in spec["oneOf"]]
        side_by_side = len(choices) < 5 and sum(_width(text) for _, text in choices) <= ROOM
        return Control(name, label, "segments" if side_by_side else "pick", value, choices)
    if name in setting_lists.FIRST:
        return Control(name, label, "pick", value, setting_lists.named(name, lang))
    if "boolean" in kinds:
        return Control(name, label, "switch", bool(value))
    if "object" in kinds:
        return Control(name, label, "lines" if spec.get("x-lines") else "texts", value or {})
    if not {"integer", "number"} & set(kinds):
        return Control(name, label, "text", value or "")
    least, most = spec.get("minimum"), spec.get("maximum")
    if least is not None and most is not None and most - least < 4 and not fixed:
        return Control(name, label, "segments", str(value), [(str(n), str(n)) for n in range(least, most + 1)])
    return Control(name, label, "number", "" if value is None else f"{value:g}", least=least, most=most, fixed=fixed)


def _width(text: str) -> int:
    """How wide a text is drawn, in Latin letters."""
    return sum(2 if letter > "\u2e80" else 1 for letter in text)


def put(body: Body, given: MultiDict[str, str], app: LiveApp, names: Any) -> Body:
    """One property of a field as the panel sends it: `id`, `name` (`label.zh`, `required`, a setting), `value`."""
    key, typed = given.get("id", ""), given.get("value", "")
    name, _, lang = given.get("name", "").partition(".")
    item = read_field(key, node.find(body, key), False)
    if lang in LANGUAGES and name in TEXTS:
        return properties.set_property(body, key, name, {lang: typed})
    if name in ("required", "span"):
        return properties.set_property(body, key, name, typed == "1")
    if name == "width":
        return properties.set_property(body, key, name, typed if typed.isdigit() else "1")
    if name == "unique":
        return properties.set_property(body, key, name, typed)
    if name == "default":
        return properties.set_property(body, key, name, _default(item, given, names))
    if name in reaching.OWN and isinstance(item.type, Reached):
        return reaching.put(body, key, name, typed, app)
    if name == "formula":
        return formulas.put_formula(body, key, *formula_box.facts(app, Form(body), item, typed))
    if name == "form" and typed:
        taken = set(app.inverses.get(typed, ())) | _inverses(body, typed, key)
        return properties.set_link(body, key, typed, taken)
    if "x-tree" in item.type.settings.get(name, ()):
        return properties.set_property(body, key, name, _tree(body, item, name, app, names.lang, typed))
    return properties.set_property(body, key, name, _setting(item, name, lang, given))


def _tree(body: Body, item: Field, name: str, app: LiveApp, lang: str, typed: str) -> list[dict[str, Any]]:
    """A tree of options from its lines; rows that records may hold stay as retired ones."""
    live = app.forms.get(body["x-fenzu"]["key"])
    known = live.form.fields.get(item.key) if live else None
    published = {row["key"] for row in known.settings.get(name, ())} if known and known.type is item.type else set()
    return option_lines.read_lines(typed, lang, item.settings[name], published)


def _inverses(body: Body, form: str, but: str) -> set[str]:
    """The inverse keys that other fields of this draft have on a form."""
    nodes = {key: each["x-fenzu"] for key, each in body["properties"].items() if key != but}
    return {ui["inverse"] for ui in nodes.values() if ui.get("form") == form and "inverse" in ui}


def _default(item: Field, given: MultiDict[str, str], names: Any) -> Any:
    several = item.type.many or item.type.parts > 1
    values = [value for value in given.getlist("default") if value or item.type.parts > 1]
    if not any(values):
        return None
    try:
        return plain(item.type.parse(values if several else values[-1], item.settings, names))
    except Refused as refused:
        raise Invalid(Problem("default", refused.code, {"field": item.label, **refused.params})) from None


def plain(value: Any) -> Any:
    """A value as JSON keeps it: a decimal becomes a number."""
    return value if value is None or isinstance(value, (str, bool, int, list, dict)) else float(value)


def _setting(item: Field, name: str, lang: str, given: MultiDict[str, str]) -> Any:
    """A setting's value from what was typed, by its schema."""
    spec, typed = item.type.settings.get(name, {"type": "string"}), given.get("value", "").strip()
    kinds = spec["type"] if isinstance(spec["type"], list) else [spec["type"]]
    if "object" in kinds:
        return made.text(item.settings.get(name), {lang: typed} if lang in LANGUAGES else {})
    if "array" in kinds:
        return [value for value in given.getlist("value") if value]
    if "boolean" in kinds:
        return typed == "1"
    if {"integer", "number"} & set(kinds) and typed:
        return _number(spec, "integer" in kinds, name, typed)
    return typed or None


def _number(spec: Mapping[str, Any], whole: bool, name: str, typed: str) -> int | float:
    least, most = spec.get("minimum", -(10**15)), spec.get("maximum", 10**15)
    try:
        found = int(typed) if whole else float(typed)
    except ValueError:
        raise Invalid(Problem(name, "setting_number")) from None
    if not least <= found <= most:
        raise Invalid(Problem(name, "setting_range", {"least": f"{least:g}", "most": f"{most:g}"}))
    return int(found) if found == int(found) else found
