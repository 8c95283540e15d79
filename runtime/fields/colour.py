"""A colour."""

from __future__ import annotations

import re
from typing import Any

from runtime.fields.base import Names, Refused, Settings, Value
from runtime.fields.folded import Folded
from runtime.fields.typed import blank, short, written
from runtime.words import Words

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB = re.compile(r"(?:rgb)?\(? ?(\d{1,3}) ?, ?(\d{1,3}) ?, ?(\d{1,3}) ?\)?", re.IGNORECASE | re.ASCII)


def read_colour(text: str) -> str | None:
    """A typed colour as `#rrggbb`; None when it is none."""
    parts = _RGB.fullmatch(text)
    if parts:
        shares = [int(part) for part in parts.groups()]
        return "#{:02x}{:02x}{:02x}".format(*shares) if max(shares) < 256 else None
    found = _HEX.fullmatch(text)
    if not found:
        return None
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


class Colour(Folded):
    """Kept as `#rrggbb` in small letters; picked from a palette or typed."""

    name = "colour"
    label = Words("颜色", "Colour")
    icon = "palette"
    shelf = "more"
    template = "fields/colour.html"
    samples = ("#016a75", "#F2B65A", "abc", "＃BA3630", "rgb(25, 110, 169)", "0,0,0")
    nonsense = ("red", "#12", "#gggggg", "#1234567", "rgb(300,0,0)", "1,2", 255, True, ["#016a75"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^#[0-9a-f]{6}$"}

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        found = read_colour(written(typed, "not_a_colour"))
        if found is None:
            raise Refused("not_a_colour", text=short(typed))
        return found
