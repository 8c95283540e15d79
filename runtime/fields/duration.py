"""A length of time: of a call, a visit, a course."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.numbers import read_number
from runtime.fields.setting import choice, properties
from runtime.fields.typed import blank, cell_text, short, written
from runtime.words import Words

MOST = 10**9  # over thirty years
SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_UNITS = {"day": "天|日|d|days?", "hour": "个?小时|个?钟头|时|h|hrs?|hours?", "minute": "分钟|分|m|mins?|minutes?", "second": "秒钟|秒|s|secs?|seconds?"}
_PARTS = re.compile("".join(rf"(?:(?P<{unit}>\d+(?:\.\d+)?) ?(?:{words}) ?)?" for unit, words in _UNITS.items()), re.ASCII)
_CLOCK = re.compile(r"(?P<hour>\d{1,6}):(?P<minute>[0-5]?\d)(?::(?P<second>[0-5]?\d))?", re.ASCII)


def read_duration(text: str, unit: str) -> Decimal:
    """Seconds from `1h30m`, `1小时30分`, `1:30`, `90 分钟`, or a bare number of the field's own unit."""
    found = _CLOCK.fullmatch(text) or _PARTS.fullmatch(text.casefold())
    parts = {name: said for name, said in found.groupdict().items() if said} if found else {}
    if parts:
        return sum((Decimal(said) * SECONDS[name] for name, said in parts.items()), Decimal(0))
    try:
        return read_number(text) * SECONDS[unit]
    except Refused:
        raise Refused("not_a_duration", text=short(text)) from None


class Duration(FieldType):
    """Kept in whole seconds, so that lengths add up whatever they were typed in."""

    name = "duration"
    label = Words("时长", "Duration")
    icon = "hourglass"
    shelf = "more"
    kind = "number"
    template = "fields/duration.html"
    settings = properties(
        unit=choice("minute", "只写数字时按", "A bare number means", {"minute": ("分钟", "Minutes"), "hour": ("小时", "Hours"), "second": ("秒", "Seconds")})
    )
    samples = ("1h30m", "1小时30分", "90 分钟", "1:30", "45", "２小时", "1.5 hours", "3分20秒", "2天", "0:00:08", 5400)
    nonsense = ("abc", "1:75", "-5", "1h30x", "1分2小时", "0.001 s", "99999999 天", 1.5, True, [60], {"h": 1})

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": MOST}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.BigInteger)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if isinstance(typed, (int, float, Decimal)) and not isinstance(typed, bool):
            return self.bind(typed, settings)
        return _whole(read_duration(written(typed, "not_a_duration"), self.setting(settings, "unit")), typed)

    def load(self, stored: Any, settings: Settings) -> Value:
        return None if stored is None else int(stored)

    def bind(self, value: Any, settings: Settings) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise Refused("not_a_duration", text=short(value))
        return _whole(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), value)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        rest, said = round(value), []
        for unit, words in (("hour", Words("小时", "h")), ("minute", Words("分", "m")), ("second", Words("秒", "s"))):
            count, rest = divmod(rest, SECONDS[unit])
            said += [f"{count}{words.say(names.lang)}"] if count else []
        return ("" if names.lang == "zh" else " ").join(said) or Words("0分", "0m").say(names.lang)

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return None if value is None else f"{value // 3600}:{value // 60 % 60:02}:{value % 60:02}"

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        if isinstance(cell, time):
            return cell.hour * 3600 + cell.minute * 60 + cell.second
        return self.parse(cell if isinstance(cell, bool) else cell_text(cell), settings, names)


def _whole(seconds: Decimal, typed: Any) -> int:
    if not seconds.is_finite() or not 0 <= seconds <= MOST or seconds != seconds.to_integral_value():
        raise Refused("not_a_duration", text=short(typed))
    return int(seconds)
