"""The control for the value of a condition: which one it is, what it holds now, and what can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from builder.web import rules_days
from builder.web.rules_days import When
from builder.web.rules_scope import COUNTS, Leaf, Scope, option_labels
from runtime.definitions.form import Field
from runtime.rules.operators import OPERATORS
from runtime.words import Words, read

BY_KIND = {
    "text": "text",
    "number": "number",
    "file": "number",
    "rows": "number",
    "date": "day",
    "datetime": "day",
    "time": "time",
    "period": "day",
    "consent": "day",
    "choice": "pick",
    "many": "pick",
    "group": "pick",
    "boolean": "yesno",
    "person": "remote",
    "people": "remote",
    "links": "remote",
    "link": "remote",
    "tree": "region",
    "place": "text",
}
YESNO = (("true", Words("是", "yes")), ("false", Words("否", "no")))


class Chip(NamedTuple):
    """One chosen value: its key, its words, its colour, and whether it is a tag or a group."""

    value: str
    text: str
    color: str = ""
    look: str = ""


class Options(NamedTuple):
    """Things to choose from under one heading."""

    heading: str
    items: list[tuple[str, str, str]]


@dataclass
class Editor:
    """`kind` is none, text, number, time, texts, day, span, pick, yesno, remote, region or fields; `many`: several values."""

    kind: str
    many: bool = False
    chips: list[Chip] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    whens: list[When] = field(default_factory=list)
    groups: list[Options] = field(default_factory=list)
    search_url: str = ""
    level: int = 3
    n: Any = ""
    unit: str = "day"
    units: dict[str, str] = field(default_factory=dict)
    after: str = ""

    @property
    def missing(self) -> bool:
        return self.kind in ("pick", "remote", "region", "texts") and not self.chips


def editor_of(scope: Scope, leaf: Leaf) -> Editor:
    """The control that fits the kind of a condition's field and its operator."""
    name, kind = str(leaf.get("operator")), scope.value_kind(leaf)
    takes = OPERATORS[name].takes if name in OPERATORS else "one"
    if kind is None or takes == "none" or not name:
        return Editor("none")
    if leaf.get("valueSource") == "field":
        return _fields(scope, leaf, kind)
    if takes in ("span", "past"):
        return _span(scope, leaf, "datetime" if takes == "past" else kind)
    control = BY_KIND[kind]
    if control == "day":
        value = leaf.get("value")
        held = value if takes == "pair" and isinstance(value, list) else [value]
        days = [*held, None, None][: 2 if takes == "pair" else 1]
        return Editor("day", whens=[rules_days.read(one) for one in days], units=_units(scope, rules_days.UNITS))
    many = takes == "list"
    if control in ("text", "number", "time"):
        return _typed(scope, leaf, control, takes)
    if control == "yesno":
        return Editor(
            "yesno",
            texts=["true" if leaf.get("value") is True else "false" if leaf.get("value") is False else ""],
            groups=[Options("", [(key, text.say(scope.lang), "") for key, text in YESNO])],
        )
    place = scope.value_field(leaf)
    item = place[0].field(place[1]) if place else None
    if control == "region" and item and (item.options or item.type.shared):  # a tree of one's own is a list to choose from
        control = "pick"
    made = Editor(
        control, many, _chips(scope, leaf, item, kind), search_url=scope.search_url(leaf) if control == "remote" else ""
    )
    made.groups = options_of(scope, leaf, item) if control == "pick" else []
    made.level = int(item.settings.get("level", 3)) if item and control == "region" else 3
    return made


def _values(leaf: Leaf) -> list[Any]:
    held = leaf.get("value")
    return [one for one in (held if isinstance(held, list) else [held]) if one not in (None, "")]


def _chips(scope: Scope, leaf: Leaf, item: Field | None, kind: str) -> list[Chip]:
    colors = {key: color for options in options_of(scope, leaf, item) for key, _, color in options.items}
    look = "group" if kind == "group" else "tag" if item is not None and "vocabularies" in item.type.settings else ""
    return [Chip(str(v), scope.shown(leaf, v), colors.get(str(v), "mo"), look) for v in _values(leaf)]


def options_of(scope: Scope, leaf: Leaf, item: Field | None) -> list[Options]:
    """What a condition can be compared with: groups by grouping, tags by category, options of the field."""
    lang = scope.lang
    if leaf.get("field") == "$group":
        return [
            Options(
                read(other.newest.label, lang),
                [(f"{other.key}/{g.key}", read(g.label, lang), g.color) for g in other.newest.groups.values()],
            )
            for other in scope.app.groupings_of(scope.live.key)
        ]
    if item is None:
        return []
    if "vocabularies" in item.type.settings:
        wanted = item.settings.get("vocabularies") or list(scope.app.vocabularies)
        return [
            Options(
                read(v.label, lang),
                [(tag.key, read(tag.label, lang), tag.color) for tag in v.tags.values() if not tag.retired],
            )
            for v in scope.app.vocabularies.values()
            if v.key in wanted
        ]
    return [Options("", option_labels(item, scope.names))]


def _typed(scope: Scope, leaf: Leaf, control: str, takes: str) -> Editor:
    values = _values(leaf)
    unit = ""
    if isinstance(leaf.get("agg"), dict) and leaf["agg"].get("fn") in COUNTS and scope.lang == "zh":
        unit = scope.words.related(str(leaf["field"])).unit
    if takes == "list":
        return Editor("texts", True, [Chip(str(v), scope.shown(leaf, v)) for v in values])
    texts = [scope.shown(leaf, v) if control == "number" and not isinstance(v, str) else str(v) for v in values]
    return Editor(control, takes == "pair", texts=[*texts, "", ""][: 2 if takes == "pair" else 1], after=unit)


def _span(scope: Scope, leaf: Leaf, kind: str) -> Editor:
    held = leaf.get("value")
    known = held if isinstance(held, dict) else {}
    units = rules_days.FINE_UNITS if kind == "datetime" else rules_days.UNITS
    return Editor("span", n=known.get("n", ""), unit=str(known.get("unit", "day")), units=_units(scope, units))


def _units(scope: Scope, units: Any) -> dict[str, str]:
    return {key: text.say(scope.lang) for key, text in units.items()}


def _fields(scope: Scope, leaf: Leaf, kind: str) -> Editor:
    """The other fields of the same kind."""
    fields = [(key, label, "") for key, label in scope.beside(str(leaf.get("field")), kind)]
    return Editor("fields", texts=[str(leaf.get("value") or "")], groups=[Options("", fields)])
