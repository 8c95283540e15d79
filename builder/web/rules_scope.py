"""What a condition can speak about: the fields of a form, what lies behind its links, whose values it compares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import url_for

from builder.web import rules_days
from runtime.definitions.form import Field
from runtime.definitions.rule_target import SYSTEM
from runtime.errors import FenzuError
from runtime.groups.wording import AppWording
from runtime.records.names import RecordNames
from runtime.records.targets import RecordTarget, shown
from runtime.rules.operators import GROUP_OPERATORS, OPERATORS_OF, PAST_OPERATORS
from runtime.rules.past import side_operators
from runtime.rules.target import Operand, Target
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import read

Leaf = Mapping[str, Any]
COUNTS = ("count", "countDistinct")
INSIDE = re.compile(r"\.agg\.where(?:\.|$)|\.value(?:\.|$)")


class Scope:
    """The published fields of one form, for the conditions of a draft; of an `inner` one, for those on related records."""

    inner = False

    def __init__(self, app: LiveApp, form: str, names: RecordNames, rows: LiveForm | None = None) -> None:
        self.app, self.names, self.lang = app, names, names.lang
        self.live = rows or app.form(form)
        self.target: Target = RecordTarget(app, self.live, shown(app))
        self.words = AppWording(app, form, names, names.lang)

    def field(self, name: str) -> Field | None:
        """A field of the form, or one behind a link of it (`customer.owner`)."""
        link, dot, rest = name.partition(".")
        near = self.live.form.fields.get(link)
        if not dot or near is None:
            return near
        target = self.app.forms.get(near.form or "")
        return target.form.fields.get(rest) if target else None

    def inverse(self, key: str) -> tuple[LiveForm, Field] | None:
        """What links here, or a sub-form's rows, and the field that makes it so."""
        return self.app.related(self.live.key, key)

    def far(self, key: str) -> Scope | None:
        """The scope of the records behind an inverse key."""
        found = self.inverse(key)
        made = Scope(self.app, found[0].key, self.names, found[0]) if found else None
        if made is not None:
            made.inner = True
        return made

    def related_label(self, key: str) -> str:
        return self.words.related(key).label

    def operand(self, name: str) -> Operand | None:
        """A field as rules see it; None where there is no such field."""
        try:
            return self.target.operand(name)
        except FenzuError:
            return None

    def kind(self, name: str) -> str | None:
        """Which comparisons a field allows; None where there is no such field."""
        operand = self.operand(name)
        return operand.kind if operand is not None else None

    def value_field(self, leaf: Leaf) -> tuple[Scope, str] | None:
        """The field whose values a condition compares with; None for counts and groups."""
        name, agg = str(leaf.get("field")), leaf.get("agg")
        if name == "$group" or "match" in leaf:
            return None
        if not isinstance(agg, Mapping):
            return self, name
        far = self.far(name)
        of = agg.get("of")
        return (far, of) if far and isinstance(of, str) and agg.get("fn") not in COUNTS else None

    def value_kind(self, leaf: Leaf) -> str | None:
        """The kind of what a condition compares: group for membership, a field's kind, number for counts."""
        if leaf.get("field") == "$group":
            return "group"
        if isinstance(leaf.get("agg"), Mapping) and leaf["agg"].get("fn") in COUNTS:
            return "number" if self.inverse(str(leaf["field"])) else None
        place = self.value_field(leaf)
        return place[0].kind(place[1]) if place else None

    def operators(self, leaf: Leaf) -> tuple[str, ...]:
        """The ways to compare that a condition may use."""
        kind = self.value_kind(leaf)
        if kind == "group":
            return GROUP_OPERATORS
        return (*OPERATORS_OF.get(kind or "", ()), *(self.happens(str(leaf["field"])) if "agg" not in leaf else ()))

    def happens(self, name: str) -> tuple[str, ...]:
        """What can be asked of a field's history, if it has one."""
        operand = self.operand(name)
        if operand is None or operand.past is None:
            return ()
        return PAST_OPERATORS if operand.tagged else PAST_OPERATORS[:1]

    def sides(self, leaf: Leaf) -> tuple[str, ...]:
        """How what a field was, and became, can be compared."""
        operand = self.operand(str(leaf.get("field")))
        return side_operators(operand) if operand is not None else ()

    def icon(self, name: str) -> str:
        field = self.field(name)
        return field.type.icon if field else "clock" if name in SYSTEM else "help-circle"

    def shown(self, leaf: Leaf, value: Any) -> str:
        """One value of a condition as people write it."""
        if isinstance(value, Mapping):
            return rules_days.said(value, self.lang)
        place = self.value_field(leaf)
        if place is not None:
            return place[0].words.show(place[1], value)
        if leaf.get("field") == "$group":
            return self.words.group(str(value))
        return f"{value:,}" if type(value) is int else str(value)

    def search_url(self, leaf: Leaf) -> str:
        """Where the picker of people or records looks for more."""
        place = self.value_field(leaf)
        field = place[0].field(place[1]) if place else None
        if field is not None and field.far:
            return url_for("finding.pick", app=self.app.key, form=field.far)
        return url_for("finding.persons", app=self.app.key, form=self.live.key)

    def beside(self, name: str, kind: str) -> list[tuple[str, str]]:
        """The other fields that a field of a kind can be compared with."""
        return [(key, self.label(key)) for key in self.live.form.live_fields if key != name and self.kind(key) == kind]

    def label(self, name: str) -> str:
        return self.words.field(name)


def scope_at(scope: Scope, rule: Any, path: str) -> Scope:
    """The scope of the conditions at a path: behind `agg.where` and inside a match it is the related form's."""
    at = INSIDE.search(path)
    if at is None:
        return scope
    leaf = node_at(rule, path[: at.start()])
    far = scope.far(str(leaf.get("field"))) if isinstance(leaf, Mapping) else None
    return far or scope


def node_at(rule: Any, path: str) -> Any:
    """The part of a rule at a path, or None."""
    node = rule
    for name, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        try:
            node = node[name]
            node = node[int(number)] if number else node
        except (KeyError, IndexError, TypeError):
            return None
    return node


def option_labels(field: Field, names: RecordNames) -> list[tuple[str, str, str]]:
    """A field's options as (key, label, colour); retired ones are left out."""
    offered = field.type.choices(field.settings, names) if field.type.shared else field.options
    return [(o["const"], read(o["label"], names.lang), o.get("color") or "mo") for o in offered if not o["retired"]]
