"""A time of day: when a shop opens, when somebody likes to be called."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.days import read_clock
from runtime.fields.typed import blank, short, written
from runtime.sql.types import BinaryText
from runtime.words import Words


class Time(FieldType):
    """Kept to the minute as `14:30`, so that text order is the order of the day; it knows no time zone."""

    name = "time"
    label = Words("时间", "Time")
    icon = "clock"
    shelf = "more"
    kind = "time"
    template = "fields/time.html"
    samples = ("14:30", "9:05", "下午2:30", "2:30 PM", "14点30分", "８：００", "00:00", "7am", "14:30:00")
    nonsense = ("25:00", "14:60", "14", "两点半", "明天 14:30", "14:30:20", 1430, True, ["14:30"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        found = typed if isinstance(typed, time) else read_clock(re.sub(r"\s+", " ", written(typed, "not_a_clock")))
        if found is None or found.second:
            raise Refused("not_a_clock", text=short(typed))
        return found.strftime("%H:%M")

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str) or not re.fullmatch(self.schema({})["pattern"], value):
            raise Refused("not_a_clock", text=short(value))
        return value

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return None if value is None else time.fromisoformat(value)

    def cell_format(self, settings: Settings) -> str | None:
        return "hh:mm"

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        if isinstance(cell, float) and 0 <= cell < 1:  # a part of a day, as spreadsheets count
            minutes = round(cell * 1440) % 1440
            return f"{minutes // 60:02}:{minutes % 60:02}"
        return self.parse(cell.time() if isinstance(cell, datetime) else cell, settings, names)
