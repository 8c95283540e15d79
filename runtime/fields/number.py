"""A number: a count, a size, a score, with its own unit."""

from __future__ import annotations

from decimal import Decimal

from runtime.fields.base import Names, Settings, Value
from runtime.fields.numbers import Numeric, grouped
from runtime.fields.setting import properties, setting
from runtime.words import LANGUAGES, Words, read


class Number(Numeric):
    """Kept exactly, shown without zeros nobody typed."""

    name = "number"
    label = Words("数字", "Number")
    icon = "number-123"
    settings = properties(
        minimum=setting("number", None, "最小", "Smallest") | {"type": ["number", "null"]},
        maximum=setting("number", None, "最大", "Largest") | {"type": ["number", "null"]},
        decimals=setting("integer", 0, "小数位数", "Decimals", minimum=0, maximum=6),
        unit=setting("object", {}, "单位", "Unit") | {"additionalProperties": {"type": "string", "maxLength": 20}},
        thousands=setting("boolean", True, "千位分隔", "Thousands separator"),
    )
    samples = ("42", "-7", "1,234", "１２", "1.2万", "0", 8642)

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        unit = self.setting(settings, "unit")
        return (), tuple(read(unit, lang).strip().casefold() for lang in LANGUAGES if read(unit, lang).strip())

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        decimals = max(0, -int(Decimal(value).as_tuple().exponent))
        unit = read(self.setting(settings, "unit"), names.lang).strip()
        return f"{grouped(value, decimals, self.setting(settings, 'thousands'))} {unit}".strip()
