"""A date in a field is reached: on the day, some time before or after it, once or every year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records.act import Act
from runtime.storage import due_indexes
from runtime.storage.live import LiveForm
from runtime.words import Words
from runtime.workflows import dated, shapes, timed_past
from runtime.workflows.base import Node
from runtime.workflows.kept_lines import Span, Told
from runtime.workflows.moments import MORNING, ON_DAY, Window
from runtime.workflows.timed import Part, TimedTrigger
from runtime.workflows.wording import Teller

UNITS = ("hour", "day", "week", "month")
OFFSET = {"type": "object", "required": ["n", "unit"], "additionalProperties": False,
          "properties": {"n": {"type": "integer", "minimum": -3650, "maximum": 3650}, "unit": {"enum": list(UNITS)}}}
AT = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "default": MORNING}
SAID = {0: Words("{field}当天", "on {field}"), -1: Words("{field}前 {span}", "{span} before {field}"), 1: Words("{field}后 {span}", "{span} after {field}")}
YEARLY, BY_MOON, AT_TIME = Words("每年{said}", "every year {said}"), Words("每年{said}（农历）", "every year {said} (lunar calendar)"), Words("{said} {at}", "{said}, {at}")
CALENDARS = {dated.SOLAR: ("公历", "The usual one"), dated.LUNAR: ("存的是公历日期，按农历过", "Stored as usual, celebrated by the lunar calendar"),
             dated.WRITTEN: ("存的就是农历月日", "The stored month and day are lunar ones")}
MOON = ("按农历过的：闰月生的在平月过；三十那天遇上小月，在那个月最后一天过。", "By the lunar calendar: who was born in a leap month celebrates in the ordinary one; a 30th day that a month does not have is its last day.")


class DateReached(TimedTrigger):
    name = "date"
    label = Words("日期到了", "A date is reached")
    icon = "calendar-event"
    settings = shapes.settings({
        "field": shapes.said(KEY, "哪个日期", "Which date", "field", of="date"), "offset": shapes.said(OFFSET, "提前还是之后", "Before or after", "offset"),
        "at": shapes.said(AT, "几点", "At what time", "time"), "yearly": shapes.yes("每年都算（生日、周年）", "Every year (birthdays, anniversaries)"),
        "calendar": shapes.choice(dated.SOLAR, "按哪种日历", "By which calendar", CALENDARS) | {"only": {"yearly": [True]}, "help": MOON}})
    required = ("field",)

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        field = form.live_fields.get(node["field"])
        if field is None or field.type.kind not in ("date", "datetime") or field.type.computed or field.type.many:
            yield Problem("field", "no_such_date", {"field": field.label if field else node["field"]})
        elif field.type.kind == "date" and node.get("offset", ON_DAY)["unit"] == "hour":
            yield Problem("offset", "date_has_no_hours", {"field": field.label})
        elif field.type.kind == "datetime" and node.get("yearly"):
            yield Problem("yearly", "yearly_needs_day", {"field": field.label})

    def say(self, node: Node, tell: Teller) -> str:
        offset = node.get("offset", ON_DAY)
        side = (offset["n"] > 0) - (offset["n"] < 0)
        said = SAID[side].say(tell.lang, field=tell.field(node.get("field", "")), span=tell.span(offset))
        said = (BY_MOON if node.get("calendar", dated.SOLAR) != dated.SOLAR else YEARLY).say(tell.lang, said=said) if node.get("yearly") else said
        return AT_TIME.say(tell.lang, said=said, at=node["at"]) if "at" in node else said

    def quiet(self, node: Node, live: LiveForm, window: Window) -> bool:
        return dated.by_day(node, live) and not any(window.days(node.get("at", MORNING)))

    def look(self, node: Node, act: Act, live: LiveForm, window: Window, after: int) -> Part:
        return dated.look(node, act, live, window, after)

    def past(self, node: Node, span: Span) -> Told:
        return timed_past.of_dates(node, span)

    def following(self, node: Node, conn: Connection, live: LiveForm, now: AsOf) -> datetime | None:
        return dated.following(node, conn, live, now)

    def prepare(self, node: Node, act: Act, live: LiveForm) -> None:
        known = ("due_index", live.key, node["field"])
        if known not in act.app.cache and node["field"] in live.tables.names:
            due_indexes.ensure(act.conn, live.tables, node["field"])
            act.app.cache[known] = True
