"""What a field starts with: whether it is a value of its type at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from runtime.definitions.form import read_field
from runtime.fields.base import Names, Refused


class _Elsewhere(Exception):
    """What a default means is decided by people, records or tags, which a definition cannot see."""


class _Definition:
    """The names that a definition knows: none."""

    lang, zone, me = "zh", "UTC", 1

    def __getattr__(self, name: str) -> NoReturn:
        raise _Elsewhere(name)


NAMES: Names = _Definition()  # type: ignore[assignment]


def refused(key: str, node: Mapping[str, Any]) -> Refused | None:
    """Why a field's default is no value of its type; None where it is one, or where only the records can say."""
    item = read_field(key, node, False)
    try:
        item.type.parse(item.default, item.settings, NAMES)
    except _Elsewhere:
        return None
    except Refused as why:
        return why
    return None
