"""What a form's logic makes of one entry: who decides is the server, by the one interpreter of rules.

Each layer of rules is one statement, compiled once per version of the form. A rule that cannot be compiled (a draft's,
not finished yet) does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

from runtime.clock import AsOf
from runtime.definitions.form import Field, Form
from runtime.definitions.logic import (
    CLEAR,
    DEFAULT,
    HIDE,
    OFFER,
    READONLY,
    REFUSE,
    REQUIRE,
    SET,
    SHOW,
    Action,
    LogicRule,
)
from runtime.errors import Invalid
from runtime.fields.base import Names, Refused
from runtime.records.held import held
from runtime.rules.compile import compile_rule
from runtime.rules.late_values import Known, LateValues
from runtime.sql.prepared import Prepared

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Layer:
    """Rules that are asked together, in one statement."""

    rules: tuple[LogicRule, ...]
    asked: Prepared


# By form and dialect; a form's layers go when the form goes.
_KNOWN: WeakKeyDictionary[Form, dict[Dialect, list[Layer]]] = WeakKeyDictionary()


@dataclass
class Outcome:
    """What holds for one entry. `values` are what would be stored, `closed` the fields nobody may write now.

    `hidden` are fields, `folded` sections; `refusals` come with the rule that speaks.
    """

    values: dict[str, Any]
    hidden: set[str] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)
    required: set[str] = field(default_factory=set)
    readonly: set[str] = field(default_factory=set)
    offered: dict[str, list[str]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    refusals: list[tuple[LogicRule, Mapping[str, str]]] = field(default_factory=list)

    @property
    def closed(self) -> set[str]:
        return self.hidden | self.readonly | self.given.keys()


def evaluate(form: Form, sent: Values, conn: Connection, names: Names, as_of: AsOf, stored: Values | None = None) -> Outcome:
    """Ask the form's logic about an entry: what was sent, over what is stored (None: a new record)."""
    work = _Work(form, {**(stored or {}), **sent}, stored, names)
    for layer in layers(form, conn):
        row = layer.asked.run(conn, values=work.columns(layer), as_of=as_of)[0]
        for rule, true in zip(layer.rules, row, strict=True):
            work.happen(rule, rule.then if true else rule.otherwise)
        work.decide()
    return work.outcome()


def layers(form: Form, conn: Connection) -> list[Layer]:
    """The form's layers of rules as statements of this database."""
    known = _KNOWN.setdefault(form, {})
    if conn.dialect not in known:
        made = (_layer(form, rules, conn) for rules in form.logic.layers)
        known[conn.dialect] = [layer for layer in made if layer is not None]
    return known[conn.dialect]


def _layer(form: Form, rules: Sequence[LogicRule], conn: Connection) -> Layer | None:
    target = LateValues({
        key: Known(item.type.kind, partial(_bind, item), item.label, partial(_below, item))
        for key, item in form.live_fields.items() if not item.type.computed
    })
    sound: list[LogicRule] = []
    columns: list[Any] = []
    for rule in rules:
        try:
            columns.append(compile_rule(rule.when, target, None).where.label(f"c{len(columns)}"))
        except Invalid:
            continue
        sound.append(rule)
    return Layer(tuple(sound), Prepared(sa.select(*columns), conn.dialect)) if sound else None


def _bind(item: Field, value: Any) -> Any:
    return item.type.bind(value, item.settings)


def _below(item: Field, value: Any) -> Sequence[Any] | sa.Select[Any] | None:
    return item.type.below(value, item.settings)


@dataclass
class _Work:
    """One evaluation on its way through the layers."""

    form: Form
    values: dict[str, Any]
    stored: Values | None
    names: Names
    active: dict[str, dict[str, Action]] = field(default_factory=dict)
    latest: dict[tuple[str, str], int] = field(default_factory=dict)
    offers: list[Action] = field(default_factory=list)
    refusals: list[tuple[LogicRule, Mapping[str, str]]] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    decided: set[str] = field(default_factory=set)

    def happen(self, rule: LogicRule, actions: Sequence[Action]) -> None:
        """What a rule does, the way it turned out; of two values for one field the later rule's counts."""
        self.asked.add(rule.key)
        for action in actions:
            if action.kind == REFUSE:
                self.refusals.append((rule, action.value))
            elif action.kind == OFFER:
                self.offers.append(action)
            elif rule.number >= self.latest.get((action.kind, action.target), 0):
                self.latest[action.kind, action.target] = rule.number
                self.active.setdefault(action.kind, {})[action.target] = action

    def columns(self, layer: Layer) -> dict[str, Any]:
        """The values that a layer reads, as their columns would hold them."""
        return held(self.form, self.values, frozenset().union(*(rule.reads for rule in layer.rules)))

    def decide(self) -> None:
        """Settle the values of the fields about which every rule has been asked."""
        for key, rules in self.form.logic.deciders.items():
            if key not in self.decided and all(rule.key in self.asked for rule in rules):
                self.decided.add(key)
                self._decide(self.form.fields[key])

    def _decide(self, item: Field) -> None:
        if item.type.readonly:
            return
        key, before = item.key, (self.stored or {}).get(item.key)
        if given := self.active.get(SET, {}).get(key):
            self.values[key] = self._read(item, given.value)
        elif not self.visible(key):
            self.values[key] = {CLEAR: None, DEFAULT: self._read(item, item.default)}.get(item.hidden, before)
        elif key in self.active.get(READONLY, ()):
            self.values[key] = self._read(item, item.default) if self.stored is None else before

    def _read(self, item: Field, value: Any) -> Any:
        """A value of the document as a record holds it; one that is none is no value."""
        try:
            return None if value is None else item.type.parse(value, item.settings, self.names)
        except Refused:
            return None

    def visible(self, key: str) -> bool:
        """A field is seen where it is shown and so is every section it stands in."""
        return self.shown(key) and all(map(self.shown, self.form.logic.holders.get(key, ())))

    def shown(self, target: str) -> bool:
        """Nothing hides it, and where rules show it at least one does."""
        if target in self.active.get(HIDE, ()):
            return False
        wanted = self.form.logic.showers.get(target, frozenset()) & self.asked
        return not wanted or target in self.active.get(SHOW, ())

    def outcome(self) -> Outcome:
        made, logic, fields = Outcome(self.values), self.form.logic, self.form.fields
        made.refusals = sorted(self.refusals, key=lambda each: each[0].number)
        made.folded = {part for part in logic.parts if not self.shown(part)}
        made.hidden = {key for key in logic.about if not self.visible(key)}
        made.readonly = set(self.active.get(READONLY, ()))
        made.given = {key: self.values.get(key) for key in self.active.get(SET, ())}
        for action in self.offers:
            others = made.offered.get(action.target)
            made.offered[action.target] = [o for o in action.value if others is None or o in others]
        asked = {key for key in logic.about if fields[key].required} | set(self.active.get(REQUIRE, ()))
        made.required = {key for key in asked - made.hidden if not fields[key].type.readonly}
        return made
