"""How one value is written into a cell so that a spreadsheet program neither runs it nor bends it."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time
from decimal import Decimal

from runtime.exchange.formats.base import Cell
from runtime.exchange.limits import MAX_CELL

EXACT_DIGITS = 15  # a spreadsheet number keeps no more
EXACT_BELOW = 1_000_000_000_000_000
_RISKY = "=+-@\t\r\n＝＋－＠"  # what makes a spreadsheet program see a formula, in Chinese typing too
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_UNWRITABLE = re.compile("[\0\ud800-\udfff\ufffe\uffff]")


def _runs(text: str) -> bool:
    """Whether a spreadsheet program may run a text; a signed number (a phone, a loss) is only a number."""
    return text[:1] in _RISKY and bool(text) and not _NUMBER.fullmatch(text)


def guard(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet program could run it."""
    return f"'{text}" if _runs(text.lstrip("'")) else text


def unguard(text: str) -> str:
    """The exact inverse of `guard`, for a file that is known to be ours."""
    return text[1:] if text[:1] == "'" and _runs(text.lstrip("'")) else text


def csv_cell(cell: Cell) -> str:
    """A value as text in a text file."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard(cell.replace("\0", ""))
    return plain_text(cell)


def plain_text(cell: Cell) -> str:
    """A value as text without a notation that people do not read (no exponents, no T between day and time)."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, (float, Decimal)):
        return format(Decimal(repr(cell)) if isinstance(cell, float) else cell, "f") if math.isfinite(cell) else ""
    return str(cell)


def workbook_text(text: str) -> str:
    """A text that fits into one cell of a workbook: what XML cannot hold is left out, what is too long is cut off."""
    clean = _UNWRITABLE.sub("", text)
    return clean if len(clean) <= MAX_CELL else clean[: MAX_CELL - 1] + "…"


def is_exact(number: int | float | Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if isinstance(number, int):
        return abs(number) < EXACT_BELOW
    if isinstance(number, float):
        return math.isfinite(number)
    return bool(number.is_finite()) and len(number.normalize().as_tuple().digits) <= EXACT_DIGITS
