"""Any number of a list of options."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields import options
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import choice, properties, setting
from runtime.fields.typed import apart, blank, cell_text, clean, short, together
from runtime.words import Words


class Choices(FieldType):
    """The value is a list of option keys in the order of the options; kept in a link table."""

    name = "choices"
    label = Words("多选", "Multiple choice")
    icon = "checkbox"
    kind = "many"
    template = "fields/choices.html"
    many = True
    settings = properties(
        options=options.SETTING,
        display=choice(
            "buttons",
            "显示成",
            "Show as",
            {"buttons": ("按钮", "Buttons"), "dropdown": ("下拉", "Dropdown"), "list": ("竖着排", "List")},
        ),
        minItems=setting("integer", 0, "最少选几项", "Fewest", minimum=0, maximum=500),
        maxItems=setting("integer", 500, "最多选几项", "Most", minimum=1, maximum=500),
    )
    samples = ("option_1", "选项 2、选项 1", "Option 1, Option 2", ["option_2"], "option_1|option_2")
    nonsense = ("no such option", "选项 1、没有这个", 1, {"option_1": True}, [1])

    def schema(self, settings: Settings) -> dict[str, Any]:
        count = {"minItems": max(1, self.setting(settings, "minItems")), "maxItems": self.setting(settings, "maxItems")}
        return {
            "type": "array",
            "uniqueItems": True,
            **count,
            "items": {"oneOf": options.branches(self.setting(settings, "options"))},
        }

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return []

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        given = self.setting(settings, "options")
        things = (
            apart(clean(typed, lines=True), lambda text: options.find(text, given) is not None)
            if isinstance(typed, str)
            else typed
        )
        if not isinstance(things, (list, tuple)) or not all(isinstance(thing, str) for thing in things):
            raise Refused("no_such_option", text=short(typed))
        found = {options.named(clean(thing), given, names.lang) for thing in things if not blank(thing)}
        return self._counted(options.in_order(found, given), settings) or None

    def _counted(self, keys: list[str], settings: Settings) -> list[str]:
        least, most = self.setting(settings, "minItems"), self.setting(settings, "maxItems")
        if len(keys) > most:
            raise Refused("too_many_options", most=most)
        if 0 < len(keys) < least:
            raise Refused("too_few_options", least=least)
        return keys

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {}

    def load(self, stored: Any, settings: Settings) -> Value:
        return options.in_order(stored, self.setting(settings, "options")) if stored else None

    def bind(self, value: Any, settings: Settings) -> Any:
        return options.known(value, self.setting(settings, "options"))

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return together(
            [options.label(key, self.setting(settings, "options"), names.lang) for key in value or ()], names.lang
        )

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return list(value or ())

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        given = self.setting(settings, "options")
        shown = [options.label(key, given, names.lang) for key in value or ()]
        texts = [
            text if options.find(text, given) == key else key for key, text in zip(value or (), shown, strict=True)
        ]
        return together(texts, names.lang) or None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
