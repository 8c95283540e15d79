"""An amount of money in one currency."""

from __future__ import annotations

from functools import lru_cache

from babel.numbers import get_currency_symbol

from runtime.fields.base import Names, Settings, Value
from runtime.fields.numbers import Numeric, grouped
from runtime.fields.setting import properties, setting
from runtime.words import Words

_WORDS = {
    "CNY": ("元", "块", "块钱", "元整", "人民币", "rmb"),
    "USD": ("美元",),
    "EUR": ("欧元",),
    "HKD": ("港元", "港币"),
}


@lru_cache(maxsize=200)
def symbol(currency: str, lang: str) -> str:
    """The sign before an amount; the house's own currency is ¥ in both languages."""
    return "¥" if currency == "CNY" else str(get_currency_symbol(currency, "zh_CN" if lang == "zh" else "en"))


class Money(Numeric):
    """Shown as ¥10,000, and with its decimals only when there are some."""

    name = "money"
    label = Words("金额", "Money")
    icon = "currency-yuan"
    template = "fields/money.html"
    settings = properties(
        currency=setting("string", "CNY", "币种", "Currency", pattern="^[A-Z]{3}$"),
        minimum=setting("number", None, "最小", "Smallest") | {"type": ["number", "null"]},
        maximum=setting("number", None, "最大", "Largest") | {"type": ["number", "null"]},
        decimals=setting("integer", 2, "小数位数", "Decimals", minimum=0, maximum=6),
        thousands=setting("boolean", True, "千位分隔", "Thousands separator"),
    )
    samples = ("10000", "¥10,000.50", "￥１，２００", "99元", "1.2万", "-¥8.5", "(12.00)", 18.5)
    nonsense = (*Numeric.nonsense, "$100", "0.001")

    def signs(self, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
        currency = self.setting(settings, "currency")
        written = {symbol(currency, "zh").casefold(), symbol(currency, "en").casefold(), currency.casefold()}
        words = tuple(written | set(_WORDS.get(currency, ())))
        return words, words

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        if value is None:
            return ""
        decimals = 0 if value == int(value) else self.decimals(settings)
        amount = grouped(abs(value), decimals, self.setting(settings, "thousands"))
        return f"{'-' if value < 0 else ''}{symbol(self.setting(settings, 'currency'), names.lang)}{amount}"

    def cell_format(self, settings: Settings) -> str | None:
        return f'"{symbol(self.setting(settings, "currency"), "zh")}"{super().cell_format(settings)}'
