"""One uploaded list: how it reads, its column names, its rows; every guess can be overridden by the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from runtime.errors import Invalid, Problem
from runtime.exchange.formats import FILE_FORMATS, recognise
from runtime.exchange.formats.base import Cell, FileFormat, Look, Options
from runtime.exchange.limits import HEAD_ROWS, refuse
from runtime.exchange.preflight import check_size
from runtime.exchange.sniff import find_header


class Row(NamedTuple):
    """One row of the list with its number in the sheet, counted from 1 as people see it."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that can be read; `columns` are the names, without a header row the letters over the columns."""

    path: Path
    name: str
    format: FileFormat
    look: Look
    header_row: int
    columns: list[str]

    @property
    def options(self) -> Options:
        """How it reads, to be kept: opening the file with these again gives the same rows."""
        return Options(self.look.encoding or None, self.look.delimiter, self.look.sheet or None, self.header_row)

    @property
    def total(self) -> int:
        """How many data rows there are; an estimate for a long text file (`look.exact` says)."""
        return max(0, self.look.total - self.header_row)

    @property
    def notes(self) -> list[Problem]:
        """What the person should know before going on; warnings only."""
        empty = Problem("file", "file_no_rows", severity="warning")
        return [*self.look.notes, *([empty] if not self.preview(1) else [])]

    def preview(self, n: int = 20) -> list[Row]:
        """The first data rows."""
        whole = len(self.look.head) < HEAD_ROWS
        if whole or self.header_row + n <= len(self.look.head):
            return list(islice(self._number(iter(self.look.head)), n))
        return list(islice(self.rows(), n))

    def rows(self) -> Iterator[Row]:
        """All data rows, streamed; blank ones are passed over, short ones filled up to the width of the columns."""
        return self._number(self.format.rows(self.path, self.look))

    def _number(self, source: Iterator[list[Cell]]) -> Iterator[Row]:
        width, skip = len(self.columns), self.header_row
        for number, cells in enumerate(source, 1):
            if number <= skip or not any(cell is not None and cell != "" for cell in cells):
                continue
            if len(cells) < width:
                cells = cells + [None] * (width - len(cells))
            yield Row(number, cells)


def open_reading(path: Path, name: str, options: Options | None = None) -> Reading:
    """Look at an uploaded file; `name` is what the person calls it. Raises Invalid with a sentence for the person."""
    options = options or Options()
    check_size(path)
    form = recognise(path, name)
    look = form.look(path, options)
    header_row = find_header(look.head) if options.header_row is None else options.header_row
    columns = _columns(form, path, look, header_row)
    if not columns and options.sheet is None:
        refuse("file_empty")
    return Reading(path, name, form, look, header_row, columns)


def _columns(form: FileFormat, path: Path, look: Look, header_row: int) -> list[str]:
    """The names in the header row, as wide as the rows of the first look."""
    width = max((_filled(row) for row in look.head[header_row:]), default=0)
    if header_row == 0:
        return [letters(number) for number in range(1, width + 1)]
    rows = iter(look.head) if header_row <= len(look.head) else form.rows(path, look)
    header = next(islice(rows, header_row - 1, None), []) if header_row > 0 else []
    names = ["" if cell is None else " ".join(str(cell).split()) for cell in header[: _filled(header)]]
    if not any(names):
        raise Invalid(Problem("header_row", "no_such_header_row", {"row": header_row}))
    return names + [""] * (width - len(names))


def _filled(row: list[Cell]) -> int:
    """The width of a row without the blanks at its end."""
    return max((at for at, cell in enumerate(row, 1) if cell is not None and cell != ""), default=0)


def letters(number: int) -> str:
    """The letters over a column: 1 is A, 27 is AA."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


__all__ = ["FILE_FORMATS", "Options", "Reading", "Row", "letters", "open_reading"]
