"""What a new sub-form begins with, and how the rows of two moments are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from runtime.fields.base import FieldType, Settings
from runtime.fields.number import Number
from runtime.fields.rows_read import ID
from runtime.fields.text import Text
from runtime.words import Words

Rows = Sequence[Mapping[str, Any]]
_GIVEN: Mapping[str, FieldType] = MappingProxyType({"text": Text(), "number": Number()})
# The columns of a sub-form that has just been put on the form; people rename them or take them away.
ITEMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "item": {**Text().schema({}), "x-fenzu": {"type": "text", "label": {"zh": "名称", "en": "Item"}}},
        "quantity": {**Number().schema({}), "x-fenzu": {"type": "number", "label": {"zh": "数量", "en": "Quantity"}}},
    },
}


@dataclass(frozen=True)
class Given:
    """A field of the rows that a sub-form is born with, before any form has read it."""

    key: str
    type: FieldType
    label: Mapping[str, str]
    settings: Settings = field(default_factory=dict)
    required: bool = False
    retired: bool = False
    default: Any = None


def fields(items: Mapping[str, Any]) -> list[Given]:
    """The fields of the first rows; a form that was read has its own."""
    nodes = {key: node["x-fenzu"] for key, node in items.get("properties", {}).items()}
    return [Given(key, _GIVEN[ui["type"]], ui["label"]) for key, ui in nodes.items() if ui["type"] in _GIVEN]


def settled(old: Rows, new: Rows) -> list[dict[str, Any]]:
    """New rows with the numbers they will keep. Where any of them names one of the record's rows, the others are new; where
    none does (a client that knows no numbers), each takes that of the old row in its place.
    """
    known = {row[ID] for row in old if ID in row}
    taken: set[int] = set()
    made: list[dict[str, Any]] = []
    for row in new:
        own = row.get(ID)
        kept = own if own in known and own not in taken else None
        taken |= {kept} if kept is not None else set()
        made.append({**({ID: kept} if kept is not None else {}), **{key: cell for key, cell in row.items() if key != ID}})
    if taken:
        return made
    return [{**({ID: old[at][ID]} if at < len(old) and ID in old[at] else {}), **row} for at, row in enumerate(made)]


def differences(old: Rows, new: Rows, lang: str) -> str:
    """What became of the rows, in words: 加了 2 行，改了 1 行."""
    before = {row.get(ID): row for row in old}
    after = {row.get(ID) for row in new}
    added = sum(1 for row in new if row.get(ID) not in before)
    changed = sum(1 for row in new if row.get(ID) in before and before[row.get(ID)] != row)
    gone = sum(1 for row in old if row.get(ID) not in after)
    kept = [row.get(ID) for row in old if row.get(ID) in after]
    moved = kept != [row.get(ID) for row in new if row.get(ID) in before]
    parts = [
        (Words("加了 {n} 行", "{n} row added|{n} rows added"), added),
        (Words("改了 {n} 行", "{n} row changed|{n} rows changed"), changed),
        (Words("去掉 {n} 行", "{n} row removed|{n} rows removed"), gone),
        (Words("调整了顺序", "rows reordered"), int(moved)),
    ]
    return ("，" if lang == "zh" else ", ").join(words.say(lang, n=n) for words, n in parts if n)
