"""What people type, made readable: blank or not, full-width or not, one line or many, one thing or several."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from runtime.fields.base import Refused

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_WIDE = re.compile("[\uff01-\uff5e\u3000\uffe5]")
# What no spreadsheet and no PostgreSQL text can hold, and no eye can see.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_BREAKS = re.compile(r"[\r\n\t\x0b\x0c\x85\u2028\u2029]+")
_SEPARATORS = ("|", "\n", ";；", "、", ",，", "/")


def blank(value: Any) -> bool:
    """Missing, null, "", only spaces, or an empty list; 0 and false are not blank."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as their ordinary selves, without outer spaces."""
    return (text.translate(_NARROW) if _WIDE.search(text) else text).strip()


def clean(text: str, lines: bool = False) -> str:
    """The text without unseen characters and outer spaces; in one line unless lines are kept."""
    if text.isascii() and text.isprintable():
        return text.strip()
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused("unreadable_text") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n") if lines else _BREAKS.sub(" ", text)
    return _UNSEEN.sub("", text).strip()


def written(typed: Any, code: str) -> str:
    """Typed text that must be text, cleaned and made narrow; anything else is refused with the code."""
    if not isinstance(typed, str):
        raise Refused(code, text=short(typed))
    return narrow(clean(typed))


def short(typed: Any) -> str:
    """What was typed, short enough to stand in a sentence."""
    text = typed if isinstance(typed, str) else repr(typed) if isinstance(typed, (int, float)) else type(typed).__name__
    text = clean(text.encode(errors="replace").decode())
    return text if len(text) <= 30 else f"{text[:29]}…"


def cell_text(cell: Any) -> Any:
    """A spreadsheet cell as the text a person saw: a number that is a name loses its `.0`."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, (int, Decimal)) else cell


def apart(text: str, known: Callable[[str], bool], level: int = 0) -> list[str]:
    """Several things typed in one text; a thing that is known is never cut at a separator inside it."""
    text = text.strip()
    if not text:
        return []
    if level == len(_SEPARATORS) or known(text):
        return [text]
    parts = re.split(f"[{re.escape(_SEPARATORS[level])}]", text)
    return [thing for part in parts for thing in apart(part, known, level + 1)]


def together(texts: list[str], lang: str) -> str:
    """Several things as one text that `apart` can take apart again."""
    if any(sign in text for text in texts for sign in "".join(_SEPARATORS)):
        return "|".join(texts)
    return ("、" if lang == "zh" else ", ").join(texts)
