"""Excel workbooks: checked and read in a child process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runtime.exchange import child, sniff
from runtime.exchange.formats.base import Cell, FileFormat, Look, Options, Writer
from runtime.exchange.workbook_writer import write_xlsx
from runtime.words import Words


class Workbook(FileFormat):
    """What both kinds of Excel file share: a child process reads them."""

    def look(self, path: Path, options: Options) -> Look:
        found = child.look(path, self.name, options.sheet)
        return Look(found["sheets"], found["head"], found["total"], True, found["sheet"])

    def rows(self, path: Path, look: Look) -> Iterator[list[Cell]]:
        return child.rows(path, self.name, look.sheet)


class Xlsx(Workbook):
    """The workbook of today."""

    name = "xlsx"
    label = Words("Excel 工作簿 (.xlsx)", "Excel workbook (.xlsx)")
    extensions = (".xlsx", ".xlsm")
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def sniff(self, head: bytes, name: str) -> bool:
        return head.startswith(sniff.ZIP)

    @property
    def writer(self) -> Writer:
        return write_xlsx
