"""A workflow: what starts it, and its steps in order; a step may hold branches, each with steps of its own.

What steps name has the same name in every kind of step: `when` is a rule about the record at hand, `form` another form,
`set` the fields to fill, `group` one group, `tags` tags, `who` people, `text` a sentence with fields in braces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runtime.definitions.parts import KEY, RULE, WORDS, document

MOST_STEPS = 100
DEEPEST = 8
TRIGGER: dict[str, Any] = {"type": "object", "required": ["type"], "properties": {"type": KEY, "when": RULE}}
STEP: dict[str, Any] = {
    "type": "object",
    "required": ["key", "type"],
    "properties": {
        "key": KEY, "type": KEY, "label": WORDS, "when": RULE,
        "branches": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"$ref": "#/$defs/branch"}},
    },
}
BRANCH: dict[str, Any] = {
    "type": "object",
    "required": ["key", "steps"],
    "additionalProperties": False,
    "properties": {"key": KEY, "label": WORDS, "when": RULE, "steps": {"$ref": "#/$defs/steps"}},
}
SCHEMA = document("workflow", ["form", "trigger", "steps"], {
    "form": KEY, "help": WORDS, "position": {"type": "integer"}, "trigger": TRIGGER, "steps": {"$ref": "#/$defs/steps"}})
SCHEMA["$defs"] = {"step": STEP, "branch": BRANCH, "steps": {"type": "array", "maxItems": MOST_STEPS, "items": {"$ref": "#/$defs/step"}}}


@dataclass(frozen=True)
class Branch:
    """One of the ways out of a step; without a `when` it is for whoever went no other way."""

    key: str
    label: Mapping[str, str]
    when: Mapping[str, Any] | None
    first: str | None
    path: str


@dataclass(frozen=True)
class Step:
    """One step. `next` follows it in its list; `inside` is the step whose branch it stands in, with the branch's number."""

    key: str
    type: str
    node: Mapping[str, Any]
    path: str
    next: str | None
    inside: tuple[str, int] | None
    branches: tuple[Branch, ...]

    @property
    def label(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.node.get("label", {})
        return found


class Workflow:
    """A workflow parsed once; `steps` holds every step, those inside branches included, in reading order."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.key: str = body["key"]
        self.form: str = body["form"]
        self.label: Mapping[str, str] = body["label"]
        self.position: int = body.get("position", 0)
        self.trigger: Mapping[str, Any] = body["trigger"]
        self.listed: list[Step] = list(_walk(body["steps"], "", None))

    @property
    def first(self) -> str | None:
        nodes = self.body["steps"]
        return nodes[0]["key"] if nodes else None

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """By key; of two with the same key, which cannot be published, the first."""
        return {step.key: step for step in reversed(self.listed)}

    def outer(self, key: str) -> list[Step]:
        """The steps whose branches a step stands in, the outermost first."""
        inside = self.steps[key].inside
        return [] if inside is None else [*self.outer(inside[0]), self.steps[inside[0]]]


def _walk(nodes: list[Mapping[str, Any]], path: str, inside: tuple[str, int] | None) -> Iterator[Step]:
    for number, node in enumerate(nodes):
        here = f"{path}steps[{number}]"
        after = nodes[number + 1]["key"] if number + 1 < len(nodes) else None
        branches = node.get("branches", ())
        yield Step(node["key"], node["type"], node, here, after, inside, tuple(_branch(one, f"{here}.branches[{n}]") for n, one in enumerate(branches)))
        for n, one in enumerate(branches):
            yield from _walk(one["steps"], f"{here}.branches[{n}].", (node["key"], n))


def _branch(node: Mapping[str, Any], path: str) -> Branch:
    steps = node["steps"]
    return Branch(node["key"], node.get("label", {}), node.get("when"), steps[0]["key"] if steps else None, path)
