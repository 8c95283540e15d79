"""Spreadsheets are hostile until checked: what a zipped workbook would unpack to, before any reader opens it.

Everything is streamed with constant memory. What slips through (a lie this scan does not know) still meets the
memory limit of the child process that reads (`runtime.exchange.child`).
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from runtime.exchange.limits import CONTENTS, MAX_COLUMNS, MAX_ROWS, MAX_UPLOAD, refuse

MAX_UNZIPPED = 2 * 1024**3  # bytes of all parts together; 1,048,576 rows x 20 columns are about 1.1 GB
MAX_SHARED_STRINGS = 512 * 1024**2  # bytes; a reader holds them all in memory
MAX_RATIO = 200  # unpacked to packed; real sheets stay below 60
RATIO_FROM = 20 * 1024**2  # bytes from which the ratio counts; small parts may compress as they like
MAX_PARTS = 5_000
MAX_CELLS = 40_000_000  # rows x columns of the box around the cells that hold something
CHUNK = 1 << 20

_COLUMN = re.compile(rb"r\s*=\s*[\"']\s*([A-Za-z]+)\d")
_ROW = re.compile(rb"r\s*=\s*[\"']\s*[A-Za-z]*(\d+)")
# A cell that holds something: the next tag after it is neither another cell nor an end.
_VALUED = re.compile(rb"<(?:[\w.-]+:)?c\s[^<]*?\br\s*=\s*[\"']\s*([A-Za-z]+)(\d+)[^<]*<(?!(?:[\w.-]+:)?c[\s/>]|/)")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']+)""")


@dataclass(slots=True)
class Box:
    """How far the cells of one part reach; `far` is the address that reaches furthest."""

    rows: int = 0
    columns: int = 0
    far: str = ""

    def add(self, letters: bytes, row: int) -> None:
        """Make room for one cell."""
        column = column_number(letters)
        if column > self.columns or row > self.rows:
            self.far = f"{letters.decode().upper()}{row}"
        self.columns, self.rows = max(self.columns, column), max(self.rows, row)

    @property
    def fits(self) -> bool:
        return self.columns <= MAX_COLUMNS and self.rows <= MAX_ROWS and self.rows * self.columns <= MAX_CELLS


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA; anything longer than a real column is simply very far."""
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + letter - 64
    return number


def check_size(path: Path) -> None:
    """Refuse an empty file and one above the upload limit."""
    size = path.stat().st_size
    if size == 0:
        refuse("file_empty")
    if size > MAX_UPLOAD:
        refuse("file_too_big", size=size // 1024**2, limit=MAX_UPLOAD // 1024**2)


def preflight(path: Path) -> None:
    """Check a zipped workbook; raises Invalid with one clear problem when it must not be opened."""
    check_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive)
            for part in archive.infolist():
                _check_part(archive, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError):
        refuse("file_damaged")


def _check_directory(archive: zipfile.ZipFile) -> None:
    """What the zip directory promises: kind, sizes, ratios, methods, no name twice."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    _check_kind(archive, names)
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        refuse("file_damaged")
    if any(part.flag_bits & 1 for part in parts):
        refuse("file_password")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        refuse("file_damaged")
    _check_swelling(parts)


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    """A zip file is a workbook only when the parts of one are inside."""
    if "xl/workbook.bin" in names:
        refuse("file_other_workbook", what=".xlsb")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        refuse("file_other_workbook", what="Numbers")
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            if part.read(200).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                refuse("file_other_workbook", what=".ods")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        refuse("file_not_spreadsheet", what=CONTENTS["document" if "[Content_Types].xml" in names else "archive"])


def _check_swelling(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to far more than a person's list ever is."""
    total = sum(part.file_size for part in parts)
    shared = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    steep = any(p.file_size > RATIO_FROM and p.file_size > MAX_RATIO * max(p.compress_size, 1) for p in parts)
    if total > MAX_UNZIPPED or shared > MAX_SHARED_STRINGS or steep:
        limit = MAX_SHARED_STRINGS if shared > MAX_SHARED_STRINGS else MAX_UNZIPPED
        refuse("file_swollen", size=total // 1024**2, limit=min(limit, RATIO_FROM if steep else limit) // 1024**2)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Stream one part: no DTD, a known encoding, cells within bounds."""
    with archive.open(part) as stream:
        first = stream.read(4096)
        if first[:2] in (b"\xff\xfe", b"\xfe\xff") or first[:4] in (b"<\0?\0", b"\0<\0?"):
            refuse("file_damaged")
        text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text.startswith(b"<"):
            return
        declared = _DECLARED.match(text)
        if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
            refuse("file_damaged")
        if not _roughly(_blocks(first, stream)).fits:
            _check_valued(archive, part)


def _blocks(first: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """The part in pieces that overlap by its last two tags, so that no tag is cut for every reader of it."""
    block = first
    while more := stream.read(CHUNK):
        block += more
        if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
            refuse("file_declares_entities")
        yield block
        keep = block.rfind(b"<", 0, max(block.rfind(b"<"), 0))
        block = block[max(keep, len(block) - CHUNK, 0) :]
    if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        refuse("file_declares_entities")
    yield block


def _roughly(blocks: Iterator[bytes]) -> Box:
    """The box around everything that looks like a cell address: quick, and never too small."""
    box = Box()
    for block in blocks:
        columns = set(_COLUMN.findall(block))
        if columns:
            box.columns = max(box.columns, *map(column_number, columns))
            box.rows = max(box.rows, max(int(row[:9]) for row in set(_ROW.findall(block))))
    return box


def _check_valued(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """The exact box around the cells that hold something; a sheet formatted to its far end is no offence."""
    box = Box()
    with archive.open(part) as stream:
        for block in _blocks(b"", stream):
            for letters, row in _VALUED.findall(block):
                box.add(letters, int(row[:9]))
            if not box.fits:
                refuse("file_far_cell", cell=box.far[:16], rows=box.rows, columns=box.columns)
