"""The unified social credit code of a Chinese organisation (GB 32100)."""

from __future__ import annotations

import re
from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded
from runtime.fields.typed import blank, written
from runtime.words import Words

# Digits and capitals without I, O, S, V and Z, which look like others.
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(f"[{SIGNS}]{{2}}[0-9]{{6}}[{SIGNS}]{{10}}")


def check_sign(body: str) -> str:
    """The eighteenth sign that belongs to the first seventeen."""
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return SIGNS[-total % 31]


class CompanyCode(Folded):
    """Eighteen signs, the last of which tells most slips of the hand."""

    name = "company_code"
    label = Words("统一社会信用代码", "Company code (USCC)")
    icon = "building-skyscraper"
    shelf = "customer"
    template = "fields/code_typed.html"
    searchable = True
    samples = ("91350100M000100Y43", "91350100m000100y43", "91320508 MA1XK9Q3 5G", "９２440300MA5F2T8C1C", "121100004000056787")
    nonsense = (
        "91350100M000100Y44",
        "91350100M000100Y4",
        "91350100M000100Y433",
        "9135010OM000100Y43",
        "91350100I000100Y43",
        "沐阳餐饮",
        913501000001000143,
        True,
        ["91350100M000100Y43"],
    )

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_SHAPE.pattern}$"}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        text = re.sub(r"[\s-]", "", written(typed, "not_a_company_code")).upper()
        if len(text) != 18:
            raise Refused("company_code_length", n=len(text))
        if not _SHAPE.fullmatch(text):
            raise Refused("company_code_signs")
        if check_sign(text[:17]) != text[17]:
            raise Refused("company_code_check")
        return text
