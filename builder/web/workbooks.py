"""A small workbook made for whoever asks: written in the scratch folder, sent in one piece, nothing of it left open or behind."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Response, send_file

from runtime.web import here

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(name: str, write: Callable[[Path], object]) -> Response:
    """What `write` puts into a file, as a download of that name."""
    with tempfile.TemporaryDirectory(dir=here.fenzu().config.scratch) as folder:
        path = Path(folder) / "made.xlsx"
        write(path)
        return send_file(io.BytesIO(path.read_bytes()), XLSX, as_attachment=True, download_name=name)
