"""A day of the calendar, the same everywhere in the world."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Settings, Value
from runtime.fields.days import from_serial, say_day, typed_day
from runtime.fields.typed import blank
from runtime.sql.types import BinaryText
from runtime.words import Words


class Date(FieldType):
    """Kept as `2025-02-18`, so that text order is time order."""

    name = "date"
    label = Words("日期", "Date")
    icon = "calendar"
    kind = "date"
    template = "fields/date.html"
    samples = (
        "2025-02-18",
        "2025/2/18",
        "2025年2月18日",
        "20250218",
        "2025.2.18",
        "２０２５／２／１８",
        "Feb 18, 2025",
    )
    nonsense = ("3月9日", "45707", "2/18/2025", "25-2-18", "2025-02-30", "明天", "2025", 45707, True, ["2025-02-18"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        return None if blank(typed) else typed_day(typed).isoformat()

    def bind(self, value: Any, settings: Settings) -> Any:
        return typed_day(value).isoformat()

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else say_day(date.fromisoformat(value), names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return None if value is None else date.fromisoformat(value)

    def cell_format(self, settings: Settings) -> str | None:
        return "yyyy-mm-dd"

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(from_serial(cell), settings, names)
