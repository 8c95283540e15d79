"""Give fields of the record at hand other values, through the one writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given, shapes
from runtime.workflows.base import Here, Node, StepType, meet
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller


class SetFields(StepType):
    name = "set_fields"
    label = Words("改字段", "Set fields")
    icon = "pencil"
    words = "更新 修改 赋值 update change edit field"
    settings = shapes.settings({"set": shapes.said(given.SET, "改哪些字段", "Which fields", "set")})
    required = ("set",)
    abreast = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return given.problems(step.node["set"], form, form, "set")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed(tell.given(one) for one in node.get("set", ()))

    def run(self, here: Here) -> Outcome:
        return self.run_all([here])[0]

    def run_all(self, heres: Sequence[Here]) -> list[Outcome]:
        meet(heres)
        typed = {here.record.id: given.values(here, here.node["set"]) for here in heres}
        ids = bulk.set_each(heres[0].act, heres[0].form, typed)
        for here in heres:
            here.changed(ids)
            here.note("fields_set", n=len(here.node["set"]))
        return [Go() for _ in heres]
