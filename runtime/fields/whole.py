"""Whole numbers between two ends, as rating, scale and slider keep them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from runtime.fields.base import Refused, Settings, Value
from runtime.fields.numbers import Numeric, grouped


class Whole(Numeric):
    """A number in steps from one end to the other; each type says where its ends are."""

    nonsense: ClassVar[tuple[Any, ...]] = ("abc", "1.5", "-1", "—", "一百", "1 2", 1.5, True, [1], "1e400")

    def decimals(self, settings: Settings) -> int:
        return 0

    def ends(self, settings: Settings) -> tuple[int, int]:
        """The least and the greatest value."""
        return int(self.setting(settings, "minimum")), int(self.setting(settings, "maximum"))

    def schema(self, settings: Settings) -> dict[str, Any]:
        least, most = self.ends(settings)
        return {"type": "integer", "minimum": least, "maximum": most}

    def cell_format(self, settings: Settings) -> str | None:
        return "0"

    def typed(self, value: Value, settings: Settings, names: Any) -> Any:
        return "" if value is None else str(int(value))

    def show(self, value: Value, settings: Settings, names: Any) -> str:
        # An average of them has decimals of its own; it is shown as it is.
        return "" if value is None else grouped(value, max(0, -int(Decimal(str(value)).as_tuple().exponent)), False)

    def _within(self, number: int | Decimal, settings: Settings) -> int | Decimal:
        least, most = self.ends(settings)
        if number < least:
            raise Refused("number_too_small", least=least)
        if number > most:
            raise Refused("number_too_large", most=most)
        return number
