"""One of a tree of one's own options: product lines, reasons, shelves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.errors import Problem
from runtime.fields import trees
from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, short, written
from runtime.sql.types import BinaryText
from runtime.words import Words

_FIRST = [
    {"key": "option_1", "label": {"zh": "选项 1", "en": "Option 1"}, "level": 0},
    {"key": "option_1_1", "label": {"zh": "选项 1-1", "en": "Option 1-1"}, "level": 1},
    {"key": "option_1_2", "label": {"zh": "选项 1-2", "en": "Option 1-2"}, "level": 1},
    {"key": "option_2", "label": {"zh": "选项 2", "en": "Option 2"}, "level": 0},
]


class Cascade(FieldType):
    """The value is the key of a row of the tree, at whatever level; a group may ask for everything under a row."""

    name = "cascade"
    label = Words("级联选择", "Cascade")
    icon = "list-tree"
    shelf = "more"
    kind = "tree"
    template = "fields/cascade.html"
    settings = properties(
        tree=setting("array", _FIRST, "选项", "Options", **{"x-tree": True}) | trees.ROWS,
        last=setting("boolean", False, "只能选最后一级", "Only the last level can be chosen"),
    )
    samples = ("选项 1 / 选项 1-1", "Option 1/Option 1-2", "option_2", "选项 1", "选项 1-2", "Option 1 › Option 1-1")
    nonsense = ("没有这个", "选项 2 / 选项 1-1", "选项", 1, True, ["option_1"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[a-z0-9_]{1,60}$"}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText)]

    def contradictions(self, settings: Settings) -> Iterator[Problem]:
        keys = [row["key"] for row in self.setting(settings, "tree")]
        for key in sorted({key for key in keys if keys.count(key) > 1} if len(keys) > len(set(keys)) else ()):
            yield Problem("tree", "option_twice", {"option": key})

    def offered(self, settings: Settings) -> list[dict[str, Any]]:
        last = self.setting(settings, "last")
        return [
            {"const": node.key, "label": {lang: node.label(lang) for lang in ("zh", "en")}, "color": None,
             "retired": node.retired, "passed": last and not node.leaf}
            for node in trees.nodes(self.setting(settings, "tree")).values()
        ]  # fmt: skip

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        found = trees.find(self.setting(settings, "tree"), written(typed, "no_such_option"))
        if not found:
            raise Refused("no_such_option", text=short(typed))
        if len(found) > 1:
            places = ("、" if names.lang == "zh" else "; ").join(node.label(names.lang) for node in found[:3])
            raise Refused("option_unclear", text=short(typed), places=places)
        if self.setting(settings, "last") and not found[0].leaf and not found[0].retired:
            raise Refused("option_not_last", text=found[0].label(names.lang))
        return found[0].key

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str) or value not in trees.nodes(self.setting(settings, "tree")):
            raise Refused("no_such_option", text=short(value))
        return value

    def below(self, value: Value, settings: Settings) -> Sequence[Any]:
        return trees.below(self.setting(settings, "tree"), value)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        node = trees.nodes(self.setting(settings, "tree")).get(value) if value is not None else None
        return node.label(names.lang) if node else value or ""

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        shown = self.show(value, settings, names)
        found = trees.find(self.setting(settings, "tree"), shown) if shown else []
        # Two rows may be called the same in one language; then only the key says which.
        return (shown if [node.key for node in found] == [value] else value) or None

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
