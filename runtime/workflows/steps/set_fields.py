"""Give fields of the record at hand other values, through the one writer."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller


class SetFields(StepType):
    name = "set_fields"
    label = Words("改字段", "Set fields")
    icon = "pencil"
    settings = shapes.settings({"set": shapes.said(given.SET, "改哪些字段", "Which fields", "set")})
    required = ("set",)

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return given.problems(step.node["set"], form, form, "set")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed(tell.field(one["field"]) for one in node.get("set", ()))

    def run(self, here: Here) -> Outcome:
        here.changed(bulk.set_fields(here.act, here.form, [here.record.id], given.values(here, here.node["set"])))
        here.note("fields_set", n=len(here.node["set"]))
        return Go()
