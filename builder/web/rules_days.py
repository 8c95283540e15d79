"""Days as people choose them in a rule: a date, so many days ago, or the edge of a week, a month or a year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from runtime.rules import dates_said
from runtime.words import Words

DAY, AGO, AHEAD, KEEP = "day", "ago", "ahead", "keep"
CHOICES: Mapping[str, Words] = {
    DAY: Words("某一天", "a date"),
    AGO: Words("多久以前", "some time ago"),
    AHEAD: Words("多久以后", "some time from now"),
    "today:0": Words("今天", "today"),
    "today:-1": Words("昨天", "yesterday"),
    "today:1": Words("明天", "tomorrow"),
    "startOfWeek:0": Words("本周一", "Monday of this week"),
    "endOfWeek:0": Words("本周日", "Sunday of this week"),
    "startOfMonth:0": Words("本月第一天", "first day of this month"),
    "endOfMonth:0": Words("本月最后一天", "last day of this month"),
    "startOfMonth:-1": Words("上月第一天", "first day of last month"),
    "endOfMonth:-1": Words("上月最后一天", "last day of last month"),
    "startOfQuarter:0": Words("本季度第一天", "first day of this quarter"),
    "endOfQuarter:0": Words("本季度最后一天", "last day of this quarter"),
    "startOfYear:0": Words("今年第一天", "first day of this year"),
    "endOfYear:0": Words("今年最后一天", "last day of this year"),
    "startOfYear:-1": Words("去年第一天", "first day of last year"),
}
UNITS: Mapping[str, Words] = {
    "day": Words("天", "days"),
    "week": Words("周", "weeks"),
    "month": Words("个月", "months"),
    "quarter": Words("个季度", "quarters"),
    "year": Words("年", "years"),
}
FINE_UNITS: Mapping[str, Words] = {"minute": Words("分钟", "minutes"), "hour": Words("小时", "hours"), **UNITS}


class When(NamedTuple):
    """A day as its editor holds it: which choice, the calendar day, or how many units away."""

    choice: str
    day: str = ""
    n: int = 1
    unit: str = "day"


def read(value: Any) -> When:
    """A rule's value as its editor shows it."""
    if not isinstance(value, Mapping):
        return When(DAY, str(value or "")[:10])
    anchor, offset, unit = value.get("anchor", "today"), value.get("offset", 0), value.get("unit", "day")
    size = "day" if anchor == "today" else str(anchor).removeprefix("startOf").removeprefix("endOf").lower()
    if f"{anchor}:{offset}" in CHOICES and (offset == 0 or unit == size):
        return When(f"{anchor}:{offset}")
    if anchor == "today" and isinstance(offset, int):
        return When(AGO if offset < 0 else AHEAD, n=abs(offset), unit=str(unit))
    return When(KEEP)


def made(choice: str, when: When, old: Any) -> Any:
    """The value that an editor says; a choice that needs more takes what the editor held before."""
    if choice == DAY:
        return when.day or None
    if choice in (AGO, AHEAD):
        return {"anchor": "today", "offset": when.n if choice == AHEAD else -when.n, "unit": when.unit}
    anchor, _, offset = choice.partition(":")
    if choice not in CHOICES:
        return old
    size = "day" if anchor == "today" else anchor.removeprefix("startOf").removeprefix("endOf").lower()
    return {"anchor": anchor, "offset": int(offset), "unit": size}


def said(value: Mapping[str, Any], lang: str) -> str:
    """A relative day or a length of time as text."""
    return dates_said.span(value, lang)[0] if "n" in value else dates_said.moment(value, lang)
