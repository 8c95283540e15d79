"""By the calendar: every day, on days of the week or the month, on holidays, or once; for records that fit, or without any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records import due
from runtime.records.act import Act
from runtime.storage.live import LiveForm
from runtime.words import Words
from runtime.workflows import holidays, moments, shapes, timed_past
from runtime.workflows.base import Node
from runtime.workflows.kept_lines import Span, Told
from runtime.workflows.moments import MORNING, Window
from runtime.workflows.timed import CHUNK, Part, TimedTrigger
from runtime.workflows.triggers.date import AT
from runtime.workflows.wording import Teller

EVERY = {"day": ("每天", "Every day"), "week": ("每周", "Every week"), "month": ("每月", "Every month"), "holiday": ("过节", "On holidays"), "once": ("只一次", "Once")}
WEEKDAYS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 7}, "minItems": 1, "maxItems": 7, "uniqueItems": True}
DAY = {"oneOf": [{"type": "integer", "minimum": 1, "maximum": 31}, {"const": "last"}]}
ON = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"}
NAMES = [Words(f"周{zh}", en) for zh, en in zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)]
SAID = {"day": Words("每天 {at}", "every day, {at}"), "week": Words("每{days} {at}", "every {days}, {at}"), "month": Words("每月 {day} 号 {at}", "on day {day} of the month, {at}"),
        "last": Words("每月最后一天 {at}", "on the last day of the month, {at}"), "once": Words("{at}", "{at}")}
NEEDS = {"week": "weekdays", "month": "day", "holiday": "holidays", "once": "on"}
AHEAD = timedelta(days=32)  # within this every schedule that comes back has come back


class Schedule(TimedTrigger):
    name = "schedule"
    label = Words("到时间就跑", "On a schedule")
    icon = "calendar-time"
    settings = shapes.settings({
        "every": shapes.choice("day", "多久一次", "How often", EVERY),
        "weekdays": shapes.said(WEEKDAYS, "周几", "On which days", "weekdays", only={"every": ["week"]}),
        "day": shapes.said(DAY, "几号", "On which day of the month", "monthday", only={"every": ["month"]}),
        "holidays": shapes.said(holidays.SCHEMA, "哪些节日", "Which holidays", "several", only={"every": ["holiday"]}),
        "before": shapes.said({"type": "integer", "minimum": 0, "maximum": 60, "default": 0}, "提前几天", "How many days before", "number", only={"every": ["holiday"]}),
        "on": shapes.said(ON, "什么时候", "When", "moment", only={"every": ["once"]}),
        "at": shapes.said(AT, "几点", "At what time", "time", only={"every": ["day", "week", "month", "holiday"]}),
        "each": shapes.yes("给每条符合条件的记录各跑一次", "One run for each record that fits")})
    required = ("every",)
    bounded = True

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        needed = NEEDS.get(node["every"])
        if needed is not None and needed not in node:
            yield Problem(needed, "clock_when_missing")
        if "on" in node and node["every"] == "once" and not _real(node["on"]):
            yield Problem("on", "clock_when_missing")
        if node.get("when") and not node.get("each"):
            yield Problem("when", "schedule_rule_without_each")

    def alone(self, node: Node) -> bool:
        return not node.get("each")

    def say(self, node: Node, tell: Teller) -> str:
        every, at = node.get("every", "day"), node.get("at", MORNING)
        if every == "once":
            return SAID["once"].say(tell.lang, at=node.get("on", "").replace("T", " "))
        if every == "holiday":
            return holidays.said(node.get("holidays", ()), node.get("before", 0), at, tell.lang)
        days = tell.listed(NAMES[day - 1].say(tell.lang) for day in sorted(node.get("weekdays", ())))
        return SAID["last" if node.get("day") == "last" and every == "month" else every].say(tell.lang, at=at, days=days, day=node.get("day", ""))

    def quiet(self, node: Node, live: LiveForm, window: Window) -> bool:
        return not moments.scheduled(node, window)

    def look(self, node: Node, act: Act, live: LiveForm, window: Window, after: int) -> Part:
        """Of several moments that were slept through the newest: nobody is told the same five times."""
        told = {"due": moments.scheduled(node, window)[-1][0]}
        if not node.get("each"):
            return Part({None: told})
        ids = due.fitting(act, live, node.get("when"), after, CHUNK)
        return Part({one: told for one in ids}, ids[-1] if len(ids) == CHUNK else None)

    def past(self, node: Node, span: Span) -> Told:
        return timed_past.of_schedule(node, span)

    def following(self, node: Node, conn: Connection, live: LiveForm, now: AsOf) -> datetime | None:
        coming = moments.scheduled(node, Window(now.at, now.at + AHEAD, now.zone))
        return coming[0][1] if coming else None


def _real(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False
