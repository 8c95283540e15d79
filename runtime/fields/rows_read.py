"""Rows of a sub-form out of what was typed or sent: each cell by its own type, each fault at its own cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from runtime.fields.base import FieldType, Names, Refused, Settings
from runtime.fields.typed import blank, clean, short
from runtime.words import LANGUAGES

ID = "$id"
Row = dict[str, Any]


class Inner(Protocol):
    """A field inside the rows, as `runtime.definitions.form.Field` has it."""

    @property
    def key(self) -> str: ...
    @property
    def type(self) -> FieldType: ...
    @property
    def label(self) -> Mapping[str, str]: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def required(self) -> bool: ...
    @property
    def retired(self) -> bool: ...
    @property
    def default(self) -> Any: ...


class CellsRefused(Refused):
    """Some cells are no values; `cells` has each as (row from 0, field, what is wrong with it)."""

    def __init__(self, cells: Sequence[tuple[int, Inner, Refused]]) -> None:
        super().__init__("rows_wrong", n=len(cells), row=cells[0][0] + 1)
        self.cells = tuple(cells)


def filled(rows: Sequence[Any], fields: Sequence[Inner]) -> list[Any]:
    """The rows that say something: one in which every cell is blank (and no tick is set) was only begun."""
    keys = [field.key for field in fields]
    return [row for row in rows if not isinstance(row, Mapping) or any(_said(row.get(key)) for key in keys)
            or row.keys() - {*keys, ID}]


def _said(cell: Any) -> bool:
    return cell is not False and not blank(cell)


def read(rows: Sequence[Any], fields: Sequence[Inner], names: Names) -> list[Row]:
    """Every row as values; raises CellsRefused with all that is wrong, or Refused where a row is no row."""
    made: list[Row] = []
    wrong: list[tuple[int, Inner, Refused]] = []
    by_key = {field.key: field for field in fields}
    for at, row in enumerate(filled(rows, fields)):
        if not isinstance(row, Mapping) or not all(isinstance(key, str) for key in row):
            raise Refused("rows_not_rows")
        for key in row.keys() - by_key.keys() - {ID}:
            raise Refused("rows_no_field", text=short(key), row=at + 1)
        number = row.get(ID)
        one: Row = {ID: number} if type(number) is int and 0 < number < 2**53 else {}
        for field in fields:
            try:
                value = field.type.parse(row.get(field.key), field.settings, names)
                if value is None and field.required:
                    raise Refused("blank", field=field.label)
            except Refused as refused:
                wrong.append((at, field, refused))
                continue
            if value is not None:
                one[field.key] = value
        made.append(one)
    if wrong:
        raise CellsRefused(wrong)
    return made


def cell(rows: Sequence[Row], fields: Sequence[Inner], names: Names) -> str:
    """All rows as one text: a line of names, then a line for each row, with commas between the cells."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_head(field, names.lang) for field in fields])
    for row in rows:
        writer.writerow([_text(field, row.get(field.key), names) for field in fields])
    return out.getvalue().rstrip("\n")


def _head(field: Inner, lang: str) -> str:
    return field.label.get(lang) or next(iter(field.label.values()), field.key)


def _text(field: Inner, value: Any, names: Names) -> str:
    made = field.type.to_cell(value, field.settings, names) if value is not None else ""
    return made if isinstance(made, str) else str(field.type.typed(value, field.settings, names))


def from_text(text: str, fields: Sequence[Inner]) -> list[Any]:
    """The rows of a text that `cell` or a JSON writer made, each cell still as it was written."""
    text = clean(text, lines=True)
    if not text:
        return []
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise Refused("rows_not_read", text=short(text)) from None
        if not isinstance(found, list):
            raise Refused("rows_not_read", text=short(text))
        return found
    try:
        lines = list(csv.reader(io.StringIO(text)))
    except csv.Error:
        raise Refused("rows_not_read", text=short(text)) from None
    keys = [_named(head, fields) for head in (lines[0] if lines else [""])]
    if None in keys or len(set(keys)) < len(keys) or len(lines) < 2:
        raise Refused("rows_not_read", text=short(text))
    return [dict(zip([key for key in keys if key], line, strict=False)) for line in lines[1:]]


def _named(head: str, fields: Sequence[Inner]) -> str | None:
    names = {name: field.key for field in fields for name in _names(field)}
    return names.get(clean(head).casefold())


def _names(field: Inner) -> Iterator[str]:
    yield field.key
    yield from (field.label[lang].strip().casefold() for lang in LANGUAGES if field.label.get(lang))
