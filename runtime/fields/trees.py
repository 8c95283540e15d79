"""A tree of named things kept as rows in order, each with its level; what a row stands under follows from the rows before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from runtime.fold import fold
from runtime.words import LANGUAGES, read

Row = Mapping[str, Any]
DEEPEST = 4
APART = re.compile(r"\s*[/>›»]\s*")
ROWS: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "maxItems": 2000,
    "items": {
        "type": "object",
        "properties": {
            "key": {"type": "string", "pattern": "^[a-z0-9_]{1,60}$"},
            "label": {"type": "object", "additionalProperties": {"type": "string", "maxLength": 80}},
            "level": {"type": "integer", "minimum": 0, "maximum": DEEPEST - 1},
            "retired": {"type": "boolean"},
        },
        "required": ["key", "label"],
        "additionalProperties": False,
    },
}


class Node(NamedTuple):
    """One row with the rows above it, itself last, and whether anything stands under it that people may choose."""

    key: str
    path: tuple[Row, ...]
    retired: bool
    leaf: bool

    def label(self, lang: str) -> str:
        """From the top down, as people say it."""
        return " / ".join(read(row["label"], lang) for row in self.path)


# The last trees that were read; a definition's rows never change, so whoever holds the same ones has the same tree.
_KNOWN: dict[int, tuple[Sequence[Row], dict[str, Node]]] = {}
REMEMBERED = 64


def nodes(rows: Sequence[Row]) -> dict[str, Node]:
    """Every row by its key; what stands under a retired row is retired with it."""
    known = _KNOWN.get(id(rows))
    if known is None or known[0] is not rows:
        if len(_KNOWN) >= REMEMBERED:
            _KNOWN.clear()
        known = _KNOWN[id(rows)] = (rows, _nodes(rows))
    return known[1]


def _nodes(rows: Sequence[Row]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    stack: list[Row] = []
    for at, row in enumerate(rows):
        level = min(int(row.get("level", 0)), len(stack))
        stack[level:] = [row]
        after = next((each for each in rows[at + 1 :] if not each.get("retired")), None)
        leaf = after is None or int(after.get("level", 0)) <= level
        found[str(row["key"])] = Node(str(row["key"]), tuple(stack), any(each.get("retired") for each in stack), leaf)
    return found


def below(rows: Sequence[Row], key: str) -> list[str]:
    """A key and the keys of everything under it."""
    return [node.key for node in nodes(rows).values() if any(row["key"] == key for row in node.path)]


def find(rows: Sequence[Row], text: str) -> list[Node]:
    """What a typed text names: a key, a whole path, or the end of one; a whole path is never ambiguous with its end."""
    tree = nodes(rows)
    if text in tree:
        return [tree[text]]
    parts = [fold(part) for part in APART.split(text.strip(" /"))]
    fits = [node for node in tree.values() if _ends(node, parts)]
    whole = [node for node in fits if len(node.path) == len(parts)]
    offered = [node for node in whole or fits if not node.retired]
    return offered or whole or fits


def _ends(node: Node, parts: Sequence[str]) -> bool:
    if len(node.path) < len(parts):
        return False
    return any(
        [fold(read(row["label"], lang)) for row in node.path[-len(parts) :]] == list(parts) for lang in LANGUAGES
    )
