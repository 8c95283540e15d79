"""A share of a hundred; 12.5 is 12.5%."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runtime.fields.base import Names, Settings, Value
from runtime.fields.numbers import Numeric, grouped
from runtime.fields.setting import properties, setting
from runtime.words import Words


class Percent(Numeric):
    """Written to cells as text with its sign, so that a CSV and a workbook mean the same."""

    name = "percent"
    label = Words("百分比", "Percent")
    icon = "percentage"
    shelf = "more"
    template = "fields/percent.html"
    power = 2
    settings = properties(
        minimum=setting("number", None, "最小", "Smallest") | {"type": ["number", "null"]},
        maximum=setting("number", None, "最大", "Largest") | {"type": ["number", "null"]},
        decimals=setting("integer", 1, "小数位数", "Decimals", minimum=0, maximum=6),
        thousands=setting("boolean", False, "千位分隔", "Thousands separator"),
    )
    samples = ("12.5%", "８５％", "3", "-0.5%", "100 %", 12.5)
    nonsense = (*Numeric.nonsense, "%", "5‰", "1.25%")

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (), ("%",)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        decimals = max(0, -int(Decimal(value).as_tuple().exponent))
        return f"{grouped(value, decimals, self.setting(settings, 'thousands'))}%"

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return self.show(value, settings, names) or None

    def cell_format(self, settings: Settings) -> str | None:
        return None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        # A number in a workbook's percent cell is a fraction: 12.5% is kept there as 0.125.
        if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
            cell = self.rounded(cell, settings, power=2)
        return self.parse(cell, settings, names)
