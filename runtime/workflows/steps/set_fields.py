"""Give fields of the record at hand other values, through the one writer."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.commands import bulk
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Outcome


class SetFields(StepType):
    name = "set_fields"
    label = Words("改字段", "Set fields")
    icon = "pencil"
    settings = {"set": given.SET}
    required = ("set",)

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return given.problems(step.node["set"], form, form, "set")

    def run(self, here: Here) -> Outcome:
        bulk.set_fields(here.act, here.form, [here.record.id], given.values(here, here.node["set"]))
        here.note("fields_set", n=len(here.node["set"]))
        return Go()
