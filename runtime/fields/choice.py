"""One of a list of options."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields import options
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import choice, properties
from runtime.fields.typed import blank, cell_text, clean, short
from runtime.sql.types import BinaryText
from runtime.words import Words


class Choice(FieldType):
    """The value is the option's key, so a label may change without touching a record."""

    name = "choice"
    label = Words("单选", "Single choice")
    icon = "circle-dot"
    kind = "choice"
    template = "fields/choice.html"
    settings = properties(
        options=options.SETTING,
        display=choice(
            "buttons",
            "显示成",
            "Show as",
            {"buttons": ("按钮", "Buttons"), "dropdown": ("下拉", "Dropdown"), "list": ("竖着排", "List")},
        ),
    )
    samples = ("option_1", "选项 2", "Option 1", " OPTION 2 ")
    nonsense = ("no such option", "选项 1、选项 2", 1, ["option_1"], True)

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"oneOf": options.branches(self.setting(settings, "options"))}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("no_such_option", text=short(typed))
        return options.named(clean(typed), self.setting(settings, "options"), names.lang)

    def bind(self, value: Any, settings: Settings) -> Any:
        return options.known(value, self.setting(settings, "options"))

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else options.label(value, self.setting(settings, "options"), names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        shown = self.show(value, settings, names)
        # Two options may share a label in one language; then only the key says which.
        return (
            None
            if value is None
            else shown
            if options.find(shown, self.setting(settings, "options")) == value
            else value
        )

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
