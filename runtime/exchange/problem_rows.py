"""The rows that could not go in, as a workbook: the person's own columns, and why in the last one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from runtime.exchange.formats.base import Cell
from runtime.exchange.workbook_writer import write_xlsx
from runtime.words import Words

REASON = Words("原因", "Reason")


def write_problem_rows(
    path: Path, columns: Sequence[str], rows: Iterable[tuple[Sequence[Cell], str]], lang: str
) -> int:
    """Write rows with their reasons, each cell of its kind, so that the mended file imports like the first."""

    def lines() -> Iterator[Sequence[Cell]]:
        for cells, reason in rows:
            yield [*cells[: len(columns)], *[None] * (len(columns) - len(cells)), reason]

    return write_xlsx(path, [*columns, REASON.say(lang)], lines())
