"""Relative days and spans of a rule, as people say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.rules.wording import length
from runtime.words import Words

_NEAR: Mapping[str, tuple[Words, Words, Words]] = {
    "week": (Words("上周", "last week"), Words("本周", "this week"), Words("下周", "next week")),
    "month": (Words("上月", "last month"), Words("本月", "this month"), Words("下月", "next month")),
    "quarter": (Words("上季度", "last quarter"), Words("本季度", "this quarter"), Words("下季度", "next quarter")),
    "year": (Words("去年", "last year"), Words("今年", "this year"), Words("明年", "next year")),
}
_DAYS = {-1: Words("昨天", "yesterday"), 0: Words("今天", "today"), 1: Words("明天", "tomorrow")}
_START = {"week": Words("{p}一", "the Monday of {p}")}
_END = {"week": Words("{p}日", "the Sunday of {p}")}


def moment(relative: Mapping[str, Any], lang: str) -> str:
    """A relative day: today, 3 days ago, the start of this month."""
    name, unit = str(relative.get("anchor", "today")), str(relative.get("unit", "day"))
    offset = relative.get("offset", 0)
    offset = offset if isinstance(offset, int) else 0
    if name in ("today", "now"):
        if name == "today" and unit == "day" and offset in _DAYS:
            return _DAYS[offset].say(lang)
        if not offset:
            return Words("现在", "now").say(lang)
        return (Words("{d}前", "{d} ago") if offset < 0 else Words("{d}后", "{d} from now")).say(
            lang, d=length(abs(offset), unit, lang)
        )
    begins, size = name.startswith("startOf"), name.removeprefix("startOf").removeprefix("endOf").lower()
    if size not in _NEAR:
        return "…"
    if offset and (unit != size or abs(offset) > 1):
        far = Words("{a}往前 {d}", "{d} before {a}") if offset < 0 else Words("{a}往后 {d}", "{d} after {a}")
        return far.say(lang, a=_edge(size, begins, 0, lang), d=length(abs(offset), unit, lang))
    return _edge(size, begins, offset, lang)


def _edge(size: str, begins: bool, which: int, lang: str) -> str:
    words = (_START if begins else _END).get(size) or (
        Words("{p}初", "the start of {p}") if begins else Words("{p}底", "the end of {p}")
    )
    return words.say(lang, p=_NEAR[size][which + 1].say(lang))


def period(low: Any, high: Any, lang: str) -> str | None:
    """`this month` for what reaches from its start to its end; None for any other two days."""
    if not isinstance(low, Mapping) or not isinstance(high, Mapping):
        return None
    first, last = str(low.get("anchor")), str(high.get("anchor"))
    size = first.removeprefix("startOf")
    offsets = (low.get("offset", 0), high.get("offset", 0))
    moved = {side.get("unit", "day") for side in (low, high) if side.get("offset", 0)}
    if last != f"endOf{size}" or size.lower() not in _NEAR or offsets[0] != offsets[1] or moved - {size.lower()}:
        return None
    return _NEAR[size.lower()][offsets[0] + 1].say(lang) if offsets[0] in (-1, 0, 1) else None


def span(value: Any, lang: str) -> tuple[str, bool]:
    """A length of time as text, and whether today is left out."""
    if not isinstance(value, Mapping):
        return "…", False
    return length(value.get("n"), value.get("unit"), lang), value.get("today") is False
