"""Excel workbooks written as a stream: constant memory, text kept text, nothing a program would run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from runtime.exchange.cells import is_exact, plain_text, workbook_text
from runtime.exchange.formats.base import Cell
from runtime.exchange.limits import MAX_ROWS

_WRITER = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
_WIDTHS = {"number": 12, "date": 12, "datetime": 19, "time": 10, "boolean": 8}
# The oldest day every spreadsheet program agrees on; older ones are written as text.
_FIRST_DAY = date(1900, 3, 1)


def write_xlsx(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], kinds: Sequence[str] = (), *,
    sheet: str = "", sheet_rows: int = MAX_ROWS,
) -> int:  # fmt: skip
    """Write a list with constant memory and say how many rows it has; what overflows a sheet goes on in the next.

    `kinds` are the fields' kinds (`FieldType.kind`), a column each: anything but number, date, datetime, time and boolean
    is text and stays text (codes, phones), also when typed over later. Missing kinds go by the value.
    """
    import xlsxwriter  # late: a server that writes no workbook goes without

    count = 0
    with xlsxwriter.Workbook(str(path), _WRITER) as book:
        pen = _Pen(book, header, kinds, sheet)
        for row in rows:
            if pen.line >= sheet_rows:
                pen.new_sheet()
            pen.write(row)
            count += 1
    return count


class _Pen:
    """Writes rows one below the other and starts new sheets."""

    def __init__(self, book: Any, header: Sequence[str], kinds: Sequence[str], name: str) -> None:
        self.book, self.header, self.kinds, self.name = book, header, kinds, name
        self.bold = book.add_format({"bold": True, "num_format": "@"})
        self.looks = {kind: book.add_format({"num_format": form}) for kind, form in (
            ("text", "@"), ("date", "yyyy-mm-dd"), ("datetime", "yyyy-mm-dd hh:mm:ss"), ("time", "hh:mm:ss"),
        )}  # fmt: skip
        self.number = 0
        self.new_sheet()

    def new_sheet(self) -> None:
        self.number += 1
        name = self.name and (self.name if self.number == 1 else f"{self.name[:27]} {self.number}")
        self.page = self.book.add_worksheet(name or None)
        self.page.freeze_panes(1, 0)
        for column in range(len(self.header)):
            kind = self.kinds[column] if column < len(self.kinds) else "number"
            self.page.set_column(column, column, _WIDTHS.get(kind, 20), None if kind in _WIDTHS else self.looks["text"])
            self.page.write_string(0, column, workbook_text(self.header[column]), self.bold)
        self.line = 1

    def write(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            if cell is not None and cell != "":
                self.put(column, cell, column < len(self.kinds) and self.kinds[column] not in _WIDTHS)
        self.line += 1

    def put(self, column: int, cell: Cell, as_text: bool) -> None:
        if isinstance(cell, bool) and not as_text:
            self.page.write_boolean(self.line, column, cell)
        elif isinstance(cell, (int, float, Decimal)) and not as_text and is_exact(cell):
            self.page.write_number(self.line, column, cell)
        elif isinstance(cell, time) or (isinstance(cell, date) and _day(cell) >= _FIRST_DAY):
            kind = "time" if isinstance(cell, time) else "datetime" if isinstance(cell, datetime) else "date"
            self.page.write_datetime(self.line, column, cell, self.looks[kind])
        else:
            text = cell if isinstance(cell, str) else plain_text(cell)
            self.page.write_string(self.line, column, workbook_text(text), self.looks["text"])


def _day(cell: date) -> date:
    return cell.date() if isinstance(cell, datetime) else cell
