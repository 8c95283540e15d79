"""A place on the map: where a shop stands, where somebody was met."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.coordinates import together
from runtime.fields.folded import check_length
from runtime.fields.setting import choice, properties, setting
from runtime.fields.typed import cell_text, narrow, short
from runtime.fold import fold
from runtime.rules import spots
from runtime.sql.types import BinaryText
from runtime.words import Words

LONGEST = 200
_AROUND = Words("{spot} 周围 {n} 公里", "{n} km around {spot}")
_MAPS = {"none": ("不放", "None"), "amap": ("高德地图", "Amap"), "google": ("Google 地图", "Google Maps"),
         "osm": ("OpenStreetMap", "OpenStreetMap"), "geo": ("手机自带的地图", "The phone’s own map")}  # fmt: skip


class Location(FieldType):
    """The value is `31.2304, 121.4737 上海市…`: latitude, longitude (WGS 84) and the address in one text."""

    name = "location"
    label = Words("定位", "Location")
    icon = "map-2"
    shelf = "place"
    kind = "place"
    retold = False
    template = "fields/location.html"
    grouped = True
    parts = 3
    settings = properties(
        decimals=setting("integer", spots.FINEST, "经纬度的小数位（6 位约 0.1 米）", "Decimals (6: about 0.1 m)", minimum=1, maximum=spots.FINEST),
        map=choice("none", "打开地图的链接", "Link that opens a map", _MAPS),
    )  # fmt: skip
    samples = ("31.2304, 121.4737 上海市黄浦区人民大道 200 号", "39.9042,116.4074", ["31.2304", "121.4737", "人民广场"],
               "北纬22.5431 东经114.0579", "33.8688°S 151.2093°E Sydney", "geo:0,-0.5", {"lat": 48.8584, "lon": 2.2945})  # fmt: skip
    nonsense = ("上海市黄浦区", "31.2304", "91, 121", "121.4737, 31.2304", ["31.2304", "", "人民广场"], ["", "", "人民广场"], 31.2, True, {"lat": 1})

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^-?[0-9.]{1,12}, -?[0-9.]{1,12}( |$)", "maxLength": LONGEST + 40}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        text = together(typed)
        if text is None:
            return None
        spot = spots.read(text) or spots.read(narrow(text))
        if spot is None:
            raise Refused("not_a_place", text=short(text))
        if not spots.on_earth(spot):
            raise Refused("place_off_earth")
        fine = Decimal(1).scaleb(-self.setting(settings, "decimals"))
        return spots.written(spots.Spot(spot.lat.quantize(fine), spot.lon.quantize(fine), check_length(spot.rest, 0, LONGEST)))

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        spot = spots.read(value) if value else None
        kept = spots.kept(spot) if spot else None
        return {name: kept, f"{name}_k": kept and fold(kept)}

    def load(self, stored: Any, settings: Settings) -> Value:
        return spots.loaded(stored) if stored else None

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str):
            raise Refused("not_text")
        return fold(value)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        circle = spots.circle(value) if value else None
        if circle is None:
            return value or ""
        return _AROUND.say(names.lang, spot=f"{circle.lat:g}, {circle.lon:g}", n=f"{circle.km:g}")

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        spot = spots.read(value) if value else None
        lat, _, lon = spots.written(spot._replace(rest="")).partition(", ") if spot else ("", "", "")
        return [lat, lon, spot.rest if spot else ""]

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return value

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
