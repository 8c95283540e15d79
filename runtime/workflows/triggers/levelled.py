"""A record moved up or down in a grouping that puts everybody into one group: the first group is the highest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.grouping import Grouping
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import batches, shapes
from runtime.workflows.base import Event, Node, TriggerType
from runtime.workflows.wording import Teller

WAYS = {"up": ("升级", "Up"), "down": ("降级", "Down"), "any": ("升降都算", "Either way")}


class Levelled(TriggerType):
    name = "levelled"
    label = Words("升级或降级", "Moves up or down a level")
    icon = "stairs"
    hears = frozenset({"moved"})
    settings = shapes.settings({
        "grouping": shapes.said(KEY, "哪个分组方案", "In which scheme", "grouping"),
        "way": shapes.choice("up", "往哪边", "Which way", WAYS), **batches.SETTING})
    required = ("grouping",)

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        found = whole.groupings.get(node["grouping"])
        if found is None or found.form != form.key:
            yield Problem("grouping", "no_such_grouping", {"key": node["grouping"]})
        elif found.mode != "exclusive":
            yield Problem("grouping", "levelled_not_exclusive", {"grouping": found.label})

    def say(self, node: Node, tell: Teller) -> str:
        return f"{tell.grouping(node['grouping'])} · {tell.word(Words(*WAYS[node.get('way', 'up')]))}" if "grouping" in node else ""

    def reads(self, node: Node, form: Form) -> list[str]:
        return [node["grouping"]]

    def begun_by(self, node: Node, grouping: Grouping, moves: Iterable[tuple[str | None, str | None, int]]) -> int:
        wanted = node.get("way", "up")
        ways = ((_way(grouping, [old], [new]), count) for old, new, count in moves if old and new and old != new)
        return sum(count for way, count in ways if way and wanted in (way, "any")) if node["grouping"] == grouping.key else 0

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        item, found = act.app.groupings.get(node["grouping"]), {}
        for one in event.ids if item is not None else ():
            moved = event.changes(one)
            way = _way(item.newest, *moved[node["grouping"]]) if node["grouping"] in moved else ""  # type: ignore[union-attr]
            if way and node.get("way", "up") in (way, "any"):
                found[one] = {"moves": moved, "way": way}
        return found


def _way(grouping: Grouping, left: Sequence[str], joined: Sequence[str]) -> str:
    """`up` or `down` between two groups that stand beside each other, the outermost first; "" where there are no such two."""
    place = {key: number for number, key in enumerate(grouping.groups)}
    for old in sorted((key for key in left if key in place), key=place.__getitem__):
        for new in joined:
            if new in place and grouping.groups[new].parent == grouping.groups[old].parent:
                return "up" if place[new] < place[old] else "down"
    return ""
