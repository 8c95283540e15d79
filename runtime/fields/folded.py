"""What types of plain text have in common: kept as typed beside a folded twin, by which texts are compared."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import cell_text
from runtime.fold import fold
from runtime.sql.types import BinaryText


def check_length(text: str, least: int, most: int) -> str:
    """The text, refused when it is shorter or longer than the field allows."""
    if len(text) > most:
        raise Refused("text_too_long", most=most, n=len(text))
    if len(text) < least:
        raise Refused("text_too_short", least=least, n=len(text))
    return text


class Folded(FieldType):
    """A type of text; what may be typed is its own affair."""

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(value)}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str):
            raise Refused("not_text")
        return fold(value)

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
