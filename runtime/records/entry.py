"""What was typed into a form, read into values; it never raises for what a person typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.definitions.parts import dotted
from runtime.errors import Problem
from runtime.fields.base import Names, Refused
from runtime.fields.rows_read import CellsRefused

MISSING = object()
REMEMBERED = 5_000


@dataclass
class Entry:
    """One filled form: its values, what was typed, and what is wrong. Only `read` makes one."""

    form: Form
    values: dict[str, Any]
    typed: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    outcome: Any = None  # what the form's logic made of it (runtime.records.settled)

    @property
    def ok(self) -> bool:
        """Nothing but warnings stands against storing it."""
        return not any(problem.severity == "error" for problem in self.problems)

    def problem(self, key: str) -> Problem | None:
        """The first problem of one field."""
        return next((p for p in self.problems if p.path == key or p.path.startswith((f"{key}.", f"{key}["))), None)


def read(form: Form, typed: Mapping[str, Any], names: Names, *, whole: bool = True, cells: bool = False) -> Entry:
    """Blank, parse, required, schema. `whole` says that missing fields are blank (a new record); otherwise they are
    left as they are (a change). `cells` reads spreadsheet cells instead of typed text.
    """
    entry = Entry(form, {}, dict(typed))
    for key in typed.keys() - form.fields.keys():
        entry.problems.append(Problem(key, "no_such_field", {"field": key}))
    for key, item in form.fields.items():
        given = typed.get(key, MISSING)
        if given is MISSING and not whole:
            continue
        _read_field(entry, item, given, names, cells)
    if entry.values:
        entry.problems += _schema_problems(entry)
    return entry


def _read_field(entry: Entry, item: Field, given: Any, names: Names, cells: bool) -> None:
    key = item.key
    if item.type.readonly:
        if given is not MISSING and given not in (None, ""):
            entry.problems.append(Problem(key, "read_only", {"field": item.label}))
        return
    if item.retired:
        if given is not MISSING:
            entry.problems.append(Problem(key, "field_retired", {"field": item.label}))
        return
    if given is MISSING and item.default is not None:
        given, cells = item.default, False
    try:
        parse = item.type.from_cell if cells else item.type.parse
        value = None if given is MISSING else parse(given, item.settings, names)
    except CellsRefused as refused:
        entry.problems += [Problem(f"{key}[{at}].{inner.key}", why.code, {"field": inner.label, **why.params})
                           for at, inner, why in refused.cells]
        return
    except Refused as refused:
        entry.problems.append(Problem(key, refused.code, {"field": item.label, **refused.params}))
        return
    entry.values[key] = value
    # a field that logic is about may be hidden: what it needs is said when the logic has been asked
    if item.required and value is None and key not in entry.form.logic.about:
        entry.problems.append(Problem(key, item.type.lack, {"field": item.label}))


def begins(item: Field, names: Names) -> Any:
    """What a field starts with in a new record; None where what its definition says is none of its values."""
    try:
        return None if item.type.readonly else item.type.parse(item.default, item.settings, names)
    except Refused:
        return None


class CellReader:
    """Reads many rows of spreadsheet cells for one form, each row as `read(…, cells=True)` would.

    What one cell means does not depend on its row, so every column remembers its cells; `forget` lets go of those whose
    meaning depends on records that may have come since.
    """

    def __init__(self, form: Form, keys: Sequence[str], names: Names) -> None:
        self.form, self.names = form, names
        unsaid = read(form, {}, names)
        self._base = {key: None if key in keys else unsaid.values.get(key) for key in unsaid.values.keys() | set(keys)}
        self._base = {key: self._base[key] for key in form.fields if key in self._base}
        self._missing = [problem for problem in unsaid.problems if problem.path not in keys]
        self._columns: list[tuple[str, Field, dict[Any, tuple[Any, Problem | None]]]] = [
            (key, form.fields[key], {}) for key in keys
        ]

    def forget(self) -> None:
        """Forget what cells of links and people were taken for."""
        for _, item, known in self._columns:
            if item.type.kind in ("link", "links", "person", "people"):
                known.clear()

    def read(self, typed: Mapping[str, Any]) -> Entry:
        """One row."""
        values, problems = self._base.copy(), self._missing.copy()
        for key, item, known in self._columns:
            cell = typed[key]
            # 1, 1.0 and True are one key to a dictionary, but not one cell
            name = cell if type(cell) is str else (type(cell), cell)
            found = known.get(name)
            if found is None:
                found = self._cell(key, item, cell)
                if len(known) < REMEMBERED:
                    known[name] = found
            values[key] = found[0]
            if found[1] is not None:
                problems.append(found[1])
        return Entry(self.form, values, dict(typed), problems)

    def _cell(self, key: str, item: Field, cell: Any) -> tuple[Any, Problem | None]:
        alone = Entry(self.form, {}, {})
        _read_field(alone, item, cell, self.names, True)
        value = alone.values.get(key)
        if value is not None and not alone.problems and not self.form.checker.is_valid({key: plain(value)}):
            alone.problems += _schema_problems(alone)
        return value, next(iter(alone.problems), None)


def plain(value: Any) -> Any:
    """A value as JSON carries it: decimals become numbers, those inside rows too."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{key: plain(cell) for key, cell in row.items()} for row in value]
    return value


def _schema_problems(entry: Entry) -> Iterator[Problem]:
    """What the form's JSON Schema says against the values that are not blank; the first word on a field stands."""
    filled = {key: plain(value) for key, value in entry.values.items() if value is not None}
    told = {problem.path for problem in entry.problems}
    for error in entry.form.checker.iter_errors(filled):
        path = list(error.instance_path)
        key = dotted(path)
        if key in told:
            continue
        told.add(key)
        facts = error.kind.as_dict()
        params = {k: v for k, v in facts.items() if isinstance(v, str | int | float)}
        label = _label(entry.form, path) or {"zh": key}
        yield Problem(key, f"schema_{error.kind.name}", {"field": label, "limit": "", **params})


def _label(form: Form, path: Sequence[str | int]) -> Mapping[str, str] | None:
    """What the field at a path is called: one of the form, or one inside the rows of a sub-form."""
    small = form.subforms.get(str(path[0])) if len(path) > 2 else None
    found = small.fields.get(str(path[2])) if small else form.fields.get(str(path[0])) if path else None
    return found.label if found else None
