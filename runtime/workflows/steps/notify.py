"""Tell people in the app: one sentence at their bell."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.accounts import notices
from runtime.definitions.form import Form
from runtime.definitions.parts import WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import people, shapes, texts
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller


class Notify(StepType):
    name = "notify"
    label = Words("站内通知", "Notify")
    icon = "bell"
    words = "消息 提醒 铃铛 message bell tell remind"
    settings = shapes.settings({"who": shapes.said(people.WHO, "通知谁", "Whom", "who"), "text": shapes.said(WORDS, "说什么", "What to say", "text")})
    required = ("who", "text")
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from people.problems(step.node["who"], form, "who")
        yield from texts.problems(step.node["text"], form, "text")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.parts(tell.who(node.get("who", ())), tell.written(node.get("text")))

    def run(self, here: Here) -> Outcome:
        who = people.of(here, here.node["who"])
        text = texts.both(here, here.node["text"])
        if who and not here.trial:
            href = f"/a/{here.act.app.key}/{here.form}/" + (str(here.record_id) if here.about_one else "")
            notices.tell(here.act.conn, who, "workflow_says", {"text": text}, href, here.act.app.id)
        here.note("told", who=people.said(here, who), text=text) if who else here.note("nobody")
        return Go()
