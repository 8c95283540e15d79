"""A tree of options as people write it: a line for each, indented under what it belongs to, both languages in one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from builder.edits import made
from runtime.errors import Invalid, Problem
from runtime.fields.trees import DEEPEST
from runtime.words import LANGUAGES, read

Row = Mapping[str, Any]
STEP = "  "


def lines(rows: Sequence[Row], lang: str) -> str:
    """The rows as text: `  Frozen | 冷冻`, the reader's language first; retired ones are left out."""
    return "\n".join(STEP * int(row.get("level", 0)) + _said(row["label"], lang) for row in rows if not row.get("retired"))


def _said(label: Mapping[str, str], lang: str) -> str:
    other = label.get(_other(lang), "")
    return f"{read(label, lang)} | {other}" if label.get(lang) and other and other != label[lang] else read(label, lang)


def _other(lang: str) -> str:
    return next(each for each in LANGUAGES if each != lang)


def read_lines(text: str, lang: str, old: Sequence[Row], published: Collection[str]) -> list[dict[str, Any]]:
    """The rows that a text says. A line that is called as before keeps its key, wherever it moves; one that stands where
    exactly one was renamed keeps it too. What is published and no longer there is retired, at the end of its branch.
    """
    wanted = _wanted(text, lang)
    if not wanted:
        raise Invalid(Problem("tree", "tree_empty"))
    free = [row for row in old if not row.get("retired")] + [row for row in old if row.get("retired")]
    kept: list[Row | None] = []
    for level, label in wanted:
        same = [row for row in free if _same(row["label"], label)]
        found = next((row for row in same if int(row.get("level", 0)) == level), next(iter(same), None))
        kept.append(found)
        if found is not None:
            free.remove(found)
    _renamed(wanted, kept, free, old)
    taken = {str(row["key"]) for row in old}
    rows = []
    for (level, label), row in zip(wanted, kept, strict=True):
        key = str(row["key"]) if row else made.propose(label, taken, "option")
        taken.add(key)
        rows.append({"key": key, "label": {**(row["label"] if row else {}), **label}, "level": level})
    gone = [row for row in free if row["key"] in published]
    return [*rows, *({**row, "level": 0, "retired": True} for row in gone)]


def _wanted(text: str, lang: str) -> list[tuple[int, dict[str, str]]]:
    """Levels and labels line by line; how far a line is indented matters only beside the lines above it."""
    found, stack = [], list[int]()
    for line in text.replace("\t", STEP).replace("\u3000", STEP).splitlines():
        said = line.strip(" |")
        if not said:
            continue
        indent = len(line) - len(line.lstrip())
        while stack and stack[-1] >= indent:
            stack.pop()
        if len(stack) >= DEEPEST:
            raise Invalid(Problem("tree", "tree_too_deep", {"text": said[:30], "most": DEEPEST}))
        found.append((len(stack), _label(said, lang)))
        stack.append(indent)
    return found


def _label(said: str, lang: str) -> dict[str, str]:
    first, _, second = (part.strip() for part in said.partition("|"))
    return made.text({}, {lang: (first or second)[:80], _other(lang): second[:80] if first else ""})


def _same(label: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return any(label.get(lang) and label.get(lang) == other.get(lang) for lang in LANGUAGES)


def _renamed(wanted: Sequence[Any], kept: list[Row | None], free: list[Row], old: Sequence[Row]) -> None:
    """Where as many lines as before stand, one that is new at the place of one that is gone is that one renamed."""
    shown = [row for row in old if not row.get("retired")]
    if len(shown) != len(wanted):
        return
    for at, (level, _label) in enumerate(wanted):
        if kept[at] is None and shown[at] in free and int(shown[at].get("level", 0)) == level:
            kept[at] = shown[at]
            free.remove(shown[at])
