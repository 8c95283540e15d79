"""A moment: typed and shown in the organisation's time zone, kept in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from runtime import clock
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.days import from_serial, read_moment, say_day
from runtime.fields.typed import blank, short, written
from runtime.sql.types import BinaryText
from runtime.words import Words

_ABSOLUTE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})", re.ASCII)


def absolute(typed: Any) -> datetime | None:
    """A moment that names its zone, as an object or as ISO text; None for anything else."""
    if isinstance(typed, datetime):
        return typed if typed.tzinfo else None
    if not isinstance(typed, str) or not _ABSOLUTE.fullmatch(typed.strip()):
        return None
    try:
        return datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Refused("no_such_day", text=short(typed)) from None


class Datetime(FieldType):
    """Kept as `2025-02-18T06:30:00Z`, so that text order is time order."""

    name = "datetime"
    label = Words("日期时间", "Date and time")
    icon = "calendar-time"
    kind = "datetime"
    template = "fields/datetime.html"
    samples = ("2025-02-18 14:30", "2025/2/18 下午2:30", "2025年2月18日14时30分", "2025-02-18T06:30:00Z", "2025-02-18")
    nonsense = ("3月9日 14:30", "14:30", "2025-02-18 25:00", "昨天下午", 45707.5, "45707.6", True, {"at": 1})

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        moment = absolute(typed)
        if moment is None:
            # A spreadsheet gives a moment at midnight as a mere day.
            day = isinstance(typed, date) and not isinstance(typed, datetime)
            local = datetime.combine(typed, time()) if day else typed
            local = local if isinstance(local, datetime) else read_moment(written(typed, "not_a_time"))
            moment = local.replace(tzinfo=ZoneInfo(names.zone))
        try:
            return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"
        except OverflowError:
            raise Refused("no_such_day", text=short(typed)) from None

    def bind(self, value: Any, settings: Settings) -> Any:
        moment = absolute(value)
        if moment is None:
            raise Refused("no_zone", text=short(value))
        return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        local = self.local(value, names)
        time = local.strftime("%H:%M:%S" if local.second else "%H:%M")
        return f"{say_day(local.date(), names.lang)}{' ' if names.lang == 'zh' else ', '}{time}"

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return "" if value is None else self.local(value, names).isoformat().removesuffix(":00")

    def local(self, value: str, names: Names) -> datetime:
        """The moment on the organisation's clock, without zone."""
        return clock.moment(value).astimezone(ZoneInfo(names.zone)).replace(tzinfo=None)

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return None if value is None else self.local(value, names)

    def cell_format(self, settings: Settings) -> str | None:
        return "yyyy-mm-dd hh:mm"

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(from_serial(cell), settings, names)
