"""Ask people to fill in fields of the record: one of them, all, one after the other, or so many."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import asked_shapes, asking, desk, settling, shapes, verdicts
from runtime.workflows.asked_shapes import FIELDS, HOW
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Outcome
from runtime.workflows.wording import Teller

NEEDS = {verdicts.ANY: ("有一个人填就行", "One of them is enough"), verdicts.ALL: ("每个人都要填", "Everybody must"),
         verdicts.TURN: ("按顺序，一个接一个", "One after the other"), verdicts.SOME: ("要几个人填", "So many of them")}
COUNTED = Words("{n} 个人填", "{n} of them")


class Fill(StepType):
    name = "fill"
    label = Words("请人填写", "Fill in")
    icon = "forms"
    words = "填表 补资料 录入 fill in form input"
    settings = shapes.settings({
        **asked_shapes.first(("要填的事", "What is to be filled in"), ("谁来填", "Who fills it in")),
        "fields": shapes.said({**FIELDS, "minItems": 1}, "填哪些字段", "Which fields", "fields", part=HOW),
        "needed": shapes.said(FIELDS, "其中必须填的", "Those that must be filled in", "fields", part=HOW),
        **asked_shapes.how_many(("几个人填了才往下走", "How many must fill it in"), NEEDS),
        **asked_shapes.last(("不等了，往下走", "Go on without it"), refusing=False)})
    required = ("title", "who", "fields")
    as_if = MappingProxyType({verdicts.APPROVED: Words("当作已经填好", "Take as filled in")})

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from asked_shapes.problems(step, workflow, form, ("fields", "needed"))
        for number, key in enumerate(step.node.get("needed", ())):
            if key not in step.node["fields"]:
                yield Problem(f"needed[{number}]", "no_such_field", {"field": key})

    def say(self, node: Node, tell: Teller) -> str:
        if not node.get("who"):
            return ""
        need = node.get("need", verdicts.ANY)
        how = "" if need == verdicts.ANY else tell.word(COUNTED, n=node.get("count", 1)) if need == verdicts.SOME else tell.word(Words(*NEEDS[need]))
        return tell.parts(tell.who(node["who"]), tell.listed(tell.field(key) for key in node.get("fields", ())), how)

    def run(self, here: Here) -> Outcome:
        return asking.ask(here, desk.FILL, here.node["who"], here.node.get("need", verdicts.ANY))

    def wake(self, here: Here) -> Outcome:
        return settling.woken(here, desk.FILL)
