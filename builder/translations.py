"""A form's texts as a list for a spreadsheet, and what such a list would change in the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.edits.node import type_of
from builder.edits.texts import Text, texts
from runtime.errors import Invalid, Problem
from runtime.exchange.reading import Reading
from runtime.words import LANGUAGES, Words, read

COLUMNS = ("id", "位置 / Where", "中文", "English", "check")
NAMES = {
    "label": Words("名称", "Name"),
    "help": Words("填写提示", "Help"),
    "placeholder": Words("浅色文字", "Placeholder"),
    "short": Words("短名称", "Short name"),
    "unit": Words("一条记录叫什么", "What one record is called"),
    "inverse_label": Words("在对方那里的名称", "Name on the other form"),
    "text": Words("文字", "Text"),
    "title": Words("标题", "Title"),
    "intro": Words("开头的话", "Opening words"),
    "thanks": Words("感谢的话", "Thanks"),
    "privacy": Words("隐私说明", "Privacy line"),
    "refuse": Words("不让提交时的话", "Message when refused"),
}
# Signs of a text, and those that fit a line of the grid.
LONGEST, WIDTH = 500, 60
OPTION = Words("选项", "Choice")


@dataclass(frozen=True)
class Change:
    """One text in one language that a list would change; `theirs` is what stands in the draft now."""

    id: str
    lang: str
    theirs: str
    ours: str


@dataclass
class Compared:
    """A list beside the draft: what it changes, what was changed on both sides, what the draft does not know."""

    changes: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    too_long: list[tuple[int, str]] = field(default_factory=list)

    def given(self, conflicts: bool) -> dict[str, dict[str, str]]:
        """What is to be set, by address; texts that both sides changed only when the list is to win."""
        made: dict[str, dict[str, str]] = {}
        for change in [*self.changes, *(self.conflicts if conflicts else ())]:
            made.setdefault(change.id, {})[change.lang] = change.ours
        return made


def name_of(text: Text, body: Mapping[str, Any], lang: str) -> str:
    """What kind of text it is: a name, a help, a choice, or what the field's type calls the setting."""
    if text.option:
        return OPTION.say(lang)
    item = body["properties"].get(text.owner)
    if text.name in NAMES or item is None:
        return NAMES[text.name].say(lang) if text.name in NAMES else text.name
    return read(type_of(item).settings.get(text.name, {}).get("x-label"), lang) or text.name


def longest(text: Text, body: Mapping[str, Any]) -> int:
    """How many signs a text may have: what its field's type says of the setting, or as many as any text."""
    item = body["properties"].get(text.owner)
    spec = type_of(item).settings.get(text.name, {}) if item else {}
    more: Any = spec.get("additionalProperties")
    return int(more.get("maxLength", LONGEST)) if isinstance(more, Mapping) else LONGEST


def lines(text: Text) -> int:
    """How many lines a text needs to be read and changed whole; 1 for what fits an ordinary box."""
    most = max((len(words) // WIDTH + words.count("\n") + 1 for words in text.words.values()), default=1)
    return 1 if most == 1 else min(max(most, 3), 12)


def owner_of(text: Text, body: Mapping[str, Any], lang: str) -> str:
    """The field or section a text belongs to, in words; "" for the form itself."""
    item = body["properties"].get(text.owner)
    return read(item["x-fenzu"]["label"], lang) if item else ""


def rows(body: Mapping[str, Any], lang: str) -> Iterator[list[str]]:
    """One row for each text, with a mark of what it said, by which a changed draft is known again."""
    for text in texts(body):
        where = " · ".join(filter(None, (owner_of(text, body, lang), name_of(text, body, lang))))
        yield [text.id, where, *(text.words.get(each, "") for each in LANGUAGES), mark(text.words)]


def mark(words: Mapping[str, str]) -> str:
    """A short mark for each language of a text."""
    return "-".join(_short(words.get(lang, "")) for lang in LANGUAGES)


def _short(words: str) -> str:
    return hashlib.sha256(words.strip().encode()).hexdigest()[:8]


def compare(body: Mapping[str, Any], reading: Reading) -> Compared:
    """Hold a list against the draft; a blank cell changes nothing. Raises Invalid when it is no such list."""
    at = _columns(reading.columns)
    known, made = {text.id: text for text in texts(body)}, Compared()
    for number, cells in reading.rows():
        id = _cell(cells, at["id"])
        if not id:
            continue
        if id not in known:
            made.unknown.append((number, id[:80]))
            continue
        marks = _cell(cells, at.get("check")).split("-")
        for place, lang in enumerate(LANGUAGES):
            ours, theirs = _cell(cells, at.get(lang)), known[id].words.get(lang, "")
            if not ours or ours == theirs.strip():
                continue
            if len(ours) > longest(known[id], body):
                made.too_long.append((number, lang))
                continue
            _sort(made, Change(id, lang, theirs, ours), marks[place] if len(marks) == len(LANGUAGES) else "")
    return made


def _sort(made: Compared, change: Change, before: str) -> None:
    """A text the list left alone while the draft moved on is no change; one both sides changed is a conflict."""
    moved = bool(before) and before != _short(change.theirs)
    if moved and before == _short(change.ours):
        return
    (made.conflicts if moved else made.changes).append(change)


def _columns(names: Sequence[str]) -> dict[str, int]:
    wanted = {"id": "id", "zh": "中文", "en": "english", "check": "check"}
    folded = [name.strip().casefold() for name in names]
    found = {key: folded.index(name) for key, name in wanted.items() if name in folded}
    if "id" not in found or not {"zh", "en"} & found.keys():
        raise Invalid(Problem("file", "no_translations"))
    return found


def _cell(cells: Sequence[Any], at: int | None) -> str:
    return "" if at is None or at >= len(cells) or cells[at] is None else str(cells[at]).strip()
