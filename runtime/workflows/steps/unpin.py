"""Let the rule of a group decide about the record at hand again."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.groups import pins
from runtime.words import Words
from runtime.workflows import shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.steps.pin import group_problems
from runtime.workflows.triggers.groups import GROUP
from runtime.workflows.wording import Teller


class Unpin(StepType):
    name = "unpin"
    label = Words("取消手动安排", "Unpin from a group")
    icon = "pinned-off"
    settings = shapes.settings({"group": shapes.said(GROUP, "哪个分组", "Which group", "group")})
    required = ("group",)

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return group_problems(step.node["group"], whole, form)

    def say(self, node: Node, tell: Teller) -> str:
        return tell.group(node["group"]) if "group" in node else ""

    def run(self, here: Here) -> Outcome:
        pins.take_away(here.act, here.form, [here.record.id], here.node["group"])
        here.note("unpinned", group=here.node["group"])
        return Go()
