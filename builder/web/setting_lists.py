"""Settings that are codes of a long list, as a list with names: countries by their telephones, currencies."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

# What comes first, because it is what people here mean.
FIRST = {"region": ("CN", "HK", "MO", "TW", "SG", "JP", "KR", "US", "GB"), "currency": ("CNY", "HKD", "USD", "EUR", "JPY", "GBP", "TWD", "SGD")}


@cache
def named(kind: str, lang: str) -> list[tuple[str, str]]:
    """Each code of a list with its name, the near ones first, then by name."""
    from babel import Locale  # only the designer asks, and only for such a field

    locale = Locale.parse("zh_Hans_CN" if lang == "zh" else "en_US")
    names = locale.territories if kind == "region" else locale.currencies
    known = {code: str(names[code]) for code in _codes(kind) if code in names}
    rest = sorted(known.keys() - set(FIRST[kind]), key=lambda code: known[code])
    return [(code, f"{known[code]} {code}") for code in (*FIRST[kind], *rest)]


def _codes(kind: str) -> Iterable[str]:
    """Countries that have telephone numbers of their own; currencies that somebody pays with today."""
    if kind == "region":
        from phonenumbers import SUPPORTED_REGIONS

        return {*SUPPORTED_REGIONS, *FIRST[kind]}
    from babel.core import get_global
    from babel.numbers import get_territory_currencies

    paid = {code for territory in get_global("territory_currencies") for code in get_territory_currencies(territory)}
    return {*paid, *FIRST[kind]}
