"""Several records of another form, in an order: the products of an offer, who takes part in an event."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.link import POINTING
from runtime.fields.person import identity
from runtime.fields.setting import properties, setting
from runtime.fields.typed import apart, blank, cell_text, clean, short, together
from runtime.words import Words

MOST = 100


class Links(FieldType):
    """The value is the list of record ids in the order they were chosen; kept in a link table, seen from both sides."""

    name = "links"
    label = Words("关联多条", "Links to several")
    icon = "link-plus"
    shelf = "link"
    kind = "links"
    template = "fields/links.html"
    many = True
    ordered = True
    member: ClassVar[sa.types.TypeEngine[Any]] = sa.Integer()
    settings = properties(
        **POINTING,
        minItems=setting("integer", 0, "最少几条", "Fewest", minimum=0, maximum=MOST),
        maxItems=setting("integer", 20, "最多几条", "Most", minimum=1, maximum=MOST),
    )
    public = False
    samples = ("苏州沐阳餐饮", "苏州沐阳餐饮、Muyang", "Muyang; 苏州沐阳餐饮", ["12"], [13, 12])
    nonsense = ("没有这条记录", "苏州沐阳餐饮、没有", "0", 0, True, 1.5, {"12": True}, [[12]], [True], [-1])

    def schema(self, settings: Settings) -> dict[str, Any]:
        count = {"minItems": max(1, self.setting(settings, "minItems")), "maxItems": self.setting(settings, "maxItems")}
        return {"type": "array", "uniqueItems": True, **count, "items": {"type": "integer", "minimum": 1}}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return []

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        things: Any = typed
        if isinstance(typed, str) and not blank(typed):
            one = identity(clean(typed))
            things = [one] if one else self._apart(typed, settings, names)
        if blank(things):
            return None
        if not isinstance(things, (list, tuple)):
            raise Refused("link_not_found", text=short(typed))
        found = [identity(thing) or self._named(thing, settings, names) for thing in things if not blank(thing)]
        return self._counted(found, settings)

    def _apart(self, text: str, settings: Settings, names: Names) -> list[str]:
        form = self.setting(settings, "form")
        return apart(clean(text, lines=True), lambda part: names.find_record(form, part) is not None)

    def _named(self, typed: Any, settings: Settings, names: Names) -> int:
        found = names.find_record(self.setting(settings, "form"), clean(typed)) if isinstance(typed, str) else None
        if found is None:
            raise Refused("link_not_found", text=short(typed))
        return found

    def _counted(self, ids: list[int], settings: Settings) -> list[int] | None:
        found = list(dict.fromkeys(ids))
        least, most = self.setting(settings, "minItems"), self.setting(settings, "maxItems")
        if len(found) > most:
            raise Refused("too_many_links", most=most)
        if 0 < len(found) < least:
            raise Refused("too_few_links", least=least)
        return found or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {}

    def load(self, stored: Any, settings: Settings) -> Value:
        return list(stored) if stored else None

    def bind(self, value: Any, settings: Settings) -> Any:
        found = identity(value) if isinstance(value, int) else None
        if found is None:
            raise Refused("link_not_found", text=short(value))
        return found

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return together([names.record(self.setting(settings, "form"), one) for one in value or ()], names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return [str(one) for one in value or ()]

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        # A number in a sheet is a title or code made of digits, never one of our ids.
        text = cell_text(cell)
        things = self._apart(text, settings, names) if isinstance(text, str) else [] if blank(text) else [text]
        return self._counted([self._named(one, settings, names) for one in things], settings)
