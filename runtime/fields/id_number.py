"""The number of a resident identity card of the People's Republic of China (GB 11643)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from runtime import clock
from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, written
from runtime.words import Words

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"
# Provinces only: a card keeps the county of its first issue, and many of those are no longer on any list. 81 to 83 are
# the residence permits of Hong Kong, Macao and Taiwan.
_PROVINCES = frozenset(["11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"])
_FIRST_YEAR = 1850


def check_digit(body: str) -> str:
    """The eighteenth sign that belongs to the first seventeen digits."""
    return _LAST[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def _born(text: str) -> bool:
    """Whether eight digits are a day on which somebody living or remembered can have been born."""
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    # A day ahead is let through: it is tomorrow already somewhere.
    return day.year >= _FIRST_YEAR and (day - clock.now().date()).days <= 1


class IdNumber(Folded):
    """Checked by place, day of birth and check digit; where it only stands among others its middle is hidden."""

    name = "id_number"
    label = Words("身份证号", "ID number")
    icon = "id"
    shelf = "customer"
    template = "fields/id_number.html"
    searchable = True
    settings = properties(mask=setting("boolean", True, "列表里隐藏中间几位", "Hide the middle in lists"))
    samples = ("11010519491231002X", "11010519491231002x", "320508 19900307 2733", "４４０３０１１９８５１１１５００４５", "510104200002291014")
    nonsense = (
        "110105194912310021",
        "11010519491331002X",
        "990105194912310023",
        "32050820990307273X",
        "110105491231002",
        "11010519491231002XX",
        "abc",
        "٣٢٠٥٠٨١٩٩٠٠٣٠٧٢٧٣٣",
        320508199003072733,
        True,
    )

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[1-9][0-9]{16}[0-9X]$"}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        text = re.sub(r"[\s-]", "", written(typed, "not_an_id_number")).upper()
        if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
            raise Refused("id_number_shape", n=len(text))
        if text[:2] not in _PROVINCES:
            raise Refused("id_number_place", text=text[:2])
        if not _born(text[6:14]):
            raise Refused("id_number_day", text=text[6:14])
        if check_digit(text[:17]) != text[17]:
            raise Refused("id_number_check")
        return text

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        hidden = self.setting(settings, "mask") and value is not None and len(value) == 18
        return f"{value[:6]}********{value[14:]}" if hidden else value or ""

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return value
