"""What was typed into a form, read into values; it never raises for what a person typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from runtime.definitions.form import Field, Form
from runtime.errors import Problem
from runtime.fields.base import Names, Refused

MISSING = object()


@dataclass
class Entry:
    """One filled form: its values, what was typed, and what is wrong. Only `read` makes one."""

    form: Form
    values: dict[str, Any]
    typed: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

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
    except Refused as refused:
        entry.problems.append(Problem(key, refused.code, {"field": item.label, **refused.params}))
        return
    entry.values[key] = value
    if item.required and value is None:
        entry.problems.append(Problem(key, "blank", {"field": item.label}))


def plain(value: Any) -> Any:
    """A value as JSON carries it: decimals become numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _schema_problems(entry: Entry) -> Iterator[Problem]:
    """What the form's JSON Schema says against the values that are not blank; the first word on a field stands."""
    filled = {key: plain(value) for key, value in entry.values.items() if value is not None}
    told = {problem.path for problem in entry.problems}
    for error in entry.form.checker.iter_errors(filled):
        path = list(error.instance_path)
        key = str(path[0]) if path else ""
        if key in told:
            continue
        told.add(key)
        facts = error.kind.as_dict()
        params = {k: v for k, v in facts.items() if isinstance(v, str | int | float)}
        label = entry.form.fields[key].label if key in entry.form.fields else {"zh": key}
        yield Problem(key, f"schema_{error.kind.name}", {"field": label, "limit": "", **params})
