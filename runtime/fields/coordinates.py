"""A place as it comes from an input, a sheet or a client, as one text: latitude, longitude, address."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from runtime.fields.base import Refused
from runtime.fields.typed import blank, clean, short


def together(typed: Any) -> str | None:
    """What was typed as one text, whether it came as one, as three parts, or as an object; None when blank."""
    if blank(typed):
        return None
    if isinstance(typed, Mapping):
        typed = [_figure(typed.get("lat")), _figure(typed.get("lon")), typed.get("address") or ""]
    if isinstance(typed, (list, tuple)):
        return _joined(list(typed))
    if not isinstance(typed, str):
        raise Refused("not_a_place", text=short(typed))
    return clean(typed)


def _joined(parts: list[Any]) -> str | None:
    """Three inputs; a pair of coordinates may have been pasted into the first."""
    if len(parts) != 3 or not all(isinstance(one, str) for one in parts):
        raise Refused("not_a_place", text=short(parts))
    lat, lon, address = map(clean, parts)
    if address and not (lat or lon):
        raise Refused("place_no_figures")
    return " ".join(part for part in (f"{lat}, {lon}" if lon else lat, address) if part) or None


def _figure(value: Any) -> str:
    """A number of JSON as plain digits."""
    try:
        return f"{Decimal(str(value)):f}" if isinstance(value, int | float) and not isinstance(value, bool) else ""
    except InvalidOperation:
        return ""
