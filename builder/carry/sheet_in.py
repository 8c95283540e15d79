"""A form from a spreadsheet's columns: a field for each, its type guessed from the values and left to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builder.carry.maker import Alone, Maker, Taken, said
from runtime.errors import Invalid, Problem
from runtime.exchange.reading import letters, open_reading
from runtime.fields import FIELD_TYPES
from runtime.fields.base import Refused
from runtime.fold import fold

LOOKED_AT = 200
# Guessed in this order: the first that takes every value; what nothing takes is text.
ORDER = ("yes_no", "email", "phone", "id_number", "company_code", "url", "date", "datetime", "percent", "number", "region")
PLAIN = ("text", "long_text")
MOST_CHOICES, LONGEST_CHOICE = 12, 30
LONG = 120
# Digits that are a name: a leading zero, or longer than any amount.
MOST_DIGITS = 12


def take(path: Path, name: str, taken: set[str], chosen: Mapping[str, str] | None = None) -> Taken:
    """A form from a list; `chosen` are types by field key that a person has confirmed. Raises Invalid."""
    reading = open_reading(path, name)
    if not any(reading.columns):
        raise Invalid(Problem("file", "no_form_file"))
    rows = [row.cells for row in reading.preview(LOOKED_AT)]
    maker = Maker("sheet", said(Path(name).stem.replace("_", " ")), taken)
    guesses: dict[str, Sequence[str]] = {}
    for at, title in enumerate(reading.columns):
        where = f"{letters(at + 1)}{reading.header_row or 1}"
        if not title:
            maker.note(where, "sheet_no_name")
            continue
        values = [row[at] for row in rows if at < len(row) and row[at] not in (None, "")]
        able = fitting(values)
        key = maker.field(able[0], said(title), where, title)
        if key:
            kind = (chosen or {}).get(key, able[0])
            kind = kind if kind in able else able[0]
            label = maker.body["properties"][key]["x-fenzu"]["label"]
            maker.body["properties"][key] = maker.node(kind, label, where, {"settings": _settings(maker, kind, values, where)})
            guesses[key] = able
    made = maker.done()
    return Taken(made.source, made.body, made.places, made.notes, guesses)


def fitting(values: Sequence[Any]) -> list[str]:
    """The types that take every value of a column, the likeliest first."""
    able = [name for name in ORDER if name in FIELD_TYPES and values and all(_takes(name, value) for value in values)]
    texts = [str(value) for value in values]
    few = {fold(text) for text in texts}
    repeated = 1 < len(few) <= MOST_CHOICES and len(texts) >= 2 * len(few) and max(map(len, texts)) <= LONGEST_CHOICE
    if repeated and not {"yes_no", "date", "number"} & set(able):
        able.insert(0, "choice")
    elif repeated:
        able.append("choice")
    if "number" in able:
        able.append("money")
    plain = list(PLAIN) if not any("\n" in text or len(text) > LONG for text in texts) else list(reversed(PLAIN))
    return [*able, *plain]


def _takes(name: str, value: Any) -> bool:
    """Whether a value is one of this type, and not merely a number that could be read as one."""
    kind = FIELD_TYPES[name]
    counted = isinstance(value, (int, float)) and not isinstance(value, bool)
    text = str(value).strip()
    if kind.kind == "number":
        plain = text.lstrip("-")
        if isinstance(value, bool) or (plain.isdigit() and (len(plain) > MOST_DIGITS or (plain[0] == "0" and len(plain) > 1))):
            return False
        if (name == "percent") != text.endswith("%"):
            return False
    elif (kind.kind == "boolean" and text.isdigit()) or (counted and kind.kind != "text"):
        return False
    try:
        return kind.from_cell(value, _defaults(name), Alone()) is not None
    except (Refused, ValueError, TypeError, AttributeError):
        return False


def _defaults(name: str) -> dict[str, Any]:
    made = {key: spec["default"] for key, spec in FIELD_TYPES[name].settings.items() if "default" in spec}
    return made | ({"decimals": 4} if "decimals" in made else {})


def _settings(maker: Maker, kind: str, values: Sequence[Any], where: str) -> dict[str, Any]:
    """What the values ask of the type: choices, decimals, room for the longest text."""
    settings, texts = FIELD_TYPES[kind].settings, [str(value) for value in values]
    if "options" in settings:
        firsts = {fold(text): text.strip() for text in reversed(texts)}
        return {"options": maker.options([(text, said(text)) for text in dict.fromkeys(firsts.values())], where)}
    if "decimals" in settings and "currency" not in settings:
        most = max((len(text.rstrip("%").rpartition(".")[2]) for text in texts if "." in text), default=0)
        return {"decimals": min(most, 4)}
    if "maxLength" in settings and texts:
        longest = max(map(len, texts))
        return {"maxLength": min(2 * longest, 2000)} if longest > settings["maxLength"]["default"] else {}
    return {}
