"""Wait for a length of time, until a date in a field, or until the record fits a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from runtime import clock
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, RULE
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.records import ask
from runtime.words import Words
from runtime.workflows import given, shapes, valued
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.outcome import Wait as Waits
from runtime.workflows.wording import Teller

EVERY = timedelta(hours=1)  # how often a rule is asked again
LOOKS = ("每小时看一次，符合了就往下走", "It is looked at every hour, and goes on once it fits")
DATES = ("date", "datetime")


class Wait(StepType):
    name = "wait"
    label = Words("等一段时间", "Wait")
    icon = "clock"
    words = "延时 等到 过几天 定时 delay until later pause"
    settings = shapes.settings({
        "for": shapes.said(given.PLUS, "等多久", "How long", "span", either="way"), "until": shapes.said(KEY, "等到哪天", "Until the date in", "field", of="date", either="way"),
        "when": shapes.said(RULE, "等到符合条件", "Until it fits", "rule", either="way", help=LOOKS),
        "most": shapes.said(given.PLUS, "条件不到，最多等", "At most, if the condition does not come", "span", only={"when": True})})
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node = step.node
        if sum(way in node for way in ("for", "until", "when")) != 1:
            yield Problem("for", "wait_one_way")
        field = form.live_fields.get(node.get("until", ""))
        if "until" in node and (field is None or field.type.kind not in DATES):
            yield Problem("until", "no_such_field", {"field": node["until"]})

    def say(self, node: Node, tell: Teller) -> str:
        if "for" in node:
            return tell.span(node["for"])
        return tell.field(node["until"]) if "until" in node else tell.rule(node["when"]) if node.get("when") else ""

    def run(self, here: Here) -> Outcome:
        node, at = here.node, here.act.as_of.at
        if "for" in node:
            return self._until(here, at + given.span_of(node["for"]))
        if "until" in node:
            moment = self._moment(here, valued.of(here, node["until"]))
            return Go() if moment is None or moment <= at else self._until(here, moment)
        last = clock.text(at + given.span_of(node["most"])) if "most" in node else None
        return self._ask(here, {"last": last})

    def wake(self, here: Here) -> Outcome:
        return self._ask(here, {"last": here.place.data.get("last")}) if "when" in here.node else Go()

    def _ask(self, here: Here, data: dict[str, Any]) -> Outcome:
        if ask.fits(here.act, here.live, here.node["when"], here.record_id):
            return Go()
        if data["last"] is not None and data["last"] <= here.act.at:
            here.note("waited_in_vain")
            return Go()
        again = clock.text(here.act.as_of.at + EVERY)
        return Waits(min(again, data["last"] or again), data)

    @staticmethod
    def _until(here: Here, moment: datetime) -> Outcome:
        here.note("waits", until=clock.text(moment))
        return Waits(clock.text(moment))

    @staticmethod
    def _moment(here: Here, value: Any) -> datetime | None:
        if not value:
            return None
        day = datetime.fromisoformat(str(value))
        return day if day.tzinfo is not None else day.replace(tzinfo=here.act.as_of.zone)
