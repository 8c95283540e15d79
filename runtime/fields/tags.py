"""Tags: words put on a record, from the app's vocabularies."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.typed import apart, blank, cell_text, clean, short, together
from runtime.words import Words

MOST = 50


class Tags(FieldType):
    """The value is a list of tag keys; kept in a link table with when and by whom."""

    name = "tags"
    label = Words("标签", "Tags")
    icon = "tags"
    shelf = "customer"
    kind = "many"
    template = "fields/tags.html"
    many = True
    tagged = True
    settings = properties(
        vocabularies=setting("array", [], "用哪些标签分类", "Tag categories") | {"items": {"type": "string"}}
    )
    public = False
    samples = ("连锁门店", "连锁门店、关注冷链", "chain; cold_chain", ["chain"], "chain|cold_chain")
    nonsense = ("没有这个标签", "连锁门店、没有", 5, {"chain": True}, [5])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {
            "type": "array",
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": MOST,
            "items": {"type": "string", "minLength": 1},
        }

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return []

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        vocabularies = self.setting(settings, "vocabularies")

        def find(text: str) -> str | None:
            return names.find_tag(text, vocabularies)

        things = (
            apart(clean(typed, lines=True), lambda text: find(text) is not None) if isinstance(typed, str) else typed
        )
        if not isinstance(things, (list, tuple)) or not all(isinstance(thing, str) for thing in things):
            raise Refused("no_such_tag", text=short(typed))
        keys: dict[str, None] = {}
        for thing in (clean(thing) for thing in things if not blank(thing)):
            key = find(thing)
            if key is None:
                raise Refused("no_such_tag", text=short(thing))
            keys[key] = None
        if len(keys) > MOST:
            raise Refused("too_many_tags", most=MOST)
        return list(keys) or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {}

    def load(self, stored: Any, settings: Settings) -> Value:
        return list(stored) if stored else None

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str) or blank(value):
            raise Refused("no_such_tag", text=short(value))
        return value

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return together([names.tag(key) for key in value or ()], names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return list(value or ())

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        vocabularies = self.setting(settings, "vocabularies")
        shown = {key: names.tag(key) for key in value or ()}
        # A label may stand in two categories; then only the key says which tag it is.
        texts = [label if names.find_tag(label, vocabularies) == key else key for key, label in shown.items()]
        return together(texts, names.lang) or None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
