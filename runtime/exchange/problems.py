"""The rows that stay out: counted by kind for the screen, and kept on disk until they go back as a workbook."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.errors import Problem
from runtime.exchange.formats.base import Cell
from runtime.exchange.importer_lines import Line, LineReader
from runtime.exchange.problem_rows import write_problem_rows
from runtime.exchange.reading import Reading
from runtime.fields.base import Refused
from runtime.fields.typed import cell_text, short
from runtime.messages import say

SHOWN = 3
LISTED = 200
TEXTS = 60


@dataclass
class Kind:
    """One kind of problem of one field: how often, where, and the cells at fault."""

    problem: Problem
    count: int = 0
    rows: list[int] = field(default_factory=list)
    samples: list[tuple[int, str]] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)

    def add(self, row: int, text: str) -> None:
        self.count += 1
        if len(self.rows) < LISTED:
            self.rows.append(row)
        if len(self.samples) < SHOWN and text not in (said for _, said in self.samples):
            self.samples.append((row, text))
        if text in self.texts or len(self.texts) < TEXTS:
            self.texts[text] = self.texts.get(text, 0) + 1

    def to_json(self) -> dict[str, Any]:
        params = {key: value for key, value in self.problem.params.items() if isinstance(value, str | int | dict)}
        return {
            "field": self.problem.path,
            "code": self.problem.code,
            "params": params,
            "count": self.count,
            "rows": self.rows,
            "samples": self.samples,
            "texts": self.texts,
        }


class Tally:
    """Counts the problems of a whole list by field and code, and the values of its choice columns."""

    def __init__(self, reader: LineReader) -> None:
        self.reader = reader
        self.columns = {item.key: column for column, item in reader.columns}
        self.kinds: dict[tuple[str, str], Kind] = {}
        self.values: dict[str, dict[str, int]] = {item.key: {} for _, item in reader.columns if item.options}

    def add(self, line: Line) -> None:
        """Count one line."""
        for key in self.values:
            self._value(key, line)
        for problem in line.problems:
            code = problem.code.removesuffix("_near")
            kind = self.kinds.setdefault((problem.path, code), Kind(problem))
            kind.add(line.row.number, self.text(line, problem.path))

    def _value(self, key: str, line: Line) -> None:
        text = self.text(line, key)
        counted = self.values[key]
        if text and (text in counted or len(counted) < TEXTS):
            counted[text] = counted.get(text, 0) + 1

    def text(self, line: Line, key: str) -> str:
        """The cell of a field as the list has it."""
        column = self.columns.get(key)
        cell = line.row.cells[column] if column is not None else None
        return "" if cell is None else short(str(cell_text(cell)))

    def to_json(self) -> dict[str, Any]:
        """The kinds, the most frequent first, and by choice field its texts with their counts and what they mean."""
        kinds = sorted(self.kinds.values(), key=lambda kind: -kind.count)
        values = {
            key: [[text, n, self._means(key, text)] for text, n in sorted(counted.items(), key=lambda pair: -pair[1])]
            for key, counted in self.values.items()
        }
        return {"kinds": [kind.to_json() for kind in kinds], "values": values}

    def _means(self, key: str, text: str) -> Any:
        """The value a text is read as; None when it is none."""
        item = self.reader.live.form.fields[key]
        try:
            return item.type.from_cell(text, item.settings, self.reader.names)
        except Refused:
            return None


class BadRows:
    """The numbers and reasons of rows that stay out, appended chunk by chunk.

    A chunk whose transaction was lost is cut off again: `size` after each chunk is part of the job's checkpoint.
    """

    def __init__(self, path: Path, size: int, lang: str) -> None:
        self.path, self.size, self.lang = path, size, lang
        with path.open("ab") as file:
            file.truncate(size)

    def add(self, lines: Iterable[Line]) -> None:
        """Keep lines so that they survive the process; before the chunk they belong to is stored."""
        text = "".join(json.dumps([line.row.number, self.reason(line)], ensure_ascii=False) + "\n" for line in lines)
        if not text:
            return
        with self.path.open("ab") as file:
            file.truncate(self.size)
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
            self.size = file.tell()

    def reason(self, line: Line) -> str:
        """Every problem of a line as one text, each sentence once."""
        return " ".join(dict.fromkeys(say(problem, self.lang) for problem in line.problems))

    def kept(self) -> Iterator[tuple[int, str]]:
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                number, reason = json.loads(line)
                yield number, reason

    def write_workbook(self, path: Path, reading: Reading) -> int:
        """The rows as the list had them, each with its reason in the last column."""
        return write_problem_rows(path, reading.columns, self._joined(reading), self.lang)

    def _joined(self, reading: Reading) -> Iterator[tuple[Sequence[Cell], str]]:
        kept = self.kept()
        wanted = next(kept, None)
        for row in reading.rows():
            if wanted is None:
                return
            if row.number == wanted[0]:
                yield row.cells, wanted[1]
                wanted = next(kept, None)
