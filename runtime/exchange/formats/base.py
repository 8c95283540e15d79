"""What every file format knows about itself; one subclass per file, listed in `FILE_FORMATS`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from runtime.errors import Problem
from runtime.words import Words

# What a reader gives: text stays text, numbers that are whole come as int, blank is "" (csv) or None (workbooks).
Cell = str | int | float | bool | date | datetime | time | Decimal | None
Writer = Callable[[Path, Sequence[str], Iterable[Sequence[Cell]], Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read; None is found out, a `header_row` of 0 means that there are no column names."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What a first look at a file found: how it reads, its first rows, how many there are (about, when not `exact`)."""

    sheets: list[str]
    head: list[list[Cell]]
    total: int
    exact: bool = True
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    errors: str = "strict"
    notes: list[Problem] = field(default_factory=list)


class FileFormat(ABC):
    """One kind of file that lists can come in from or go out to.

    `sniff` goes by content, never by the file's name alone.
    """

    name: ClassVar[str]
    label: ClassVar[Words]
    extensions: ClassVar[tuple[str, ...]]
    mime: ClassVar[str]

    @abstractmethod
    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the first bytes of a file look like this format."""

    @abstractmethod
    def look(self, path: Path, options: Options) -> Look:
        """Find out how the file reads; raises Invalid when it cannot be read."""

    @abstractmethod
    def rows(self, path: Path, look: Look) -> Iterator[list[Cell]]:
        """Every row of the sheet from its first, blank ones too, streamed; raises Invalid."""

    @property
    def writer(self) -> Writer | None:
        """Writes (path, header, rows, kinds of the columns) and gives the number of rows; None where we only read."""
        return None

    def sheets(self, path: Path) -> list[str]:
        """The names of the sheets in the file; a text file has one without a name."""
        return self.look(path, Options()).sheets
