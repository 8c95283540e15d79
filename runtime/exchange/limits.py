"""What a file may be at most, and how one that is no list is refused."""

from __future__ import annotations

from typing import NoReturn

from runtime.errors import Invalid, Problem
from runtime.words import Words

MAX_UPLOAD = 100 * 1024 * 1024  # bytes of a file that is sent to us
MAX_ROWS = 1_048_576  # rows of one sheet, the most a spreadsheet program can show
MAX_COLUMNS = 500
MAX_CELL = 32_767  # characters in one cell, the most a spreadsheet program can hold
MAX_LINE = 1 << 22  # characters in one line of a text file
HEAD_ROWS = 100  # rows looked at to find the column names and for the preview

# What else may be inside a file that was sent as a spreadsheet.
CONTENTS = {
    "picture": Words("图片", "a picture"),
    "pdf": Words("PDF 文档", "a PDF document"),
    "archive": Words("压缩包", "an archive"),
    "document": Words("文档", "a document"),
    "program": Words("程序", "a program"),
    "media": Words("音频或视频", "sound or video"),
    "database": Words("数据库", "a database"),
    "bytes": Words("不是文字的内容", "something that is not text"),
}


def refuse(code: str, **params: object) -> NoReturn:
    """Say why the file is not read."""
    raise Invalid(Problem("file", code, params))
