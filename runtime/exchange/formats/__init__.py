"""The file formats lists come in from and go out to; to add one: a file here and a line below."""

from __future__ import annotations

from pathlib import Path

from runtime.exchange import sniff
from runtime.exchange.formats.base import FileFormat
from runtime.exchange.formats.csv import Csv
from runtime.exchange.formats.xls import Xls
from runtime.exchange.formats.xlsx import Xlsx
from runtime.registry import Registry

# In this order they are asked; text, which looks like anything, comes last.
FILE_FORMATS: Registry[FileFormat] = Registry("file format", Xlsx(), Xls(), Csv())


def recognise(path: Path, name: str) -> FileFormat:
    """The format of a file by its content, whatever it is called; raises Invalid when it is none of ours."""
    head = sniff.head_of(path)
    for form in FILE_FORMATS.values():
        if form.name != "csv" and form.sniff(head, name):
            return form
    sniff.check_no_other_kind(head, name)
    return FILE_FORMATS["csv"]
