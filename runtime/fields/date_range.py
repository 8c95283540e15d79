"""From one day to another: a contract, a stay, a campaign."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.days import say_day, typed_day
from runtime.fields.typed import blank, short, written
from runtime.sql.types import BinaryText
from runtime.words import Words

_BETWEEN = re.compile(r"(?<=\S) ?(?:/|~|〜|～|至|到|—+|–| - | to | until ) ?(?=\S)", re.IGNORECASE)


def apart(text: str) -> list[str]:
    """The two days of one text; the cut is the only one, or the one in the middle (`2025/1/1/2025/3/31`)."""
    cuts = list(_BETWEEN.finditer(text))
    if len(cuts) % 2 == 0:
        return [text]
    cut = cuts[len(cuts) // 2]
    return [text[: cut.start()], text[cut.end() :]]


class DateRange(FieldType):
    """Kept as the ISO interval `2025-01-01/2025-03-31`, both days included, so that text order is order by start."""

    name = "date_range"
    label = Words("起止日期", "Date range")
    icon = "calendar-stats"
    shelf = "more"
    kind = "period"
    template = "fields/date_range.html"
    grouped = True
    parts = 2
    samples = ("2025-01-01/2025-03-31", "2025年1月1日至2025年3月31日", "2025/1/1 - 2025/3/31", "２０２５.1.1～2025.1.1", "Jan 1, 2025 to Mar 31, 2025", ["2025-01-01", "2025-03-31"])
    nonsense = ("2025-01-01", "2025-03-31/2025-01-01", "2025-02-30/2025-03-01", "1月1日至3月31日", "很久", ["2025-01-01", ""], ["2025-01-01"], 45707, True)

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2}$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        given = list(typed) if isinstance(typed, (list, tuple)) else typed
        if blank(given) or (isinstance(given, list) and all(map(blank, given))):
            return None
        days = given if isinstance(given, list) else apart(written(given, "not_a_range"))
        if len(days) != 2 or any(map(blank, days)):
            raise Refused("range_half" if len(days) == 2 else "not_a_range", text=short(given))
        first, last = (typed_day(day) for day in days)
        if first > last:
            raise Refused("range_turned", first=first.isoformat(), last=last.isoformat())
        return f"{first.isoformat()}/{last.isoformat()}"

    def bind(self, value: Any, settings: Settings) -> Any:
        return typed_day(value).isoformat()

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        days = [say_day(date.fromisoformat(day), names.lang) for day in value.split("/")] if value else []
        return Words(" 至 ", " – ").say(names.lang).join(days)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value.split("/") if value else ["", ""]

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return value
