"""A task for people: it lies on their page of today until it is ticked off; the run may wait for that or go on."""

from __future__ import annotations

from collections.abc import Iterator

from runtime import clock
from runtime.definitions.form import Form
from runtime.definitions.parts import WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given, people, shapes, texts, todos
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome, Wait
from runtime.workflows.wording import Teller


class Todo(StepType):
    name = "todo"
    label = Words("安排跟进", "Follow-up task")
    icon = "checkbox"
    settings = shapes.settings({
        "who": shapes.said(people.WHO, "谁来做", "Who does it", "who"), "title": shapes.said(WORDS, "做什么", "What to do", "text"),
        "due": shapes.said(given.PLUS, "多久之内", "Within", "span"),
        "wait": shapes.yes("做完再往下走", "Go on only when it is done")})
    required = ("who", "title")

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from people.problems(step.node["who"], form, "who")
        yield from texts.problems(step.node["title"], form, "title")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed(part for part in (tell.who(node.get("who", ())), tell.span(node["due"]) if "due" in node else "") if part)

    def run(self, here: Here) -> Outcome:
        node, run = here.node, here.run
        who, waits = people.of(here, node["who"]), bool(node.get("wait"))
        here.note("todo", n=len(who)) if who else here.note("nobody")
        if not who or here.trial:
            return Go()
        about = here.place.data.get("record", run.record)
        title = {lang: text[: todos.LONGEST] for lang, text in texts.both(here, node["title"]).items()}
        todos.put(here.act, title, who, due=self._due(here), form=here.form if about else "", record=about, asked_by=run.by,
                  run=run.id, place=here.place.id if waits else None, step=here.step.key)
        return Wait() if waits else Go()

    def wake(self, here: Here) -> Outcome:
        if todos.waiting(here.act, here.place.id):
            return Wait()
        here.note("todo_done")
        return Go()

    @staticmethod
    def _due(here: Here) -> str | None:
        """A number of hours means the moment, days and weeks mean the whole day."""
        span, as_of = here.node.get("due"), here.act.as_of
        if span is None:
            return None
        moment = as_of.at + given.span_of(span)
        if span["unit"] == "hour":
            return clock.text(moment)
        return todos.end_of(moment.astimezone(as_of.zone).date(), as_of)
