"""Reading and showing numbers, shared by number, money and percent: exact decimals of at most 15 digits."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, ClassVar

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import blank, short, written

# A spreadsheet and a JSON number keep 15 digits, and so do we, the decimals included.
DIGITS = 15
_ROOM = 10**15  # so that thousands of the largest values still add up inside a BigInteger
_TIMES = {"": 0, "千": 3, "万": 4, "萬": 4, "亿": 8}


@lru_cache(maxsize=200)
def _shape(before: tuple[str, ...], after: tuple[str, ...]) -> re.Pattern[str]:
    """How a typed number may look between the signs of its field."""
    first, last = ("|".join(map(re.escape, sorted(words, key=len, reverse=True))) for words in (before, after))
    number = r"(?P<whole>\d+|\d{1,3}(?:,\d{3})+)?(?P<part>\.\d+)?(?:e(?P<power>[+-]?\d{1,3}))?"
    around = (
        rf"(?P<open>\()?(?P<sign>[+-])? ?(?:{first})? ?(?P<inner>[+-])?{number} ?(?P<times>[千万萬亿])? ?(?:{last})?"
    )
    return re.compile(around + r"(?(open)\))", re.ASCII)


def read_number(text: str, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> Decimal:
    """A typed number: `1,234.5`, `(20)`, `1.2万`, with the signs allowed before and after it; else refused."""
    found = _shape(before, after).fullmatch(text.casefold().replace("−", "-"))
    if not found or not (found["whole"] or found["part"]) or (found["sign"] and found["inner"]):
        raise Refused("not_a_number", text=short(text))
    power = int(found["power"] or 0) + _TIMES[found["times"] or ""]
    number = Decimal(f"{found['whole'] or '0'}{found['part'] or ''}e{power}".replace(",", ""))
    return -number if "-" in (found["sign"], found["inner"]) or found["open"] else number


class Numeric(FieldType):
    """A number kept exactly, as an integer scaled by its decimals; what differs is the signs around it."""

    kind = "number"
    template = "fields/number.html"
    nonsense: ClassVar[tuple[Any, ...]] = (
        "abc",
        "1.2.3",
        "12,34",
        "1 2",
        "—",
        "1e400",
        "NaN",
        "一百",
        True,
        [1],
        "1234567890123456",
    )

    def decimals(self, settings: Settings) -> int:
        """How many decimals the field keeps."""
        return int(self.setting(settings, "decimals"))

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The folded signs that may stand before and after a typed number."""
        return (), ()

    def schema(self, settings: Settings) -> dict[str, Any]:
        decimals = self.decimals(settings)
        found: dict[str, Any] = (
            {"type": "number", "multipleOf": float(f"1e-{decimals}")} if decimals else {"type": "integer"}
        )
        return found | {key: settings[key] for key in ("minimum", "maximum") if settings.get(key) is not None}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.BigInteger)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        return None if blank(typed) else self._within(self._exact(typed, settings), settings)

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: None if value is None else int(Decimal(value).scaleb(self.decimals(settings)))}

    def load(self, stored: Any, settings: Settings) -> Value:
        return None if stored is None else tidy(Decimal(int(stored)).scaleb(-self.decimals(settings)))

    def bind(self, value: Any, settings: Settings) -> Any:
        return int(Decimal(self._exact(value, settings)).scaleb(self.decimals(settings)))

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return "" if value is None else f"{Decimal(value):f}"

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return value

    def cell_format(self, settings: Settings) -> str | None:
        decimals = self.decimals(settings)
        whole = "#,##0" if self.setting(settings, "thousands") else "0"
        return f"{whole}.{'0' * decimals}" if decimals else whole

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(self.rounded(cell, settings) if isinstance(cell, float) else cell, settings, names)

    def rounded(self, cell: int | float | Decimal, settings: Settings, power: int = 0) -> Decimal:
        """A calculated cell holds digits nobody sees; it is kept to the field's decimals, half up."""
        number = (Decimal(f"{cell:.15g}") if isinstance(cell, float) else Decimal(cell)).scaleb(power)
        try:
            return number.quantize(Decimal(1).scaleb(-self.decimals(settings)), ROUND_HALF_UP)
        except InvalidOperation:
            return number

    def _exact(self, typed: Any, settings: Settings) -> int | Decimal:
        if isinstance(typed, str) and len(typed) <= DIGITS - self.decimals(settings) and typed.isascii() and typed.isdigit():
            return int(typed)  # most cells of most lists
        number = self._read(typed, settings)
        if not number.is_finite() or abs(number.adjusted()) > 40 or significant(number) > DIGITS:
            raise Refused("too_many_digits", digits=DIGITS)
        scaled = number.scaleb(self.decimals(settings))
        if scaled != scaled.to_integral_value():
            raise Refused("too_many_decimals", n=self.decimals(settings))
        if abs(scaled) > _ROOM:
            raise Refused("too_many_digits", digits=DIGITS)
        return tidy(number)

    def _read(self, typed: Any, settings: Settings) -> Decimal:
        if isinstance(typed, (int, float, Decimal)) and not isinstance(typed, bool):
            return Decimal(repr(typed)) if isinstance(typed, float) else Decimal(typed)
        return read_number(written(typed, "not_a_number"), *self.signs(settings))

    def _within(self, number: int | Decimal, settings: Settings) -> int | Decimal:
        least, most = settings.get("minimum"), settings.get("maximum")
        if least is not None and number < Decimal(str(least)):
            raise Refused("number_too_small", least=least)
        if most is not None and number > Decimal(str(most)):
            raise Refused("number_too_large", most=most)
        return number


def significant(number: Decimal) -> int:
    """How many digits a number has between its first and its last that is not zero."""
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


def tidy(number: Decimal) -> int | Decimal:
    """The one form of a number: an int when it is whole, else a Decimal without trailing zeros."""
    return int(number) if number == number.to_integral_value() else number.normalize()


def grouped(value: Value, decimals: int, thousands: bool) -> str:
    """A number with as many decimals as said, and with or without separators of thousands."""
    return f"{Decimal(value):{',' if thousands else ''}.{decimals}f}"
