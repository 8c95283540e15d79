"""A record joined or left a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import batches, shapes
from runtime.workflows.base import Event, Node, TriggerType
from runtime.workflows.wording import Teller

GROUP = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}/[a-z][a-z0-9_]{0,39}$"}


class Moved(TriggerType):
    """`side` is 1 for who joined and 0 for who left."""

    side = 1
    hears = frozenset({"moved"})
    settings = shapes.settings({"groups": shapes.said({"type": "array", "items": GROUP, "minItems": 1, "maxItems": 50, "uniqueItems": True}, "哪些分组", "Which groups", "groups"), **batches.SETTING})
    required = ("groups",)

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        for number, name in enumerate(node["groups"]):
            grouping, _, group = name.partition("/")
            found = whole.groupings.get(grouping)
            if found is None or found.form != form.key or group not in found.groups:
                yield Problem(f"groups[{number}]", "no_such_group", {"group": name})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed(tell.group(name) for name in node.get("groups", ()))

    def reads(self, node: Node, form: Form) -> list[str]:
        return sorted({name.partition("/")[0] for name in node["groups"]})

    def begun_by(self, node: Node, grouping: Grouping, moves: Iterable[tuple[str | None, str | None, int]]) -> int:
        named = {name.partition("/")[2] for name in node["groups"] if name.partition("/")[0] == grouping.key}
        return sum(move[2] for move in moves if move[0] != move[1] and move[self.side] in named)

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        found = {}
        for one in event.ids:
            moved = event.changes(one)
            there = {f"{grouping}/{group}" for grouping, sides in moved.items() for group in sides[self.side]}
            if there & set(node["groups"]):
                found[one] = {"moves": moved}
        return found


class Entered(Moved):
    name = "entered"
    label = Words("进入分组", "Enters a group")
    icon = "login-2"


class Left(Moved):
    name = "left"
    label = Words("离开分组", "Leaves a group")
    icon = "logout-2"
    side = 0
