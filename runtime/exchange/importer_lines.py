"""Rows of a list read into entries: cells by the plan, names looked up for a whole chunk at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.exchange.cells import unguard
from runtime.exchange.formats.base import Cell
from runtime.exchange.importer_names import ImportNames
from runtime.exchange.plan import Plan, takers
from runtime.exchange.reading import Row
from runtime.fields.base import Refused
from runtime.fields.typed import apart, cell_text
from runtime.fold import fold
from runtime.groups.code_reading import mistyped
from runtime.records import known
from runtime.records.entry import CellReader, Entry
from runtime.storage.live import LiveApp, LiveForm


@dataclass(slots=True)
class Line:
    """One row as an entry. `key` is what its key field holds; `record` the record it updates; `problems` stop it."""

    row: Row
    entry: Entry
    key: Any = None
    record: int | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


class LineReader:
    """Reads chunks of rows by one plan; `text` says that the file is text, where a guarded cell has an apostrophe."""

    def __init__(self, live: LiveForm, plan: Plan, names: ImportNames, *, text: bool) -> None:
        self.live, self.plan, self.names, self.text = live, plan, names, text
        able = takers(live)
        self.columns = [(column, able[key]) for column, key in plan.columns.items() if key in able]
        self.typed = [(column, item) for column, item in self.columns if not item.type.readonly]
        self.key = next(((column, item) for column, item in self.columns if item.key == plan.key), None)
        self.cells = CellReader(live.form, [item.key for _, item in self.typed], names)
        self.instead = {
            key: {fold(said): text for said, text in texts.items()} for key, texts in plan.values.items() if texts
        }

    def read(self, rows: Sequence[Row]) -> list[Line]:
        """The lines of a chunk; what cannot be stored carries its problems."""
        self._prime(rows)
        self.cells.forget()
        return [self._line(row) for row in rows]

    def cell(self, row: Row, column: int, key: str) -> Cell:
        """One cell as the plan wants it read."""
        cell = row.cells[column]
        if self.text and type(cell) is str and cell[:1] == "'":
            cell = unguard(cell)
        instead = self.instead.get(key)
        if instead is not None and cell is not None:
            return instead.get(fold(str(cell_text(cell))), cell)
        return cell

    def _prime(self, rows: Iterable[Row]) -> None:
        for column, item in self.typed:
            if item.far and item.far in self.names.app.forms:
                texts = {str(cell_text(cell)) for row in rows if (cell := self.cell(row, column, item.key)) is not None}
                several = {part for text in texts for part in apart(text, lambda _: False)} if item.type.many else set[str]()
                self.names.prime_found(item.far, texts | several)

    def _line(self, row: Row) -> Line:
        typed = {item.key: self.cell(row, column, item.key) for column, item in self.typed}
        entry = self.cells.read(typed)
        line = Line(row, entry)
        if entry.problems:
            self._forgive(entry)
            line.problems = [problem for problem in entry.problems if problem.severity == "error"]
        if self.key is not None:
            line.key = self._key(row, line)
        return line

    def _forgive(self, entry: Entry) -> None:
        """Leave out what cannot be read where the person said so, unless the field must be filled."""
        kept = []
        for problem in entry.problems:
            item = self.live.form.fields.get(problem.path)
            if item is None or problem.path not in self.plan.lenient or problem.code == "blank" or item.required:
                kept.append(problem)
            else:
                entry.values[problem.path] = None
        entry.problems = kept

    def _key(self, row: Row, line: Line) -> Any:
        """What the key field would hold for this row, in the form in which equal values are equal."""
        assert self.key is not None
        column, item = self.key
        if not item.type.readonly:
            value = line.entry.values.get(item.key)
        else:
            try:
                value = item.type.from_cell(self.cell(row, column, item.key), item.settings, self.names)
            except Refused as refused:
                line.problems.append(Problem(item.key, refused.code, {"field": item.label, **refused.params}))
                return None
        if value is None:
            return None
        name = self.live.tables.names[item.key]
        return item.type.store(name, value, item.settings)[self.live.tables.compared(item.key).name]


def find_existing(conn: Connection, app: LiveApp, live: LiveForm, plan: Plan, lines: Sequence[Line]) -> None:
    """Say of each line which record it updates: one query for the chunk. More than one record is a problem."""
    if not plan.key:
        return
    item = live.form.fields[plan.key]
    keys = sorted({line.key for line in lines if line.key is not None})
    fits = known.by_key(conn, live, plan.key, keys) if keys else {}
    for line in lines:
        found = fits.get(line.key, set()) if line.key is not None else set()
        line.record = next(iter(found)) if len(found) == 1 else None
        if len(found) > 1:
            line.problems.append(Problem(plan.key, "import_key_several", {"field": item.label, "count": len(found)}))
        elif not found and line.key is not None and item.type.readonly:
            line.problems.append(_unknown(app, live, item, str(line.key)))
        if line.record is not None:
            line.problems = [problem for problem in line.problems if _stands(plan, problem)]


def _unknown(app: LiveApp, live: LiveForm, item: Field, text: str) -> Problem:
    """Nobody has this code or number; a code whose check sign does not fit was typed wrong."""
    if item.type.coded and mistyped(app, live.key, text):
        return Problem(item.key, "code_mistyped", {"text": text.upper()})
    return Problem(item.key, "import_key_unknown", {"field": item.label})


def _stands(plan: Plan, problem: Problem) -> bool:
    """A record that is there needs no column for what it already has."""
    return problem.code != "blank" or (problem.path in plan.fields and plan.existing == "clear")


def as_change(line: Line, plan: Plan) -> Entry:
    """What a line changes in its record: the mapped fields, blank ones only where blanks are to clear."""
    entry = line.entry
    values = {
        key: entry.values[key]
        for key in plan.fields
        if key in entry.values and (entry.values[key] is not None or plan.existing == "clear")
    }
    return Entry(entry.form, values, entry.typed, list(line.problems))
