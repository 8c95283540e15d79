"""A sub-form: rows inside the record, each with fields of its own, kept in a table of their own underneath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.fields import rows_given, rows_read
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.rows_read import ID, Inner
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, short
from runtime.words import Words

MOST = 500


class Rows(FieldType):
    """The value is a list of objects by inner key, each with the row's number under `$id`; the column holds how many.

    `settings["items"]` is the JSON Schema of one row; `settings["fields"]` are its fields as the form has read them.
    """

    name = "rows"
    label = Words("明细表", "Sub-form")
    icon = "table"
    shelf = "link"
    kind = "rows"
    template = "fields/rows.html"
    nested = True
    grouped = True
    settings = properties(
        items=setting("object", rows_given.ITEMS, "每一行有什么", "What each row has"),
        minItems=setting("integer", 0, "最少几行", "Fewest rows", minimum=0, maximum=MOST),
        maxItems=setting("integer", 100, "最多几行", "Most rows", minimum=1, maximum=MOST),
        order=setting("array", [], "列的顺序", "Order of columns") | {"items": {"type": "string"}},
        totals=setting("array", [], "下面显示合计", "Totals underneath") | {"items": {"type": "string"}},
    )
    samples = ([{"item": "苹果", "quantity": 3}], "名称,数量\n苹果,3\n\"梨, 大\",2", '[{"item": "Pear"}]')
    nonsense = ("苹果", [{"item": "苹果", "quantity": "x"}], [5], [{"no": 1}], 7, {"item": "苹果"}, "[1")

    def schema(self, settings: Settings) -> dict[str, Any]:
        least, most = self.setting(settings, "minItems"), self.setting(settings, "maxItems")
        return {"type": "array", "minItems": least, "maxItems": most, "items": self.setting(settings, "items")}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.Integer)]

    def fields(self, settings: Settings) -> Sequence[Inner]:
        """The fields of a row that are in use, in order."""
        known: Sequence[Inner] = settings.get("fields") or rows_given.fields(self.setting(settings, "items"))
        return [field for field in known if not field.retired]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        fields = self.fields(settings)
        if isinstance(typed, str):
            typed = rows_read.from_text(typed, fields)
        if not isinstance(typed, (list, tuple)):
            raise Refused("rows_not_rows")
        if len(typed) > MOST:
            raise Refused("rows_too_many", most=MOST, n=len(typed))
        rows = rows_read.read(typed, fields, names)
        least, most = self.setting(settings, "minItems"), self.setting(settings, "maxItems")
        if len(rows) > most:
            raise Refused("rows_too_many", most=most, n=len(rows))
        if 0 < len(rows) < least:
            raise Refused("rows_too_few", least=least, n=len(rows))
        return rows or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: len(value) if value else None}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refused("not_a_number", text=short(value))
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        count = value if isinstance(value, int) else len(value or ())
        return Words("{n} 行", "{n} row|{n} rows").say(names.lang, n=count) if count else ""

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return [self._typed(row, settings, names) for row in value or ()] if not isinstance(value, int) else []

    def _typed(self, row: Mapping[str, Any], settings: Settings, names: Names) -> dict[str, Any]:
        cells = {field.key: field.type.typed(row.get(field.key), field.settings, names) for field in self.fields(settings)}
        return ({ID: row[ID]} if ID in row else {}) | cells

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        return rows_read.cell(value, self.fields(settings), names) if isinstance(value, list) and value else None

    def settle(self, old: Value, value: Value) -> Value:
        return rows_given.settled(old or (), value) if value else value

    def differs(self, old: Value, new: Value, settings: Settings, names: Names) -> str:
        return rows_given.differences(old or (), new or (), names.lang)
