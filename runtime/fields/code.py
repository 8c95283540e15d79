"""The customer code: given by the system from its segments, read and searched by people."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.text import check_length
from runtime.fields.typed import blank, cell_text, clean
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words

LONGEST = 64


class Code(FieldType):
    """Nobody types it on a form; an import may name a record by it."""

    name = "code"
    label = Words("客户编码", "Customer code")
    icon = "barcode"
    shelf = "customer"
    template = "fields/code.html"
    readonly = True
    searchable = True
    samples = ("SEL-00421", "N/P/20261122-7")
    nonsense = ("9" * 65, {"code": 1}, "\ud800")

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST, "readOnly": True}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        return check_length(clean(typed), 0, LONGEST) or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(value)}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str):
            raise Refused("not_text")
        return fold(value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
