"""Several branches at once; what follows comes when all of them have ended."""

from __future__ import annotations

from runtime.words import Words
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Go, Outcome, Split


class Parallel(StepType):
    name = "parallel"
    label = Words("同时做几件事", "Several at once")
    icon = "arrows-split"
    words = "同时 分头 并行 at once together"
    branching = "all"
    alone = True

    def run(self, here: Here) -> Outcome:
        here.note("parallel", n=len(here.step.branches))
        return Split([(number, {}) for number in range(len(here.step.branches))])

    def wake(self, here: Here) -> Outcome:
        return Go()
