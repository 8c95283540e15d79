"""A person who uses this Fenzu: an owner, a follow-up's author."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import blank, cell_text, clean, short
from runtime.words import Words

# Whoever fills in the form; the usual default of an owner.
ME = "$me"


def identity(typed: Any) -> int | None:
    """An id from a client or from an input; None for a name."""
    if isinstance(typed, int) and not isinstance(typed, bool):
        return typed if 0 < typed < 2**31 else None
    if isinstance(typed, str) and typed.strip().isascii() and typed.strip().isdigit() and len(typed.strip()) < 10:
        return int(typed) or None
    return None


class Person(FieldType):
    """The value is the user's id; typed as a name or a login."""

    name = "person"
    label = Words("人员", "Person")
    icon = "user"
    shelf = "customer"
    kind = "person"
    template = "fields/person.html"
    public = False
    samples = ("林晓雨", "lin@example.com", "7", 7)
    nonsense = ("没有这个人", "0", 0, -1, True, 1.5, ["7"], 2**40)

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, sa.Integer)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if typed == ME:
            return names.me
        return identity(typed) or self._named(typed, names)

    def _named(self, typed: Any, names: Names) -> int:
        found = names.find_person(clean(typed)) if isinstance(typed, str) else None
        if found is None:
            raise Refused("no_such_person", text=short(typed))
        return found

    def bind(self, value: Any, settings: Settings) -> Any:
        found = identity(value) if isinstance(value, int) else None
        if found is None:
            raise Refused("no_such_person", text=short(value))
        return found

    def persons(self, value: Value) -> Sequence[int]:
        return () if value is None else (value,)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else names.person(value)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return "" if value is None else str(value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        # A number in a sheet is a name or login made of digits, never one of our ids.
        text = cell_text(cell)
        return None if blank(text) else self._named(text, names)
