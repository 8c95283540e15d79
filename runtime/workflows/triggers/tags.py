"""A tag was put on a record or taken off, in a change or with the record itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import batches, shapes
from runtime.workflows.base import Event, Node, TriggerType
from runtime.workflows.wording import Teller


class Marked(TriggerType):
    """`sides` are where to look for the tag before (which must not have it) and after."""

    settings = shapes.settings({"tags": shapes.said({"type": "array", "items": KEY, "minItems": 1, "maxItems": 50, "uniqueItems": True}, "哪些标签", "Which tags", "tags"), **batches.SETTING})
    required = ("tags",)
    sides = (0, 1)

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        known = {key for vocabulary in whole.vocabularies.values() for key in vocabulary.tags}
        for number, key in enumerate(node["tags"]):
            if key not in known:
                yield Problem(f"tags[{number}]", "no_such_tag", {"text": key})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.tags(node.get("tags", ()))

    def reads(self, node: Node, form: Form) -> list[str]:
        return [key for key, field in form.fields.items() if field.type.tagged]

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        fields, found = self.reads(node, act.app.form(event.form).form), {}
        for one in event.ids:
            changes = {key: sides for key, sides in event.changes(one).items() if key in fields}
            before, after = ({tag for sides in changes.values() for tag in sides[at] or ()} for at in self.sides)
            new = sorted((after - before) & set(node["tags"]))
            if new:
                found[one] = {"tags": new}
        return found


class Tagged(Marked):
    name = "tagged"
    label = Words("加上标签", "Tag added")
    icon = "tag"
    hears = frozenset({"changed", "created"})


class Untagged(Marked):
    name = "untagged"
    label = Words("去掉标签", "Tag removed")
    icon = "tag-off"
    hears = frozenset({"changed"})
    sides = (1, 0)
