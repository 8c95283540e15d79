"""Text of several lines: notes, what was said, addresses in full."""

from __future__ import annotations

from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded, check_length
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, clean
from runtime.words import Words


class LongText(Folded):
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

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        return check_length(clean(typed, lines=True), 0, self.setting(settings, "maxLength")) or None
