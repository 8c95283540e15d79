"""Yes or no; blank is neither."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import blank, short, written
from runtime.words import Words

YES = frozenset({"是", "yes", "y", "true", "t", "1", "有", "对", "✓", "√", "☑", "on"})
NO = frozenset({"否", "no", "n", "false", "f", "0", "无", "没有", "不是", "不", "✗", "×", "✕", "☐", "off"})
SAYING = {True: Words("是", "Yes"), False: Words("否", "No")}


class YesNo(FieldType):
    """Understands what people write in lists: 是, 有, yes, 1, ✓ and their opposites."""

    name = "yes_no"
    label = Words("是或否", "Yes or no")
    icon = "toggle-left"
    kind = "boolean"
    template = "fields/yes_no.html"
    samples = ("是", "no", "TRUE", "0", "有", "无", "✓", "Ｙ", True, False)
    nonsense = ("也许", "maybe", "2", 2, [True], "是否")

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "boolean"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.Boolean(create_constraint=False))]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if isinstance(typed, (bool, int, float)):
            if typed not in (0, 1):
                raise Refused("not_yes_no", text=short(typed))
            return bool(typed)
        text = written(typed, "not_yes_no").casefold()
        if text not in YES and text not in NO:
            raise Refused("not_yes_no", text=short(typed))
        return text in YES

    def load(self, stored: Any, settings: Settings) -> Value:
        return None if stored is None else bool(stored)

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, bool):
            raise Refused("not_yes_no", text=short(value))
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else SAYING[value].say(names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return "" if value is None else "true" if value else "false"
