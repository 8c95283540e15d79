"""A record was changed: any field, or certain ones, from and to certain values."""

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

SIDE = {"type": "array", "maxItems": 100}


class Changed(TriggerType):
    name = "changed"
    label = Words("修改了", "Changed")
    icon = "pencil"
    hears = frozenset({"changed"})
    settings = shapes.settings({"fields": shapes.said({"type": "array", "items": KEY, "maxItems": 60, "uniqueItems": True}, "哪些字段（不选就是任何字段）", "Which fields (none: any)", "fields"),
                "from": shapes.said(SIDE, "原来是", "From", "values"), "to": shapes.said(SIDE, "变成", "To", "values"), **batches.SETTING})

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        for number, key in enumerate(node.get("fields", ())):
            if key not in form.live_fields:
                yield Problem(f"fields[{number}]", "no_such_field", {"field": key})
        if ("from" in node or "to" in node) and len(node.get("fields", ())) != 1:
            yield Problem("fields", "changed_one_field")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed(tell.field(key) for key in node.get("fields", ()))

    def reads(self, node: Node, form: Form) -> list[str]:
        return list(node.get("fields", ()))

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        wanted = set(node.get("fields", ()))
        found = {}
        for one in event.ids:
            changes = {key: sides for key, sides in event.changes(one).items() if not wanted or key in wanted}
            if any(_fits(sides, node) for sides in changes.values()):
                found[one] = {"changes": changes}
        return found


def _fits(sides: Any, node: Node) -> bool:
    return all(name not in node or sides[at] in node[name] for at, name in enumerate(("from", "to")))
