"""Ask people to approve: one of them, all, one after the other, or so many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import asked_shapes, asking, desk, settling, shapes, verdicts
from runtime.workflows.asked_shapes import FIELDS, HOW, SEES
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Outcome
from runtime.workflows.wording import Teller

NEEDS = {verdicts.ANY: ("有一个人同意就行", "One of them is enough"), verdicts.ALL: ("每个人都要同意", "Everybody must agree"),
         verdicts.TURN: ("按顺序，一个接一个", "One after the other"), verdicts.SOME: ("要几个人同意", "So many of them")}
TWO = ((verdicts.APPROVED, Words("同意", "Approved")), (verdicts.REFUSED, Words("不同意", "Refused")))
COUNTED = Words("{n} 个人同意", "{n} must agree|{n} must agree")


class Approve(StepType):
    name = "approve"
    label = Words("审批", "Approve")
    icon = "square-check"
    words = "审核 批准 同意 签字 approval review sign off"
    branching = "fixed"
    settings = shapes.settings({
        **asked_shapes.first(("要审批的事", "What is to be approved"), ("谁来审", "Who approves")),
        **asked_shapes.how_many(("几个人同意才算通过", "How many must agree"), NEEDS),
        "refused": shapes.choice(settling.STOP, "不同意之后", "When it is refused", {
            settling.STOP: ("结束，并通知发起的人", "Stop, and tell whoever set it off"), settling.ON: ("照样往下走", "Go on all the same"),
            settling.BACK: ("退回前面的步骤", "Return to an earlier step"), settling.WAYS: ("同意、不同意各走一路", "One way when approved, another when refused")})
        | {"part": HOW, "help": ("各走一路的，走完都接着往下；哪一路到此为止，就在那一路放「结束」。", "Of two ways, both go on with what follows; put “Stop” into the one that ends there.")},
        "opinion": shapes.choice("refuse", "要不要写意见", "An opinion is needed", {
            "refuse": ("不同意时要写", "When refusing"), "always": ("都要写", "Always"), "never": ("不用写", "Never")}) | {"part": HOW},
        **asked_shapes.last(("当作同意", "Take it as approved"), refusing=True),
        "editable": shapes.said(FIELDS, "审批人可以改哪些字段", "Fields the approver may change", "fields", part=SEES)})
    required = ("title", "who")
    as_if = MappingProxyType({verdicts.APPROVED: Words("当作同意", "Take as approved"), verdicts.REFUSED: Words("当作不同意", "Take as refused")})

    def ways_of(self, node: Node) -> Sequence[tuple[str, Words]]:
        return TWO if node.get("refused") == settling.WAYS else ()

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        return asked_shapes.problems(step, workflow, form, ("editable",))

    def say(self, node: Node, tell: Teller) -> str:
        if not node.get("who"):
            return ""
        need = node.get("need", verdicts.ANY)
        how = tell.word(COUNTED, n=node.get("count", 1)) if need == verdicts.SOME else tell.word(Words(*NEEDS[need]))
        return tell.parts(tell.who(node["who"]), how)

    def run(self, here: Here) -> Outcome:
        return asking.ask(here, desk.APPROVE, here.node["who"], here.node.get("need", verdicts.ANY))

    def wake(self, here: Here) -> Outcome:
        return settling.woken(here, desk.APPROVE)
