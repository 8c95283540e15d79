"""The old Excel file, read only: it has no directory to check, so a size cap and the child process are its guard."""

from __future__ import annotations

from runtime.exchange import sniff
from runtime.exchange.formats.xlsx import Workbook
from runtime.exchange.limits import CONTENTS, refuse
from runtime.words import Words


class Xls(Workbook):
    """The workbook of Excel 97 to 2003."""

    name = "xls"
    label = Words("旧版 Excel 工作簿 (.xls)", "Old Excel workbook (.xls)")
    extensions = (".xls",)
    mime = "application/vnd.ms-excel"

    def sniff(self, head: bytes, name: str) -> bool:
        """The container also holds documents, and the new workbook when it has a password."""
        if not head.startswith(sniff.COMPOUND):
            return False
        if _entry("EncryptedPackage") in head:
            refuse("file_password")
        if _entry("WordDocument") in head or _entry("PowerPoint Document") in head:
            refuse("file_not_spreadsheet", what=CONTENTS["document"])
        return True


def _entry(name: str) -> bytes:
    """How a name stands in the container's directory."""
    return name.encode("utf-16-le")
