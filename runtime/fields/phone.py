"""A telephone number, mobile or landline, with its extension."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.phones import e164, mobile, written_at_home
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, short, written
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words


class Phone(FieldType):
    """Kept in international form, so that one number is one text however it was typed."""

    name = "phone"
    label = Words("电话", "Phone")
    icon = "phone"
    template = "fields/phone.html"
    searchable = True
    settings = properties(region=setting("string", "CN", "默认国家或地区", "Default region", pattern="^[A-Z]{2}$"))
    samples = (
        "138 0613 2288",
        "13806132288",
        "+86 138-0613-2288",
        "0512-8275 6633",
        "0512-82756633-801",
        "１３８０６１３２２８８",
        "(0512)82756633 转 801",
        "400-820-8820",
        "+1 650-253-0000",
    )
    nonsense = ("abc", "12345", "138061322881", "13806132288/13906132288", "—", True, [13806132288])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^\+[1-9][0-9]{4,14}(;ext=[0-9]{1,7})?$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        text, region = written(typed, "not_a_phone"), self.setting(settings, "region")
        number = mobile(text) if region == "CN" else None
        if number is None and len(text) <= 60:
            number = e164(text, region)
        if number is None:
            raise Refused("not_a_phone", text=short(typed))
        return number

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": value}

    def bind(self, value: Any, settings: Settings) -> Any:
        # A rule may hold a whole number or a piece of one ("begins with 138").
        text = written(value, "not_a_phone")
        return e164(text, self.setting(settings, "region")) or fold(re.sub(r"[\s()-]", "", text))

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else written_at_home(value, self.setting(settings, "region"), names.lang)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell if isinstance(cell, bool) else cell_text(cell), settings, names)
