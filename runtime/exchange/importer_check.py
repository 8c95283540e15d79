"""A look through a whole list before anything is stored: what could go in, what is there already, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.exchange.importer_lines import Line, LineReader, find_existing
from runtime.exchange.importer_store import made_links, mark_hidden, verify
from runtime.exchange.problems import Tally
from runtime.exchange.reading import Row
from runtime.fold import fold
from runtime.records.act import Act


class Look:
    """Adds up chunk after chunk. Rows that repeat the key of an earlier row count as updates of it."""

    def __init__(self, act: Act, reader: LineReader) -> None:
        self.act, self.reader, self.live, self.plan = act, reader, reader.live, reader.plan
        self.tally = Tally(reader)
        self.rows = self.bad = self.existing = self.ready = 0
        self._keys: set[Any] = set()
        self._made: dict[str, set[str]] = {}
        self._once: dict[str, dict[Any, int]] = {
            key: {} for key, item in self.live.form.live_fields.items()
            if item.unique == "block" and key in self.plan.fields and key != self.plan.key
        }  # fmt: skip

    def add(self, rows: Sequence[Row]) -> list[Line]:
        """Count a chunk; gives the lines that would stay out."""
        self.reader.names.begin(self.act.conn)
        lines = self.reader.read(rows)
        find_existing(self.act.conn, self.act.app, self.live, self.plan, lines)
        mark_hidden(self.act, self.live, [line for line in lines if line.record is not None], self.plan)
        for line, problems in zip(lines, self._verified(lines), strict=True):
            line.problems += problems
            self._count(line)
        self.rows += len(rows)
        return [line for line in lines if not line.ok]

    def _verified(self, lines: Sequence[Line]) -> list[list[Problem]]:
        """The words of the database; a value given twice in the list is ours to notice, over all chunks."""
        found = verify(self.act, self.live, self.plan, self.reader.names, lines)
        return [[p for p in problems if p.path != self.plan.key or p.code != "not_unique"] for problems in found]

    def _count(self, line: Line) -> None:
        known = line.record is not None or (line.key is not None and line.key in self._keys)
        for key in self._once:
            if line.ok and not known:
                self._only_once(self.live.form.fields[key], line)
        if line.key is not None:
            self._keys.add(line.key)
        self.tally.add(line)
        self.bad += not line.ok
        self.existing += line.ok and known
        self.ready += line.ok and not known
        for key in made_links(self.live, self.reader.names) if line.ok else ():
            missing = self.reader.names.pending.get(line.entry.values.get(key) or 0)
            if missing:
                self._made.setdefault(missing[0], set()).add(fold(missing[1]))

    def _only_once(self, item: Field, line: Line) -> None:
        value = line.entry.values.get(item.key)
        if value is None:
            return
        name = self.live.tables.names[item.key]
        stored = item.type.store(name, value, item.settings)[self.live.tables.compared(item.key).name]
        first = self._once[item.key].setdefault(stored, line.row.number)
        if first != line.row.number:
            shown = item.type.show(value, item.settings, self.reader.names)
            line.problems.append(Problem(item.key, "import_twice", {"field": item.label, "value": shown, "row": first}))

    def counts(self) -> dict[str, Any]:
        """How far it is, for the person who waits."""
        return {"ready": self.ready, "bad": self.bad, "existing": self.existing}

    def result(self) -> dict[str, Any]:
        """Everything the screen shows once the whole list has been read."""
        made = {form: len(texts) for form, texts in self._made.items()}
        return {"rows": self.rows, **self.counts(), "made": made, **self.tally.to_json()}
