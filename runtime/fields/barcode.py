"""A barcode or any other code that a scanner types."""

from __future__ import annotations

import re
from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded
from runtime.fields.setting import choice, properties
from runtime.fields.typed import blank, short, written
from runtime.words import Words

MOST = 80
_ANY = "[!-~]( ?[!-~])*"
_SHAPES = {"none": _ANY, "ean13": "[0-9]{13}", "ean8": "[0-9]{8}", "ean": "([0-9]{8}|[0-9]{13})"}


def check_digit(body: str) -> str:
    """The last digit of an EAN: from the right, every other digit counts three times."""
    return str(-sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(reversed(body))) % 10)


class Barcode(Folded):
    """Kept as it was scanned; only a field that says so insists on a right EAN."""

    name = "barcode"
    label = Words("条码", "Barcode")
    icon = "scan"
    shelf = "more"
    template = "fields/code_typed.html"
    searchable = True
    settings = properties(
        check=choice(
            "none",
            "检查",
            "Check",
            {
                "none": ("不检查", "Any code"),
                "ean13": ("EAN-13", "EAN-13"),
                "ean8": ("EAN-8", "EAN-8"),
                "ean": ("两种都行", "Either"),
            },
        )
    )
    samples = ("6901234567892", "96385074", "０12345678905", "SKU-2025/08 A", " (01)06901234567892(10)B7 ")
    nonsense = ("条码", "a" * 81, "a  b", "é1234", {"code": "1"}, True, ["6901234567892"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_SHAPES[self.setting(settings, 'check')]}$", "maxLength": MOST}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        text, check = written(typed, "not_a_barcode"), self.setting(settings, "check")
        if len(text) > MOST or not re.fullmatch(_ANY, text):
            raise Refused("not_a_barcode", text=short(typed))
        if check != "none" and not re.fullmatch(_SHAPES[check], text):
            raise Refused("ean_length", text=short(text))
        if check != "none" and check_digit(text[:-1]) != text[-1]:
            raise Refused("ean_check", text=text)
        return text
