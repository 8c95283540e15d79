"""One line of text: names, titles, numbers that are names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded, check_length
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, clean
from runtime.fold import fold, pinyin_key
from runtime.sql.types import BinaryText
from runtime.words import Words


class Text(Folded):
    """Searched, sorted by pinyin and compared without letter case."""

    name = "text"
    label = Words("单行文字", "Text")
    icon = "cursor-text"
    searchable = True
    settings = properties(
        minLength=setting("integer", 0, "最少字数", "Fewest characters", minimum=0, maximum=2000),
        maxLength=setting("integer", 200, "最多字数", "Most characters", minimum=1, maximum=2000),
        pattern=setting("string", "", "格式（正则表达式）", "Pattern (regular expression)", maxLength=200),
    )
    samples = ("苏州沐阳餐饮管理有限公司", "Muyang Catering", "0200", " O'Brien & 王 ")
    nonsense = ("长" * 201, {"a": 1}, "\ud800")

    def schema(self, settings: Settings) -> dict[str, Any]:
        pattern = self.setting(settings, "pattern")
        length = {
            "minLength": max(1, self.setting(settings, "minLength")),
            "maxLength": self.setting(settings, "maxLength"),
        }
        return {"type": "string", **length, **({"pattern": pattern} if pattern else {})}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText), sa.Column(f"{name}_p", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        text = clean(typed)
        return (
            check_length(text, self.setting(settings, "minLength"), self.setting(settings, "maxLength"))
            if text
            else None
        )

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        if value is None:
            return {name: None, f"{name}_k": None, f"{name}_p": None}
        return {name: value, f"{name}_k": fold(value), f"{name}_p": pinyin_key(value)}
