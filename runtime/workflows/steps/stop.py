"""The run ends here."""

from __future__ import annotations

from runtime.words import Words
from runtime.workflows.base import Here, StepType
from runtime.workflows.outcome import Outcome
from runtime.workflows.outcome import Stop as Stops


class Stop(StepType):
    name = "stop"
    label = Words("结束", "Stop")
    icon = "flag"
    words = "结束 终止 end finish"
    alone = True

    def run(self, here: Here) -> Outcome:
        return Stops()
