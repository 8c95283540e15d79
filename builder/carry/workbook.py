"""The sheets of an XLSForm as text, read by our own careful reader, with the address of every cell kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.exchange.formats import recognise
from runtime.exchange.formats.base import Look, Options
from runtime.exchange.preflight import check_size
from runtime.exchange.reading import letters

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
MOST_ROWS, MOST_COLUMNS = 20_000, 200


@dataclass
class Sheet:
    """One sheet: its columns' names, and its rows by number; `name` as the person wrote it."""

    name: str
    header: list[str | None]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    header_row: int = 1

    def cell(self, row: int, *columns: str) -> str:
        """The address of a row's cell in the first of some columns that the sheet has."""
        return f"{self.name}!{self.column(*columns)}{row}"

    def column(self, *columns: str) -> str:
        """The letters over a column; the first one's where the sheet has none of them."""
        plain = [_plain(name or "") for name in self.header]
        at = next((plain.index(name) for name in map(_plain, columns) if name in plain), 0)
        return letters(at + 1)


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "_", name.strip().casefold().replace("::", ":"))


@dataclass
class Workbook:
    """All sheets of a file that belong to a form."""

    names: list[str]
    sheets: dict[str, Sheet]

    def data(self) -> dict[str, Any]:
        """The sheets as pyxform takes them."""
        made: dict[str, Any] = {"sheet_names": self.names}
        for name, sheet in self.sheets.items():
            made[name] = [row for _number, row in sheet.rows]
            made[f"{name}_header"] = [{name: None for name in sheet.header if name}]
        return made


def names_of(path: Path, name: str) -> list[str]:
    """The sheets of a workbook; none for any other list."""
    check_size(path)
    form = recognise(path, name)
    return [] if form.name == "csv" else form.sheets(path)


def is_form(path: Path, name: str, names: Sequence[str]) -> bool:
    """Whether a workbook is an XLSForm: by its sheets, or a single sheet by its first row."""
    if any(sheet.strip().casefold() == "survey" for sheet in names):
        return True
    head = recognise(path, name).look(path, Options(sheet=names[0])).head[:1] if len(names) == 1 else []
    first = {_plain(_text(cell)).partition(":")[0] for row in head for cell in row}
    return {"type", "name"} <= first


def read(path: Path, name: str, names: Sequence[str]) -> Workbook:
    """All sheets of a form as text; raises Invalid."""
    book = Workbook(list(names), {})
    for sheet in names:
        key = sheet.strip().casefold() if len(names) > 1 else "survey"
        if key in SHEETS and key not in book.sheets:
            book.sheets[key] = _sheet(path, name, sheet)
    return book


def _sheet(path: Path, name: str, sheet: str) -> Sheet:
    form, look = recognise(path, name), Look([sheet], [], 0, sheet=sheet)
    made: Sheet | None = None
    for number, cells in enumerate(form.rows(path, look), 1):
        if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
            raise Invalid(Problem(f"{sheet}!A{number}", "xlsform_too_large", {"rows": MOST_ROWS, "columns": MOST_COLUMNS}))
        if made is None:
            made = Sheet(sheet, [_text(cell) or None for cell in cells])
            continue
        row = {made.header[at]: text for at, cell in enumerate(cells[: len(made.header)]) if (text := _text(cell))}
        made.rows.append((number, {key: text for key, text in row.items() if key}))
    return made or Sheet(sheet, [])


def _text(cell: Any) -> str:
    """A cell as the form's author typed it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat().replace("T00:00:00", "")
    return str(cell).replace("\xa0", " ").strip()
