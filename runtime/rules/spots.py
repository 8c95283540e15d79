"""Places on the earth as people write them, and as a column keeps them: latitude, longitude and what else is said of the place."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

# What a column holds: `+31.230400+121.473700 ` and then the address, so that SQL finds each part at its place.
LATITUDE, LONGITUDE, ADDRESS = (1, 10), (11, 11), 23
FINEST = 6
LONGEST = 400  # more than any address
FURTHEST = 20_016  # kilometres; nothing on the earth lies further away
_SIDES = {"北纬": 1, "南纬": -1, "东经": 1, "西经": -1, "N": 1, "S": -1, "E": 1, "W": -1}
_FIGURE = r"(?P<{0}side>{1})?\s*(?P<{0}>[+-]?\d{{1,3}}(?:\.\d{{1,15}})?)\s*°?\s*(?P<{0}after>[{2}])?"
_LAT = _FIGURE.format("lat", "北纬|南纬", "NSns")
_LON = _FIGURE.format("lon", "东经|西经", "EWew")
_SPOT = re.compile(rf"(?:geo:)?\s*{_LAT}\s*[,，;；\s]\s*{_LON}(?=$|[\s,，;；])[\s,，;；]*(?P<rest>.*)", re.DOTALL | re.ASCII)
_RADIUS = re.compile(r"(?P<n>\d{1,6}(?:\.\d{1,3})?)\s*(?P<unit>公里|千米|km|米|m)", re.IGNORECASE | re.ASCII)


class Spot(NamedTuple):
    """A place by latitude and longitude, in degrees; `rest` is what stood behind them."""

    lat: Decimal
    lon: Decimal
    rest: str = ""


class Circle(NamedTuple):
    """A place and what lies so many kilometres around it."""

    lat: float
    lon: float
    km: float


def read(text: str) -> Spot | None:
    """`31.2304, 121.4737 上海市…`, latitude first; None for what is no such thing. The figures may lie off the earth."""
    found = _SPOT.fullmatch(text.strip())
    return None if found is None else Spot(_signed(found, "lat"), _signed(found, "lon"), found["rest"].strip())


def _signed(found: re.Match[str], name: str) -> Decimal:
    """A figure with its sign, which may be said by a word before it or a letter behind it."""
    side = found[f"{name}side"] or (found[f"{name}after"] or "").upper()
    return Decimal(found[name]) * _SIDES.get(side, 1)


def on_earth(spot: Spot) -> bool:
    """Whether there is such a latitude and such a longitude."""
    return abs(spot.lat) <= 90 and abs(spot.lon) <= 180


def circle(text: str) -> Circle | None:
    """`31.2304, 121.4737 5 km`; None for what is none, or for a radius of nothing or of more than the earth."""
    spot = read(text)
    radius = _RADIUS.fullmatch(spot.rest) if spot and on_earth(spot) else None
    if spot is None or radius is None:
        return None
    km = float(radius["n"]) / (1 if radius["unit"].lower() in ("公里", "千米", "km") else 1000)
    return Circle(float(spot.lat), float(spot.lon), km) if 0 < km <= FURTHEST else None


def kept(spot: Spot) -> str:
    """A place as its column holds it."""
    return f"{spot.lat:+010.{FINEST}f}{spot.lon:+011.{FINEST}f} {spot.rest}".rstrip()


def loaded(text: str) -> str:
    """What a column holds, as people write it: `31.2304, 121.4737 上海市…`."""
    return written(Spot(Decimal(text[:10]), Decimal(text[10:21]), text[22:]))


def written(spot: Spot) -> str:
    """A place as people write it, without needless zeros."""
    return f"{_short(spot.lat)}, {_short(spot.lon)} {spot.rest}".rstrip()


def _short(figure: Decimal) -> str:
    text = f"{figure:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
