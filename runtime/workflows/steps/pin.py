"""Keep the record at hand in a group or out of it, whatever the rule says, for good or for a while."""

from __future__ import annotations

from collections.abc import Iterator

from runtime import clock
from runtime.definitions.form import Form
from runtime.definitions.parts import WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.groups import pins
from runtime.words import Words
from runtime.workflows import given, shapes, texts
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.triggers.groups import GROUP
from runtime.workflows.wording import Teller

SIDES = {pins.IN: ("留在组里", "Keep it in"), pins.OUT: ("不进这个组", "Keep it out")}
UNTIL = {**given.PLUS, "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 3650}, "unit": {"enum": ["hour", "day", "week"]}}}


class Pin(StepType):
    name = "pin"
    label = Words("手动安排进分组", "Pin to a group")
    icon = "pin"
    words = "固定 置入 group by hand"
    settings = shapes.settings({
        "group": shapes.said(GROUP, "哪个分组", "Which group", "group"),
        "keep": shapes.choice(pins.IN, "怎么安排", "How", SIDES),
        "reason": shapes.said(WORDS, "理由", "Reason", "text"),
        "until": shapes.said(UNTIL, "多久以后再按规则分（不填就一直这样）", "For how long (none: for good)", "span")})
    required = ("group", "reason")

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from group_problems(step.node["group"], whole, form)
        yield from texts.problems(step.node["reason"], form, "reason")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.group(node["group"]) if "group" in node else ""

    def run(self, here: Here) -> Outcome:
        node, act = here.node, here.act
        until = clock.text(act.as_of.at + given.span_of(node["until"])) if "until" in node else None
        pins.put(act, here.form, [here.record.id], node["group"], node.get("keep", pins.IN), texts.render(here, node["reason"], act.by.lang), until)
        here.note("pinned", group=node["group"])
        return Go()


def group_problems(name: str, whole: Whole, form: Form) -> Iterator[Problem]:
    """A group that the form's groupings do not have."""
    grouping, _, group = name.partition("/")
    found = whole.groupings.get(grouping)
    if found is None or found.form != form.key or group not in found.groups:
        yield Problem("group", "no_such_group", {"group": name})
