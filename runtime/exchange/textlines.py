"""The lines of a text file in its encoding, streamed, never one without an end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runtime.errors import Invalid, Problem
from runtime.exchange.limits import MAX_LINE

CHUNK = 1 << 20


def lines(path: Path, encoding: str, errors: str = "strict") -> Iterator[str]:
    """The lines with their ends, without the encoding's mark and without NULs; one endless line is refused."""
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        if file.read(1) != "\ufeff":
            file.seek(0)
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            if len(line) >= MAX_LINE:
                raise Invalid(Problem("file", "line_too_long", {"row": number}))
            yield line.replace("\0", "") if "\0" in line else line


def sample(path: Path, encoding: str, characters: int) -> str:
    """The beginning of the file, whole lines of it where possible; broken characters do not matter here."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        text = file.read(characters).removeprefix("\ufeff").replace("\0", "")
    if len(text) < characters - 1:
        return text
    return text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text


def count_lines(path: Path) -> int:
    """About how many rows there are: line ends, also where they are two bytes wide or the old Macintosh kind."""
    feeds = returns = 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
            last = block[-2:]
    ends = feeds or returns
    return ends if last.strip(b"\0") in (b"\n", b"\r", b"\r\n") or b"\n" in last else ends + 1
