"""Text of several lines: notes, what was said, addresses in full."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.text import check_length
from runtime.fields.typed import blank, cell_text, clean
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words


class LongText(FieldType):
    """Lines are kept; compared without letter case, never sorted by."""

    name = "long_text"
    label = Words("多行文字", "Long text")
    icon = "align-left"
    template = "fields/long_text.html"
    searchable = True
    settings = properties(
        maxLength=setting("integer", 5000, "最多字数", "Most characters", minimum=1, maximum=50_000),
        rows=setting("integer", 3, "显示几行", "Lines shown", minimum=2, maximum=20),
    )
    samples = ("10 月到店两次\n问过冷链配送", "Asked about delivery on Mondays", "一行也行")
    nonsense = ("长" * 5001, ["a"], "\udfff")

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.setting(settings, "maxLength")}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        return check_length(clean(typed, lines=True), 0, self.setting(settings, "maxLength")) or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(value)}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str):
            raise Refused("not_text")
        return fold(value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
