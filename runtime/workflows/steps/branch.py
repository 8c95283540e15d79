"""One way out of several: the first whose condition the record fits; one without a condition is for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import ask
from runtime.words import Words
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Into, Outcome
from runtime.workflows.wording import Teller

Rule = Mapping[str, Any]
BY, CASES = Words("看{fields}，走不同的路", "By {fields}"), Words("{n} 种情况，各走各的", "{n} case|{n} cases, each its own way")


class Branch(StepType):
    name = "branch"
    label = Words("分情况", "Branch")
    icon = "arrows-split-2"
    words = "条件 判断 如果 否则 if else condition"
    branching = "ask"
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        for branch in step.branches[:-1]:
            if branch.when is None:
                yield Problem(f"{branch.path}.when".removeprefix(f"{step.path}."), "branch_without_rule")

    def say(self, node: Node, tell: Teller) -> str:
        asked = tell.asked(way["when"] for way in node.get("branches", ()) if way.get("when"))
        return tell.word(BY, fields=asked) if asked else tell.word(CASES, n=len(node.get("branches", ())))

    def run(self, here: Here) -> Outcome:
        return self.run_all([here])[0]

    def run_all(self, heres: Sequence[Here]) -> list[Outcome]:
        into: dict[int, int] = {}
        for number, branch in enumerate(heres[0].step.branches):
            left = [here for here in heres if here.place.id not in into]
            into |= {here.place.id: number for here in self._fitting(left, branch.when)}
        return [self._went(here, into.get(here.place.id)) for here in heres]

    @staticmethod
    def _fitting(left: Sequence[Here], when: Rule | None) -> Sequence[Here]:
        if when is None or not left:
            return left
        fit = set(ask.those(left[0].act, left[0].live, when, [here.record_id for here in left]))
        return [here for here in left if here.record_id in fit]

    @staticmethod
    def _went(here: Here, number: int | None) -> Outcome:
        if number is None:
            here.note("branch_none")
            return Go()
        here.note("branch", branch=dict(here.step.branches[number].label) or {"zh": "其他情况", "en": "Otherwise"})
        return Into(number)
