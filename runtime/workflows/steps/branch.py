"""One way out of several: the first whose condition the record fits; one without a condition is for the rest."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import ask
from runtime.words import Words
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Into, Outcome


class Branch(StepType):
    name = "branch"
    label = Words("分情况", "Branch")
    icon = "arrows-split-2"
    branching = "ask"

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        for branch in step.branches[:-1]:
            if branch.when is None:
                yield Problem(f"{branch.path}.when".removeprefix(f"{step.path}."), "branch_without_rule")

    def run(self, here: Here) -> Outcome:
        for number, branch in enumerate(here.step.branches):
            if branch.when is None or ask.fits(here.act, here.live, branch.when, here.record_id):
                here.note("branch", branch=dict(branch.label) or {"zh": "其他情况", "en": "Otherwise"})
                return Into(number)
        here.note("branch_none")
        return Go()
