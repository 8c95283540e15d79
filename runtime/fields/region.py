"""A place in China: a province, a city in it, or a district."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.divisions import Division, divisions, find
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, short, written
from runtime.sql.types import BinaryText
from runtime.words import Words


class Region(FieldType):
    """The value is the GB/T 2260 code; a group may ask for everything under a province or a city."""

    name = "region"
    label = Words("省市区", "Region")
    icon = "map-pin"
    shelf = "place"
    kind = "tree"
    template = "fields/region.html"
    settings = properties(
        level=setting(
            "integer",
            3,
            "选到哪一级",
            "Down to",
            minimum=1,
            maximum=3,
            oneOf=[
                {"const": level, "x-label": {"zh": zh, "en": en}}
                for level, zh, en in ((1, "省", "Province"), (2, "市", "City"), (3, "区县", "District"))
            ],
        )
    )
    samples = (
        "江苏/苏州/姑苏区",
        "江苏苏州",
        "江苏省苏州市",
        "上海",
        "320508",
        "32",
        "Jiangsu",
        "上海 / 浦东新区",
        "苏州市",
        "香港",
    )
    nonsense = ("火星", "鼓楼区", "999999", "江苏/杭州", 320508, True, ["320508"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{6}$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        text = written(typed, "no_such_region")
        found = find(text) if len(text) <= 100 else ()
        if not found:
            raise Refused("no_such_region", text=short(typed))
        if len(found) > 1:
            raise Refused("region_unclear", text=short(typed), places=self._choices(found, names.lang))
        if found[0].level > self.setting(settings, "level"):
            raise Refused("region_too_deep", text=short(typed))
        return found[0].code

    def _choices(self, found: tuple[Division, ...], lang: str) -> str:
        return ("、" if lang == "zh" else "; ").join(said(division, lang) for division in found[:3])

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str) or value not in divisions().by_code:
            raise Refused("no_such_region", text=short(value))
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        known = divisions().by_code.get(value)
        return "" if value is None else said(known, names.lang) if known else value

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return self.to_cell(value, settings, names) or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        # Where two places share a name in one language, the official names say which; the code does at last.
        known = divisions().by_code.get(value)
        texts = (said(known, names.lang), "/".join(part.name for part in known.path)) if known else ()
        return next((text for text in texts if [place.code for place in find(text)] == [value]), value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell if isinstance(cell, bool) else cell_text(cell), settings, names)


def said(division: Division, lang: str) -> str:
    """A place as people say it, from the province down."""
    return " / ".join(part.short if lang == "zh" else part.en for part in division.path)
