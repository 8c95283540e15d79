"""The same steps for each record of the batch that a run was begun for: one branch, gone once about every one of them."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import ask
from runtime.words import Words
from runtime.workflows import batches
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Outcome, Split
from runtime.workflows.ways import MORE

PART = 500  # branches at once; the next ones begin when these have ended


class Batch(StepType):
    name = "batch"
    label = Words("对这一批的每一条", "For each of the batch")
    icon = "stack-2"
    branching = "each"
    turned = frozenset({0})
    ways = (("each", Words("对每一条", "For each of them")),)
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        if not batches.once(workflow.trigger):
            yield Problem("", "batch_without_batch")

    def about(self, step: Step, branch: int, form: str, workflow: Workflow, whole: Whole) -> str:
        return workflow.form

    def run(self, here: Here) -> Outcome:
        here.note("batch", n=len(batches.held(here.run.detail)))
        return self._part(here, 0)

    def wake(self, here: Here) -> Outcome:
        return self._part(here, here.place.data[MORE])

    @staticmethod
    def _part(here: Here, begin: int) -> Outcome:
        """Those that are still there, a part at a time."""
        ids = batches.held(here.run.detail)
        here.place.data = {name: value for name, value in here.place.data.items() if name != MORE}
        while begin < len(ids):
            some, begin = ids[begin : begin + PART], begin + PART
            there = ask.those(here.act, here.act.app.form(here.run.form), None, some)
            if begin < len(ids):
                here.place.data[MORE] = begin
            if there:
                return Split([(0, {"form": here.run.form, "record": one, "removed": False}) for one in there])
        here.place.data.pop(MORE, None)
        return Go()
