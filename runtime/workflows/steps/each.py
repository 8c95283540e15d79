"""The same steps for each of the linked records: one branch, gone once about every one of them."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import linked, named, shapes
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome, Split
from runtime.workflows.ways import MORE
from runtime.workflows.wording import Teller

PART = 500  # branches at once; the next ones begin when these have ended


class Each(StepType):
    name = "each"
    label = Words("对每条关联记录", "For each linked record")
    icon = "repeat"
    words = "循环 逐条 loop for each"
    settings = shapes.settings({"link": linked.LINK, "where": linked.WHERE})
    required = ("link",)
    branching = "each"
    turned = frozenset({0})
    ways = (("each", Words("对每一条", "For each of them")),)

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return named.link(form, whole, step.node)

    def about(self, step: Step, branch: int, form: str, workflow: Workflow, whole: Whole) -> str:
        other = named.behind(whole.forms[form], whole, step.node.get("link", "")) if form in whole.forms else None
        return other.key if other is not None else form

    def say(self, node: Node, tell: Teller) -> str:
        return tell.link(node["link"]) if "link" in node else ""

    def run(self, here: Here) -> Outcome:
        here.note("each", n=linked.count(here))
        return self._part(here, 0)

    def wake(self, here: Here) -> Outcome:
        return self._part(here, here.place.data[MORE])

    @staticmethod
    def _part(here: Here, after: int) -> Outcome:
        some, form = linked.ids(here, after, PART), linked.form_of(here)
        here.place.data = {name: value for name, value in here.place.data.items() if name != MORE}
        if len(some) == PART:
            here.place.data[MORE] = some[-1]
        return Split([(0, {"form": form, "record": one, "removed": False}) for one in some]) if some else Go()
