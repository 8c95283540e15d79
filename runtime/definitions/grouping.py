"""A grouping: one way to divide a form's records, with its groups in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.definitions.parts import COLOR, KEY, RULE, WORDS, document

# At least one contact every so often, by whom a field of the form names; nobody is given more than `most` tasks a day.
CADENCE: dict[str, Any] = {
    "type": "object", "required": ["every", "who"], "additionalProperties": False,
    "properties": {
        "every": {"type": "object", "required": ["n", "unit"], "additionalProperties": False,
                  "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 365}, "unit": {"enum": ["day", "week", "month"]}}},
        "who": KEY, "most": {"type": "integer", "minimum": 1, "maximum": 200},
    },
}
GROUP: dict[str, Any] = {
    "type": "object",
    "required": ["key", "label"],
    "additionalProperties": False,
    "properties": {
        "key": KEY, "label": WORDS, "help": WORDS, "color": COLOR,
        "prefix": {"type": "string", "pattern": "^[A-Za-z0-9]{0,8}$"}, "rule": RULE, "cadence": CADENCE,
        "examples": {"type": "object", "additionalProperties": False, "properties": {
            "in": {"type": "array"}, "out": {"type": "array"}}},
        "mode": {"enum": ["exclusive", "overlapping"]}, "fallback": KEY,
        "groups": {"type": "array", "items": {"$ref": "#/$defs/group"}, "maxItems": 200},
    },
}
SIDES = ("in", "out")
SCHEMA = document("grouping", ["form", "mode", "groups"], {
    "form": KEY, "help": WORDS, "mode": {"enum": ["exclusive", "overlapping"]}, "fallback": KEY, "position": {"type": "integer"},
    "groups": {"type": "array", "items": {"$ref": "#/$defs/group"}, "maxItems": 200}})
SCHEMA["$defs"] = {"group": GROUP}


@dataclass(frozen=True)
class Group:
    """One part of a grouping. `parent` is the key of the group it nests in; a fallback has no rule.

    `examples` are the numbers of records that must always (`in`) or may never (`out`) be members.
    """

    key: str
    label: Mapping[str, str]
    color: str
    prefix: str
    rule: Mapping[str, Any] | None
    parent: str | None
    path: str
    siblings: Siblings
    examples: Mapping[str, tuple[int, ...]]
    cadence: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Siblings:
    """The groups of one level, asked together: by order when exclusive, each for itself when overlapping."""

    mode: str
    fallback: str | None
    parent: str | None
    keys: tuple[str, ...]


class Grouping:
    """A grouping parsed once; `groups` holds every group, nested ones included, in reading order."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.form: str = body["form"]
        self.label: Mapping[str, str] = body["label"]
        self.mode: str = body["mode"]
        self.fallback: str | None = body.get("fallback")
        self.position: int = body.get("position", 0)
        self.groups: dict[str, Group] = {group.key: group for group in _walk(body, None, "")}

    @property
    def levels(self) -> list[Siblings]:
        """Each set of siblings once, parents before their children."""
        seen: dict[str | None, Siblings] = {group.parent: group.siblings for group in self.groups.values()}
        return list(seen.values())

    @property
    def top(self) -> list[Group]:
        return [group for group in self.groups.values() if group.parent is None]

    def children(self, key: str) -> list[Group]:
        return [group for group in self.groups.values() if group.parent == key]

    def above(self, key: str) -> list[Group]:
        """The groups that a group is nested in, the outermost first."""
        parent = self.groups[key].parent
        return [] if parent is None else [*self.above(parent), self.groups[parent]]


def _walk(node: Mapping[str, Any], parent: str | None, path: str) -> Iterator[Group]:
    nodes = node.get("groups", ())
    siblings = Siblings(node.get("mode", "exclusive"), node.get("fallback"), parent, tuple(g["key"] for g in nodes))
    for number, group in enumerate(nodes):
        here = f"{path}groups[{number}]"
        yield Group(group["key"], group["label"], group.get("color", "mo"), group.get("prefix", ""), group.get("rule"),
                    parent, here, siblings, _examples(group), group.get("cadence"))
        yield from _walk(group, group["key"], f"{here}.")


def is_record(given: Any) -> bool:
    """Whether this can be the number of a record, so that a database can be asked for it."""
    return type(given) is int and 0 < given < 2**63


def _examples(group: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """The records named as always in and never in; what is no record's number is for the check to say."""
    named = group.get("examples", {})
    return {side: tuple(one for one in named.get(side, ()) if is_record(one)) for side in SIDES}
