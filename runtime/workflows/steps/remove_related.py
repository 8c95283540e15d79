"""Put all linked records into the recycle bin."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.commands import remove
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import linked, named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Outcome
from runtime.workflows.wording import Teller


class RemoveRelated(StepType):
    name = "remove_related"
    label = Words("删除关联记录", "Delete linked records")
    icon = "trash-x"
    settings = shapes.settings({"link": linked.LINK, "where": linked.WHERE})
    required = ("link",)

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return named.link(form, whole, step.node)

    def say(self, node: Node, tell: Teller) -> str:
        return tell.link(node["link"]) if "link" in node else ""

    def run(self, here: Here) -> Outcome:
        form = linked.form_of(here)
        return linked.in_parts(here, lambda some: remove.remove(here.act, form, some), "related_removed")

    def wake(self, here: Here) -> Outcome:
        return self.run(here)
