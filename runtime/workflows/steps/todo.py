"""A task for people: it lies on their page of today until it is ticked off; the run may wait for that or go on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runtime import clock
from runtime.definitions.form import Form
from runtime.definitions.parts import WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import given, people, shapes, texts, todos
from runtime.workflows.base import Here, Node, StepType, meet
from runtime.workflows.outcome import Go, Outcome, Wait
from runtime.workflows.wording import Teller

SAME_DAY, WITHIN = Words("当天", "the same day"), Words("{span}内", "within {span}")


class Todo(StepType):
    name = "todo"
    label = Words("安排跟进", "Follow-up task")
    icon = "checkbox"
    words = "待办 任务 提醒 回访 拜访 打电话 task to-do reminder call visit"
    settings = shapes.settings({
        "who": shapes.said(people.WHO, "谁来做", "Who does it", "who"), "title": shapes.said(WORDS, "做什么", "What to do", "text"),
        "due": shapes.said(given.PLUS, "多久之内", "Within", "span"),
        "wait": shapes.yes("做完再往下走", "Go on only when it is done")})
    required = ("who", "title")
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from people.problems(step.node["who"], form, "who")
        yield from texts.problems(step.node["title"], form, "title")

    def say(self, node: Node, tell: Teller) -> str:
        due = node.get("due")
        when = "" if due is None else tell.word(WITHIN, span=tell.span(due)) if due["n"] else tell.word(SAME_DAY)
        return tell.parts(tell.written(node.get("title")), tell.who(node.get("who", ())), when)

    def run(self, here: Here) -> Outcome:
        return self.run_all([here])[0]

    def run_all(self, heres: Sequence[Here]) -> list[Outcome]:
        meet(heres)
        new = [self._new(here) for here in heres]
        todos.put_all(heres[0].act, [one for one in new if one is not None])
        waits = bool(heres[0].node.get("wait"))
        return [Wait() if waits and one is not None else Go() for one in new]

    def _new(self, here: Here) -> todos.New | None:
        """The tasks of one run; None where there is nobody, and in a test run."""
        node, run = here.node, here.run
        who = people.of(here, node["who"])
        title = {lang: text[: todos.LONGEST] for lang, text in texts.both(here, node["title"]).items()}
        here.note("todo_for", who=people.said(here, who), title=title) if who else here.note("nobody")
        if not who or here.trial:
            return None
        about = here.place.data.get("record", run.record)
        return todos.New(title, who, self._due(here), here.form if about else "", about, run.by,
                         run.id, here.place.id if node.get("wait") else None, here.step.key)

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
