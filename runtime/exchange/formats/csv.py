"""Text files with a delimiter: read in any encoding, written for spreadsheet programs (UTF-8 with a mark, commas).

A cell that a spreadsheet program would run as a formula is written with an apostrophe before it (`cells.guard`).
Reading takes nothing away: the apostrophe comes back, and an importer that knows the file to be ours may ask
`cells.unguard`, the exact inverse. NUL characters, which no database can hold, are left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from runtime.errors import Invalid, Problem
from runtime.exchange import sniff
from runtime.exchange.cells import csv_cell, guard
from runtime.exchange.formats.base import Cell, FileFormat, Look, Options, Writer
from runtime.exchange.limits import HEAD_ROWS, MAX_CELL, MAX_COLUMNS, MAX_ROWS, refuse
from runtime.exchange.textlines import count_lines, lines, sample
from runtime.words import Words

SAMPLE_CHARACTERS = 200_000


class Csv(FileFormat):
    """Comma-separated text and its relatives."""

    name = "csv"
    label = Words("文本表格 (.csv)", "Text table (.csv)")
    extensions = (".csv", ".tsv", ".txt")
    mime = "text/csv"

    def sniff(self, head: bytes, name: str) -> bool:
        return True

    def look(self, path: Path, options: Options) -> Look:
        head = sniff.head_of(path)
        found = sniff.find_decoding(path, head)
        if options.encoding:
            found = sniff.Decoding(options.encoding)
            if sniff.broken_in(path, options.encoding):
                raise Invalid(Problem("encoding", "encoding_mismatch", {"encoding": options.encoding}))
        delimiter = options.delimiter or sniff.find_delimiter(sample(path, found.encoding, SAMPLE_CHARACTERS))
        if len(delimiter) != 1 or delimiter in '\r\n"':
            raise Invalid(Problem("delimiter", "bad_delimiter"))
        errors = "replace" if found.broken else "strict"
        look = Look([""], [], 0, False, "", found.encoding, delimiter, errors, _notes(found))
        first = list(islice(self.rows(path, look), HEAD_ROWS + 1))
        few = len(first) <= HEAD_ROWS
        total = len(first) if few else max(len(first), count_lines(path))
        return Look([""], first[:HEAD_ROWS], total, few, "", found.encoding, delimiter, errors, look.notes)

    def rows(self, path: Path, look: Look) -> Iterator[list[Cell]]:
        reader = csv.reader(lines(path, look.encoding or "utf-8", look.errors), delimiter=look.delimiter or ",")
        number = 0
        try:
            for number, row in enumerate(reader, 1):
                if number > MAX_ROWS:
                    refuse("file_too_many_rows", limit=MAX_ROWS)
                if row and (len(row) > MAX_COLUMNS or len(max(row, key=len)) > MAX_CELL):
                    _refuse_row(number, row)
                yield row  # type: ignore[misc]
        except csv.Error:
            raise Invalid(Problem("file", "quote_left_open", {"row": number + 1})) from None
        except UnicodeError:
            raise Invalid(Problem("encoding", "encoding_mismatch", {"encoding": look.encoding})) from None

    @property
    def writer(self) -> Writer:
        return write_csv


def _refuse_row(number: int, row: list[str]) -> None:
    if len(row) > MAX_COLUMNS:
        refuse("file_too_many_columns", row=number, columns=len(row), limit=MAX_COLUMNS)
    column = max(range(len(row)), key=lambda i: len(row[i]))
    refuse("cell_too_long", row=number, column=column + 1, length=len(row[column]), limit=MAX_CELL)


def _notes(found: sniff.Decoding) -> list[Problem]:
    """What the person should look at in the preview."""
    if found.broken:
        return [Problem("encoding", "encoding_repaired", {"n": found.broken}, "warning")]
    if found.guessed:
        return [Problem("encoding", "encoding_guessed", {"encoding": found.encoding}, "warning")]
    return []


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], kinds: Sequence[str] = ()) -> int:
    """Write a list and say how many rows it has; `kinds` matters to workbooks only."""
    listed = 0
    with path.open("w", encoding="utf-8-sig", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guard(name.replace("\0", "")) for name in header])
        for row in rows:
            writer.writerow([csv_cell(cell) for cell in row])
            listed += 1
    return listed
