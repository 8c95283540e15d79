"""A record of another form: an order's customer, a contact's company."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.person import identity
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, clean, short
from runtime.words import Words

# What every link says of the other side.
POINTING = properties(
    form=setting("string", "", "关联哪张表单", "Linked form"),
    inverse=setting("string", "", "在那边叫什么（标识）", "Key on the other side"),
    inverse_label=setting("object", {}, "在那边显示的名称", "Name on the other side")
    | {"additionalProperties": {"type": "string", "maxLength": 80}},
    listed=setting("boolean", True, "列在那边的记录上", "Listed on the records it points to"),
    only=setting("object", {}, "只能选哪些", "Offer only"),
    create=setting("boolean", True, "可以当场新建", "New ones can be made on the spot"),
)


class Link(FieldType):
    """The value is the record's id; the other form sees it under the inverse key."""

    name = "link"
    label = Words("关联表单", "Link")
    icon = "link"
    shelf = "link"
    kind = "link"
    template = "fields/link.html"
    settings = properties(
        **POINTING,
        create_missing=setting("boolean", False, "导入时没有就新建", "Create missing ones on import"),
    )
    public = False
    samples = ("苏州沐阳餐饮", "12", 12)
    nonsense = ("没有这条记录", "0", 0, -3, True, 1.5, ["12"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.Integer, index=False)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        return identity(typed) or self._named(typed, settings, names)

    def _named(self, typed: Any, settings: Settings, names: Names) -> int:
        found = names.find_record(self.setting(settings, "form"), clean(typed)) if isinstance(typed, str) else None
        if found is None:
            raise Refused("link_not_found", text=short(typed))
        return found

    def bind(self, value: Any, settings: Settings) -> Any:
        found = identity(value) if isinstance(value, int) else None
        if found is None:
            raise Refused("link_not_found", text=short(value))
        return found

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else names.record(self.setting(settings, "form"), value)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return "" if value is None else str(value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        # A number in a sheet is a title or code made of digits, never one of our ids.
        text = cell_text(cell)
        return None if blank(text) else self._named(text, settings, names)
