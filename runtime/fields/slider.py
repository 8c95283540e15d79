"""A number set by sliding, or typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.whole import Whole
from runtime.words import LANGUAGES, Words, read

_FAR = 1_000_000


class Slider(Whole):
    """Whole steps from the least to the greatest value; not touched it is blank, not the least."""

    name = "slider"
    label = Words("滑块", "Slider")
    icon = "adjustments-horizontal"
    shelf = "more"
    template = "fields/slider.html"
    settings = properties(
        minimum=setting("integer", 0, "最小", "Smallest", minimum=-_FAR, maximum=_FAR),
        maximum=setting("integer", 100, "最大", "Largest", minimum=-_FAR, maximum=_FAR),
        step=setting("integer", 1, "每一格", "Step", minimum=1, maximum=_FAR),
        unit=setting("object", {}, "单位", "Unit") | {"additionalProperties": {"type": "string", "maxLength": 20}},
    )
    samples = ("42", "0", "100", "１２", "1e1", 60)
    nonsense = (*Whole.nonsense, "101", "1000", 101)

    def schema(self, settings: Settings) -> dict[str, Any]:
        least, step = self.ends(settings)[0], int(self.setting(settings, "step"))
        # The standard counts multiples from zero; steps from any other end are told apart by `parse` alone.
        return super().schema(settings) | ({"multipleOf": step} if step > 1 and least % step == 0 else {})

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        unit = self.setting(settings, "unit")
        return (), tuple(read(unit, lang).strip().casefold() for lang in LANGUAGES if read(unit, lang).strip())

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        unit = read(self.setting(settings, "unit"), names.lang).strip()
        return f"{super().show(value, settings, names)} {unit}".strip() if value is not None else ""

    def _within(self, number: int | Decimal, settings: Settings) -> int | Decimal:
        least, step = self.ends(settings)[0], int(self.setting(settings, "step"))
        if (super()._within(number, settings) - least) % step:
            raise Refused("not_a_step", step=step, least=least)
        return number
