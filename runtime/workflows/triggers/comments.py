"""Somebody wrote a comment on a record, or mentioned a colleague in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import comments, load
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import people, said, shapes
from runtime.workflows.base import Event, Here, Node, TriggerType
from runtime.workflows.kept_lines import MOST, Span, Told
from runtime.workflows.rows import OPEN, READY, Place, Run
from runtime.workflows.wording import Teller


class Heard(TriggerType):
    """What both have in common. Their past is the comments that are still there."""

    gives = said.NAMES

    def past(self, node: Node, span: Span) -> Told:
        found = comments.since(span.act.conn, span.live.id, span.low, MOST + 1)
        told = Told(whole=len(found) <= MOST)
        for one in found[:MOST]:
            if one.mentions or self.name == Commented.name:
                detail = {"ids": [one.record], said.COMMENT: one.id, "people": one.people}
                event = Event(0, span.live.key, self.name, detail, one.by, "edit", 0, one.at)
                told.moments += [(record, one.at) for record in self.answers(node, event, span.act)]
        return told


class Commented(Heard):
    name = "commented"
    label = Words("有人写了评论", "Somebody comments")
    icon = "message"
    hears = frozenset({"commented"})

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {one: {said.COMMENT: event.detail[said.COMMENT]} for one in event.ids}


class Mentioned(Heard):
    name = "mentioned"
    label = Words("评论里提到某人", "A comment mentions somebody")
    icon = "at"
    hears = frozenset({"mentioned"})
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
    here = Here(act, run, flow, step, place)
    if any("field" in one for one in node["whom"]):
        there = load.records(act.conn, here.live, [record]).get(record)
        if there is None:  # it has gone meanwhile
            return set()
        here.record = there
    return set(people.of(here, node["whom"]))
