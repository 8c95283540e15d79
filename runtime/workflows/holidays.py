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
SOLAR = {(1, 1): "new_year", (5, 1): "labour", (10, 1): "national", (12, 25): "christmas"}
LUNAR = {(1, 1): "spring", (1, 15): "lantern", (5, 5): "dragon_boat", (7, 7): "qixi", (8, 15): "mid_autumn", (9, 9): "double_ninth"}


def falls_on(asked: Collection[str], day: date) -> bool:
    """Whether one of these holidays is on a day; the moon is asked only where one of them goes by it."""
    if SOLAR.get((day.month, day.day)) in asked or ("qingming" in asked and lunar.is_qingming(day)):
        return True
    if not any(one in asked for one in LUNAR.values()):
        return False
    there = lunar.month_day(day)
    return there is not None and LUNAR.get(there) in asked
