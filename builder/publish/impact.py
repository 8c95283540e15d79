"""Whom the changes of a form concern: the existing records behind each line, all counted in one look at the table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.publish.change import SAFE, Change
from builder.publish.concerned import Condition, Stored, condition
from runtime.errors import Problem
from runtime.sql.lists import among
from runtime.storage.record_tables import RecordTables

EXAMPLES = 3


@dataclass(frozen=True)
class Line:
    """One change with the number of existing records it concerns; None where there is nothing to count.

    `examples` are values (with how often they occur) that stand in the way, `samples` a few of the records (id, title).
    """

    change: Change
    count: int | None
    examples: tuple[tuple[str, int], ...] = ()
    samples: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Impact:
    """All changes, how many of the `total` records any of them concerns, and what makes publishing impossible."""

    lines: tuple[Line, ...]
    total: int
    touched: int
    problems: tuple[Problem, ...]


def untouched(changes: Sequence[Change]) -> Impact:
    """The impact of changes that no record feels."""
    return Impact(tuple(Line(change, None) for change in changes), 0, 0, ())


def impact(stored: Stored, changes: Sequence[Change], also: Collection[int] = ()) -> Impact:
    """Count what each change of a form means for its records; `also` are records concerned for another reason.

    One statement counts, however many lines there are; each line that concerns somebody has one more for its samples.
    """
    asked = [(change, condition(stored, change)) for change in changes]
    conditions = [found for _, found in asked if found is not None]
    concerned = [found for change, found in asked if found is not None and change.severity != SAFE]
    if also:
        concerned.append(among(stored.tables.main.c.id, sorted(also)))
    total, touched, *counts = _counted(stored, [sa.or_(sa.false(), *concerned), *conditions])
    left = iter(counts)
    lines = tuple(Line(change, None) if found is None else _line(stored, change, found, next(left)) for change, found in asked)
    return Impact(lines, total, touched, tuple(_stopped(stored, line) for line in lines if _stops(line)))


def _counted(stored: Stored, conditions: Sequence[Condition]) -> list[int]:
    """How many records there are, and for how many of them each condition holds."""
    ones = [sa.func.coalesce(sa.func.sum(sa.case((found, 1), else_=0)), 0) for found in conditions]
    row = stored.conn.execute(sa.select(sa.func.count(), *ones).select_from(stored.tables.main).where(stored.live)).one()
    return [int(n) for n in row]


def _line(stored: Stored, change: Change, found: Condition, count: int) -> Line:
    if not count or change.severity == SAFE:
        return Line(change, count)
    if change.act == "unique_on":
        return Line(change, count, _repeated(stored.conn, stored.tables, change.field or ""))
    return Line(change, count, samples=_samples(stored, found))


def _samples(stored: Stored, found: Condition) -> tuple[tuple[int, str], ...]:
    """A few of the records, by the name people know them by."""
    tables = stored.tables
    item = tables.form.fields[tables.form.title_field]
    query = sa.select(tables.main.c.id, tables.column(item.key)).where(stored.live, found).limit(EXAMPLES)
    return tuple((row[0], f"#{row[0]}" if row[1] is None else str(item.type.load(row[1], item.settings)))
                 for row in stored.conn.execute(query))


def _stops(line: Line) -> bool:
    return bool(line.count) and line.change.act == "unique_on" and line.change.values.get("unique") == "block"


def _stopped(stored: Stored, line: Line) -> Problem:
    values = ", ".join(value for value, _often in line.examples)
    item = stored.new.fields[line.change.field or ""]
    return Problem(line.change.path, "values_repeat", {"field": item.label, "n": line.count, "examples": values})


def option_counts(conn: Connection, tables: RecordTables, key: str) -> dict[str, int]:
    """How many existing records have each option of a field."""
    main = tables.main
    if key in tables.many:
        link = tables.many[key]
        query = sa.select(link.c.value, sa.func.count()).join(main, main.c.id == link.c.record_id)
        query = query.where(main.c.deleted_at.is_(None)).group_by(link.c.value)
    else:
        column = tables.column(key)
        query = (
            sa.select(column, sa.func.count()).where(main.c.deleted_at.is_(None), column.is_not(None)).group_by(column)
        )
    return {row[0]: row[1] for row in conn.execute(query)}


def _repeated(conn: Connection, tables: RecordTables, key: str) -> tuple[tuple[str, int], ...]:
    """A few of the values that repeat, the most frequent first."""
    column, value = tables.compared(key), tables.column(key)
    often = sa.func.count().label("often")
    rows = conn.execute(
        sa.select(sa.func.min(value), often)
        .where(tables.main.c.deleted_at.is_(None), column.is_not(None))
        .group_by(column)
        .having(often > 1)
        .order_by(often.desc(), column)
        .limit(EXAMPLES)
    )
    item = tables.form.fields[key]
    return tuple((str(item.type.load(row[0], item.settings)), row[1]) for row in rows)
