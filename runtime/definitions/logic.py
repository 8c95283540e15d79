"""A form's logic: what is shown, asked for, locked, set, offered or refused, each when a rule over the entry is true.

A field is visible when no active rule hides it and, where any rule shows it, at least one does; a section's rules count
for every field in it. What a field shows, locks and sets decides its value, so these may not lead round in a circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from runtime.rules.deps import dependencies

Node = Mapping[str, Any]
ROOT = "x-fenzu.logic"
SHOW, HIDE, REQUIRE, READONLY, SET, OFFER, REFUSE = "show", "hide", "require", "readonly", "set", "offer", "refuse"
# What can be done to a whole section, what is done to one field, and what decides the value that is stored.
WIDE, NARROW, DECIDING = (SHOW, HIDE), (REQUIRE, READONLY, SET, OFFER), (SHOW, HIDE, READONLY, SET)
KEEP, CLEAR, DEFAULT = "keep", "clear", "default"
POLICIES = (KEEP, CLEAR, DEFAULT)


@dataclass(frozen=True)
class Action:
    """One consequence: `target` is a field or section ("" for a refusal), `value` what is set, offered or said."""

    kind: str
    target: str
    value: Any
    path: str


@dataclass(frozen=True)
class LogicRule:
    """When the rule is true `then` happens, otherwise `otherwise`."""

    key: str
    number: int
    when: Node
    then: tuple[Action, ...]
    otherwise: tuple[Action, ...]

    @property
    def path(self) -> str:
        return f"{ROOT}[{self.number}]"

    @property
    def actions(self) -> tuple[Action, ...]:
        """Everything it may do, whichever way the rule turns out."""
        return (*self.then, *self.otherwise)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields its condition reads."""
        return dependencies(self.when).fields


def read_action(node: Node, path: str) -> Action:
    """One action of the document."""
    kind = next(iter(node))
    given = node[kind]
    if kind == REFUSE:
        return Action(kind, "", given, path)
    if kind in (SET, OFFER):
        return Action(kind, given.get("field", ""), given.get("value" if kind == SET else "options"), path)
    return Action(kind, given, None, path)


def read_rule(number: int, node: Node) -> LogicRule:
    """One entry of the document's list."""
    path = f"{ROOT}[{number}]"
    then, otherwise = (
        tuple(read_action(each, f"{path}.{side}[{at}]") for at, each in enumerate(node.get(side, ())))
        for side in ("then", "else")
    )
    return LogicRule(node["key"], number, node.get("when", {}), then, otherwise)


@dataclass(frozen=True)
class Logic:
    """All rules of one form. `parts` are the fields of each section, by its key; `keys` the form's fields in order."""

    rules: tuple[LogicRule, ...] = ()
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keys: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules)

    def fields(self, target: str) -> Sequence[str]:
        """The fields that a target means: itself, or all of a section."""
        return self.parts.get(target, (target,) if target in self.keys else ())

    def touching(self, target: str) -> Iterator[tuple[LogicRule, Action]]:
        """Every action on a field or a section itself, with the rule it belongs to."""
        for rule in self.rules:
            for action in rule.actions:
                if action.target == target:
                    yield rule, action

    @cached_property
    def showers(self) -> Mapping[str, frozenset[str]]:
        """By field or section, the keys of the rules that show it."""
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            for action in rule.actions:
                if action.kind == SHOW:
                    found.setdefault(action.target, set()).add(rule.key)
        return {target: frozenset(keys) for target, keys in found.items()}

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """By field, the sections it stands in."""
        return {key: tuple(part for part, keys in self.parts.items() if key in keys) for key in self.keys}

    @cached_property
    def about(self) -> frozenset[str]:
        """The fields that any rule does something to; what is asked of the others is decided without it."""
        return frozenset(key for rule in self.rules for action in rule.actions for key in self.fields(action.target))

    @cached_property
    def read(self) -> frozenset[str]:
        """The fields that any condition reads."""
        return frozenset().union(*(rule.reads for rule in self.rules))

    @cached_property
    def deciders(self) -> Mapping[str, tuple[LogicRule, ...]]:
        """By field, the rules that decide which value is stored in it."""
        found: dict[str, list[LogicRule]] = {}
        for rule in self.rules:
            for action in rule.actions:
                for key in self.fields(action.target) if action.kind in DECIDING else ():
                    if rule not in found.setdefault(key, []):
                        found[key].append(rule)
        return {key: tuple(rules) for key, rules in found.items()}

    def circle(self) -> list[str]:
        """The fields of a circle, the first one again at the end (`["a", "b", "a"]`); empty where there is none."""
        done: set[str] = set()

        def walk(key: str, trail: list[str]) -> list[str]:
            if key in trail:
                return [*trail[trail.index(key) :], key]
            if key in done:
                return []
            for rule in self.deciders.get(key, ()):
                for other in sorted(rule.reads):
                    if found := walk(other, [*trail, key]):
                        return found
            done.add(key)
            return []

        return next((found[::-1] for key in self.keys if (found := walk(key, []))), [])

    def after(self, target: str) -> set[str]:
        """A target's fields and all whose value depends on theirs: a condition on them would lead back in a circle."""
        found = set(self.fields(target))
        while more := {key for key, rules in self.deciders.items() if any(rule.reads & found for rule in rules)} - found:
            found |= more
        return found

    @cached_property
    def layers(self) -> tuple[tuple[LogicRule, ...], ...]:
        """The rules in the order of asking: each layer reads only what the layers before it have decided."""
        depth: dict[str, int] = {}

        def of(rule: LogicRule) -> int:
            if rule.key not in depth:
                depth[rule.key] = 0  # a circle is refused before it is ever asked; it must not hang us
                before = [of(other) + 1 for key in rule.reads for other in self.deciders.get(key, ())]
                depth[rule.key] = max(before, default=0)
            return depth[rule.key]

        count = max(map(of, self.rules), default=-1) + 1
        return tuple(tuple(rule for rule in self.rules if of(rule) == at) for at in range(count))


def read(nodes: Sequence[Node], parts: Mapping[str, Sequence[str]], keys: Sequence[str]) -> Logic:
    """The logic of a document that has the right shape."""
    return Logic(tuple(read_rule(at, node) for at, node in enumerate(nodes)), parts, tuple(keys))
