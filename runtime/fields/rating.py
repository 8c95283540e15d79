"""Stars."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from runtime.fields.base import Names, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.typed import written
from runtime.fields.whole import Whole
from runtime.words import Words

_STARS = re.compile(r"(★+)☆*")


class Rating(Whole):
    """So many stars out of the field's most; no star is no value."""

    name = "rating"
    label = Words("星级", "Rating")
    icon = "star"
    shelf = "more"
    template = "fields/rating.html"
    grouped = True
    settings = properties(maximum=setting("integer", 5, "最多几颗星", "Most stars", minimum=3, maximum=10))
    samples = ("4", "★★★", "★★★☆☆", "5 星", "２", "3 stars", 1)
    nonsense = (*Whole.nonsense, "0", "6", "★★★★★★", "☆")

    def ends(self, settings: Settings) -> tuple[int, int]:
        return 1, int(self.setting(settings, "maximum"))

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (), ("星", "颗星", "stars", "star", "★")

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        number = super().show(value, settings, names)
        words = Words("{n} 星", "{n} star|{n} stars")
        return words.say(names.lang, n=int(value) if value == int(value) else number) if number else ""

    def _read(self, typed: Any, settings: Settings) -> Decimal:
        stars = _STARS.fullmatch(written(typed, "not_a_number")) if isinstance(typed, str) else None
        return Decimal(len(stars[1])) if stars else super()._read(typed, settings)
