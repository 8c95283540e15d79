"""A sub-form on a page: its columns, its rows as bound fields, its totals; and what a browser sent of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runtime import words
from runtime.definitions.form import Field
from runtime.errors import Problem
from runtime.fields.base import Refused
from runtime.fields.rows_read import ID, filled
from runtime.messages import say

if TYPE_CHECKING:
    from runtime.web.bound import Binder, Bound

NEW = "__row__"


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    key: str
    label: str
    required: bool
    right: bool


@dataclass(frozen=True)
class Line:
    """One row: how the browser names it, its number for a reader, its id where it is stored, and its cells."""

    slot: str
    number: int
    id: int | None
    cells: list[Bound]


@dataclass(frozen=True)
class Sum:
    """A column's total as text, and what the browser needs to keep it right while somebody types."""

    shown: str
    zero: str
    decimals: int


@dataclass(frozen=True)
class Table:
    """What the template of a sub-form draws."""

    columns: list[Column]
    lines: list[Line]
    blank: Line
    totals: dict[str, Sum] = field(default_factory=dict)


def fields_of(item: Field) -> list[Field]:
    """The fields of a row that are in use, in order."""
    found: Sequence[Field] = item.settings.get("fields", ())
    return [inner for inner in found if not inner.retired]


def sent(item: Field, form: Any) -> list[dict[str, Any]]:
    """The rows a browser sent: `lines` names each in order, `lines.3.price` is a cell, `lines.3.$off` takes a row away."""
    rows = []
    for slot in form.getlist(item.key):
        stem = f"{item.key}.{slot}."
        if not slot or f"{stem}$off" in form:
            continue
        number = form.get(f"{stem}{ID}", "")
        row: dict[str, Any] = {ID: int(number)} if number.isascii() and number.isdigit() and len(number) < 16 else {}
        for inner in fields_of(item):
            values = form.getlist(f"{stem}{inner.key}")
            if values:
                row[inner.key] = values if inner.type.parts > 1 else values[-1]
        rows.append(row)
    return rows


def drawn(binder: Binder, item: Field, typed: Any, value: Any, problems: Sequence[Problem]) -> Table:
    """The table of a sub-form, holding what was typed; what is wrong with a cell stands at the cell."""
    fields = fields_of(item)
    rows = [row for row in filled(typed if isinstance(typed, list) else [], fields) if isinstance(row, Mapping)]
    least = item.settings.get("minItems") or 0
    rows += [{}] * max(0, least - len(rows))
    wrong: dict[str, str] = {}
    for problem in problems:
        wrong.setdefault(problem.path, say(problem, binder.names.lang))
    values = value if isinstance(value, list) and len(value) == len(rows) else [None] * len(rows)
    lines = [
        Line(str(at), at + 1, row.get(ID), _cells(binder, item, str(at), row, values[at], wrong, at))
        for at, row in enumerate(rows)
    ]
    blank = Line(NEW, 0, None, _cells(binder, item, NEW, {}, None, {}, -1))
    columns = [
        Column(f.key, words.read(f.label, binder.names.lang), f.required, f.type.kind == "number") for f in fields
    ]
    return Table(columns, lines, blank, _totals(binder, item, lines))


def _cells(
    binder: Binder, item: Field, slot: str, row: Mapping[str, Any], value: Any, wrong: Mapping[str, str], at: int
) -> list[Bound]:
    made = []
    for inner in fields_of(item):
        given = row.get(inner.key, inner.default if slot == NEW else None)
        held = value.get(inner.key) if isinstance(value, Mapping) else _read(binder, inner, given)
        text = None if slot == NEW else inner.type.typed(held, inner.settings, binder.names) if given is None else given
        said = wrong.get(f"{item.key}[{at}].{inner.key}", "")
        cell = binder.value(inner, held, text, said, path=f"{item.key}.{inner.key}")
        cell.id, cell.name = f"{binder.prefix}{item.key}-{slot}-{inner.key}", f"{item.key}.{slot}.{inner.key}"
        cell.right = inner.type.kind == "number"
        made.append(cell)
    return made


def _read(binder: Binder, inner: Field, typed: Any) -> Any:
    try:
        return inner.type.parse(typed, inner.settings, binder.names)
    except Refused:
        return None


def _totals(binder: Binder, item: Field, lines: Sequence[Line]) -> dict[str, Sum]:
    found = {}
    for inner in fields_of(item):
        if inner.key in item.settings.get("totals", ()) and inner.type.kind == "number":
            total = sum(c.value for line in lines for c in line.cells if c.key == inner.key and c.value is not None)
            show = inner.type.show
            found[inner.key] = Sum(
                show(total, inner.settings, binder.names),
                show(0, inner.settings, binder.names),
                int(inner.settings.get("decimals") or 0),
            )
    return found
