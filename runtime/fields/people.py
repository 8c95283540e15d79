"""Several people who use this Fenzu: a team, who takes part, who was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.person import ME, identity
from runtime.fields.setting import properties, setting
from runtime.fields.typed import apart, blank, cell_text, clean, short, together
from runtime.words import Words

MOST = 50


class People(FieldType):
    """The value is the list of user ids, the lowest first; kept in a link table."""

    name = "people"
    label = Words("多个人员", "People")
    icon = "users"
    shelf = "customer"
    kind = "people"
    template = "fields/people.html"
    many = True
    member: ClassVar[sa.types.TypeEngine[Any]] = sa.Integer()
    settings = properties(maxItems=setting("integer", 20, "最多几个人", "Most people", minimum=1, maximum=MOST))
    public = False
    samples = ("林晓雨", "林晓雨、Ada", "Ada; lin@example.com", ["7", "8"], [8, 7])
    nonsense = ("没有这个人", "林晓雨、没有", "0", 0, True, 1.5, {"7": True}, [[7]], [2**40], [True])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {
            "type": "array",
            "uniqueItems": True,
            "minItems": 1,
            "maxItems": self.setting(settings, "maxItems"),
            "items": {"type": "integer", "minimum": 1},
        }

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return []

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        things = self._apart(typed, names) if isinstance(typed, str) else typed
        if blank(things):
            return None
        if not isinstance(things, (list, tuple)):
            raise Refused("no_such_person", text=short(typed))
        found = {names.me if one == ME else identity(one) or self._named(one, names) for one in things if not blank(one)}
        return self._counted(found - {None}, settings)

    def _apart(self, text: str, names: Names) -> list[str]:
        return apart(clean(text, lines=True), lambda part: names.find_person(part) is not None)

    def _named(self, typed: Any, names: Names) -> int:
        found = names.find_person(clean(typed)) if isinstance(typed, str) else None
        if found is None:
            raise Refused("no_such_person", text=short(typed))
        return found

    def _counted(self, ids: set[Any], settings: Settings) -> list[int] | None:
        most = self.setting(settings, "maxItems")
        if len(ids) > most:
            raise Refused("too_many_people", most=most)
        return sorted(ids) or None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {}

    def load(self, stored: Any, settings: Settings) -> Value:
        return sorted(stored) if stored else None

    def bind(self, value: Any, settings: Settings) -> Any:
        found = identity(value) if isinstance(value, int) else None
        if found is None:
            raise Refused("no_such_person", text=short(value))
        return found

    def persons(self, value: Value) -> Sequence[int]:
        return value or ()

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return together([names.person(one) for one in value or ()], names.lang)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return [str(one) for one in value or ()]

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        # A number in a sheet is a name or login made of digits, never one of our ids.
        text = cell_text(cell)
        things = self._apart(text, names) if isinstance(text, str) else [] if blank(text) else [text]
        return self._counted({self._named(one, names) for one in things}, settings)
