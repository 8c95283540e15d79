"""Give fields of all linked records other values."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given, linked, named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Outcome
from runtime.workflows.wording import Teller


class UpdateRelated(StepType):
    name = "update_related"
    label = Words("改关联记录", "Change linked records")
    icon = "pencil-share"
    settings = shapes.settings({"link": linked.LINK, "where": linked.WHERE, "set": shapes.said(given.SET, "改哪些字段", "Which fields", "set", into="link")})
    required = ("link", "set")

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from named.link(form, whole, step.node)
        other = named.behind(form, whole, step.node["link"])
        if other is not None:
            yield from given.problems(step.node["set"], other, form, "set")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.link(node["link"]) if "link" in node else ""

    def run(self, here: Here) -> Outcome:
        form, values = linked.form_of(here), given.values(here, here.node["set"])
        return linked.in_parts(here, lambda some: bulk.set_fields(here.act, form, some, values), "related_set")

    def wake(self, here: Here) -> Outcome:
        return self.run(here)
