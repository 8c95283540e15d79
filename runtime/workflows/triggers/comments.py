"""Somebody wrote a comment on a record, or mentioned a colleague in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import NotFound, Problem
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import people, said, shapes
from runtime.workflows.base import Event, Here, Node, TriggerType
from runtime.workflows.rows import OPEN, READY, Place, Run
from runtime.workflows.wording import Teller


class Commented(TriggerType):
    name = "commented"
    label = Words("有人写了评论", "Somebody comments")
    icon = "message"
    hears = frozenset({"commented"})
    gives = said.NAMES

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {one: {said.COMMENT: event.detail[said.COMMENT]} for one in event.ids}


class Mentioned(TriggerType):
    name = "mentioned"
    label = Words("评论里提到某人", "A comment mentions somebody")
    icon = "at"
    hears = frozenset({"mentioned"})
    gives = said.NAMES
    settings = shapes.settings({"whom": shapes.said(people.WHO, "提到谁（不选就是任何人）", "Whom (none: anybody)", "who")})

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        yield from people.problems(node.get("whom", ()), form, "whom")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.who(node.get("whom", ()))

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        told = {said.COMMENT: event.detail[said.COMMENT]}
        return {one: told for one in event.ids if not node.get("whom") or _meant(node, event, act, one) & set(event.detail["people"])}


def _meant(node: Node, event: Event, act: Act, record: int) -> set[int]:
    """The people of the setting for one record; whoever commented is who sets the run off."""
    step, place = Step("", "", node, "trigger", None, None, ()), Place(0, 0, None, "", READY, 0, None)
    run = Run(0, act.app.id, 0, 0, event.form, record, OPEN, event.depth, event.by, event.at, {}, None, None)
    flow = Workflow({"key": "", "form": event.form, "label": {}, "trigger": node, "steps": []})
    try:
        return set(people.of(Here(act, run, flow, step, place), node["whom"]))
    except NotFound:  # the record has gone meanwhile
        return set()
