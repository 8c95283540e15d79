"""What a file is by its content: its kind, a text file's encoding and delimiter, and the row with the column names."""

from __future__ import annotations

import codecs
import csv
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.exchange.limits import CONTENTS, refuse

HEAD_BYTES = 1 << 18
CHUNK = 1 << 20
ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of the old .xls, .doc and of encrypted workbooks
DELIMITERS = (",", ";", "\t", "|", "，")
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5", "cp1252")  # offered to the person
NAMES_LOOKED_AT = 30  # rows in which the column names are searched

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SIGNS = (
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"),
    (b"II*\0", "picture"), (b"MM\0*", "picture"), (b"%PDF", "pdf"), (b"{\\rtf", "document"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"PK", "archive"),
    (b"\x7fELF", "program"), (b"MZ\x90", "program"),
    (b"SQLite format 3", "database"), (b"ID3", "media"), (b"OggS", "media"), (b"RIFF", "media"),
)  # fmt: skip
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|table|meta)\b|\s*mime-version:", re.I | re.S)
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_COMMON_PAIR = re.compile(rb"[\xb0-\xd7\xa1-\xa3][\xa1-\xfe]")
_TRADITIONAL = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
_VALUE = re.compile(r"[-+(]?[\d\s.,:/年月日%¥$€()-]*\d[\d\s.,:/年月日%¥$€()-]*|[^@\s]+@[^@\s]+\.\w+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Decoding:
    """How the bytes of a text file become text; `broken` counts what is shown as �."""

    encoding: str
    guessed: bool = False
    broken: int = 0


def head_of(path: Path) -> bytes:
    """The first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def check_no_other_kind(head: bytes, name: str) -> None:
    """Refuse, with its name, what is certainly no spreadsheet whatever the file is called."""
    if not head.strip(b"\0\r\n\t "):
        refuse("file_empty")
    text = without_bom(head)
    extension = Path(name).suffix.lower() or ".xls"
    if _HTML.match(text[:4096]) or _HTML.match(text[:8192].replace(b"\0", b"")):
        refuse("file_html_table", extension=extension)
    if text.lstrip().startswith(b"<?xml"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
            refuse("file_other_workbook", what="XML 2003")
        refuse("file_not_spreadsheet", what=CONTENTS["document"])
    for sign, kind in _SIGNS:
        if head.startswith(sign) and (len(sign) > 2 or _binary(head)):
            refuse("file_not_spreadsheet", what=CONTENTS[kind])
    if text is head and _binary(head) and not wide(head):
        refuse("file_not_spreadsheet", what=CONTENTS["bytes"])


def without_bom(head: bytes) -> bytes:
    """The bytes after the mark that tells the encoding."""
    return next((head[len(mark) :] for mark, _ in _BOMS if head.startswith(mark)), head)


def _binary(head: bytes) -> bool:
    """Control characters beyond the ones in text; some NULs alone are a damaged text file."""
    sample = head[:8192]
    controls = sum(sample.count(bytes([code])) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
    return controls > max(2, len(sample) // 50) or sample.count(0) > len(sample) // 3


def wide(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when the bytes are two per character, by the mark or by where the zeros stand."""
    for mark, encoding in _BOMS[1:]:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(1, len(head) // 50) or max(even, odd) < 10 * min(even, odd):
        return None
    if max(even, odd) < 0.4 * len(head) and _is_utf8(head):
        return None  # some stray zeros in ordinary text
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def find_decoding(path: Path, head: bytes) -> Decoding:
    """The encoding of a text file: its mark, strict UTF-8, then GB18030 against all others."""
    if encoding := wide(head):
        return Decoding(encoding, broken=broken_in(path, encoding))
    bad = broken_in(path, "utf-8")
    if not bad or head.startswith(_BOMS[0][0]):
        return Decoding("utf-8", broken=bad)
    bad_gb = broken_in(path, "gb18030")
    if _chinese(head) and bad_gb <= bad:
        return Decoding("gb18030", broken=bad_gb)
    if bad * 20 < sum(byte > 127 for byte in head):
        return Decoding("utf-8", broken=bad)
    return _guess(path, head)


def _chinese(head: bytes) -> bool:
    """Whether the double bytes are mostly everyday characters; Western accents rarely pair up that way."""
    pairs = _PAIR.findall(head)
    high = len(re.findall(rb"[\x80-\xff]", head))
    common = sum(1 for pair in pairs if _COMMON_PAIR.fullmatch(pair))
    return bool(pairs) and common >= 0.6 * len(pairs) and 2 * common >= 0.6 * high


def _guess(path: Path, head: bytes) -> Decoding:
    """The last help: what the letters look like; Western where nothing speaks for more."""
    pairs = _PAIR.findall(head)
    if sum(1 for pair in pairs if _TRADITIONAL.fullmatch(pair)) >= 0.8 * len(pairs) > 0 and not broken_in(path, "big5"):
        return Decoding("big5", guessed=True)
    from charset_normalizer import from_bytes

    # Single accents between plain letters are Western; only a text of high bytes is worth a closer look.
    western = sum(byte > 127 for byte in head) < 0.3 * len(re.findall(rb"[A-Za-z\x80-\xff]", head))
    best = None if western else from_bytes(head[:32768]).best()
    for encoding in (best.encoding if best else "cp1252", "cp1252"):
        if not broken_in(path, encoding):
            return Decoding(encoding.replace("_", "-"), guessed=True)
    return Decoding("latin-1", guessed=True)


def broken_in(path: Path, encoding: str) -> int:
    """How many places of the file cannot be read in an encoding; raises Invalid for an encoding nobody knows."""
    try:
        "".encode(encoding)
        strict = codecs.getincrementaldecoder(encoding)("strict")
        with path.open("rb") as file:
            while block := file.read(CHUNK):
                strict.decode(block)
            strict.decode(b"", True)
        return 0
    except LookupError:
        raise Invalid(Problem("encoding", "encoding_unknown", {"encoding": encoding})) from None
    except UnicodeError:
        return _count_broken(path, encoding)


def _count_broken(path: Path, encoding: str) -> int:
    lenient = codecs.getincrementaldecoder(encoding)("replace")
    with path.open("rb") as file:
        found = sum(lenient.decode(block).count("\ufffd") for block in iter(lambda: file.read(CHUNK), b""))
        return max(1, found + lenient.decode(b"", True).count("\ufffd"))


def find_delimiter(text: str) -> str:
    """The delimiter that cuts most rows of the sample into the same number of cells, the most cells if several do."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:
        return text[4]
    scores = [(*_regularity(text, mark), mark) for mark in DELIMITERS]
    share, width, _ = best = max(scores, key=lambda score: score[:2])
    return best[2] if share > 0 and width > 1 else ","


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    """The share of rows (to a twentieth) with the most frequent width above 1, and that width; 0 when it is chance."""
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    try:
        widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error:
        return 0.0, 1
    counts = Counter(width for width in widths if width > 1)
    if not counts:
        return 0.0, 1
    width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    share = round(20 * times / len(widths)) / 20
    by_chance = widths[0] == 1 and share < 0.8
    return (share if share >= 0.3 and not (by_chance and share < 0.5) else 0.0), width


def find_header(head: Iterable[Sequence[Any]]) -> int:
    """The row (from 1) that looks like column names, past titles and blank rows; 0 when the list begins at once."""
    rows = [[cell for cell in row if cell not in (None, "") and str(cell).strip()] for row in head]
    widths = sorted(len(row) for row in rows if row)
    if not widths:
        return 0
    typical = widths[len(widths) // 2]
    for number, row in enumerate(rows[:NAMES_LOOKED_AT], 1):
        if len(row) >= max(1, math.ceil(0.6 * typical)):
            return number if _like_names(row) else 0
    return 0


def _like_names(row: list[Any]) -> bool:
    """Column names are short different texts; a few may look like values (years above all)."""
    texts = [str(cell).strip() for cell in row]
    values = sum(1 for text in texts[:1] + [t for t in texts[1:] if not _YEAR.fullmatch(t)] if _VALUE.fullmatch(text))
    differ = len(set(texts)) >= 0.6 * len(texts)
    return values <= 0.3 * len(texts) and differ and all(len(text) <= 120 for text in texts)
