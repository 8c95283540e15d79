"""The holidays that a schedule can name, and on which days they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from runtime.words import Words
from runtime.workflows import lunar

NAMES: Mapping[str, Words] = MappingProxyType({
    "new_year": Words("元旦", "New Year’s Day"), "spring": Words("春节", "Spring Festival"), "lantern": Words("元宵节", "Lantern Festival"),
    "qingming": Words("清明节", "Qingming"), "labour": Words("劳动节", "Labour Day"), "dragon_boat": Words("端午节", "Dragon Boat Festival"),
    "qixi": Words("七夕", "Qixi"), "mid_autumn": Words("中秋节", "Mid-Autumn Festival"), "double_ninth": Words("重阳节", "Double Ninth"),
    "national": Words("国庆节", "National Day"), "christmas": Words("圣诞节", "Christmas"),
})
SCHEMA = {"type": "array", "minItems": 1, "maxItems": len(NAMES), "uniqueItems": True,
          "items": {"oneOf": [{"const": key, "x-label": {"zh": name.zh, "en": name.en}} for key, name in NAMES.items()]}}
COMMA, ON = Words("、", ", "), Words("{days} {at}", "{days}, {at}")
BEFORE = Words("{days}前 {n} 天 {at}", "{n} day before {days}, {at}|{n} days before {days}, {at}")
SOLAR = {(1, 1): "new_year", (5, 1): "labour", (10, 1): "national", (12, 25): "christmas"}
LUNAR = {(1, 1): "spring", (1, 15): "lantern", (5, 5): "dragon_boat", (7, 7): "qixi", (8, 15): "mid_autumn", (9, 9): "double_ninth"}


def said(asked: Collection[str], before: int, at: str, lang: str) -> str:
    """Some holidays as the card of a schedule says them; nothing while none is chosen."""
    days = COMMA.say(lang).join(name.say(lang) for key, name in NAMES.items() if key in asked)
    return (BEFORE if before else ON).say(lang, days=days, n=before, at=at) if days else ""


def falls_on(asked: Collection[str], day: date) -> bool:
    """Whether one of these holidays is on a day; the moon is asked only where one of them goes by it."""
    if SOLAR.get((day.month, day.day)) in asked or ("qingming" in asked and lunar.is_qingming(day)):
        return True
    if not any(one in asked for one in LUNAR.values()):
        return False
    there = lunar.month_day(day)
    return there is not None and LUNAR.get(there) in asked
