"""Whom the changes of a form concern: the existing records behind each line, counted by one bound query each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from builder.publish.change import Change
from runtime.definitions.form import Form
from runtime.errors import Problem
from runtime.storage.record_tables import RecordTables

Condition = ColumnElement[bool]
EXAMPLES = 3


@dataclass(frozen=True)
class Line:
    """One change with the number of existing records it concerns; None where there is nothing to count.

    `examples` are values (with how often they occur) that stand in the way.
    """

    change: Change
    count: int | None
    examples: tuple[tuple[str, int], ...] = ()


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


def impact(conn: Connection, tables: RecordTables, new: Form, changes: Sequence[Change]) -> Impact:
    """Count what each change of a form means for the records in `tables`, which are those of the published version."""
    live = tables.main.c.deleted_at.is_(None)
    lines, concerned, problems = [], [], []
    for change in changes:
        condition = _condition(tables, new, change)
        if condition is None:
            lines.append(Line(change, None))
            continue
        count = conn.execute(sa.select(sa.func.count()).select_from(tables.main).where(live, condition)).scalar_one()
        examples = _repeated(conn, tables, change.field or "") if change.act == "unique_on" and count else ()
        lines.append(Line(change, count, examples))
        if count and change.severity != "safe":
            concerned.append(condition)
        if count and change.act == "unique_on" and change.values.get("unique") == "block":
            problems.append(_stopped(new, change, count, examples))
    total = conn.execute(sa.select(sa.func.count()).select_from(tables.main).where(live)).scalar_one()
    touched = (
        conn.execute(sa.select(sa.func.count()).select_from(tables.main).where(live, sa.or_(*concerned))).scalar_one()
        if concerned
        else 0
    )
    return Impact(tuple(lines), total, touched, tuple(problems))


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


def _stopped(new: Form, change: Change, count: int, examples: Sequence[tuple[str, int]]) -> Problem:
    values = ", ".join(value for value, _often in examples)
    field = new.fields[change.field or ""]
    return Problem(change.path, "values_repeat", {"field": field.label, "n": count, "examples": values})


def _condition(tables: RecordTables, new: Form, change: Change) -> Condition | None:
    """Which records a change concerns; None where it concerns nobody or nobody can be counted."""
    known = change.field is not None and (change.field in tables.names or change.field in tables.many)
    count = COUNTED.get(change.act)
    return count(tables, new, change) if known and count else None


def filled(tables: RecordTables, key: str) -> Condition:
    """Whether a field of a record holds anything."""
    if key in tables.many:
        link = tables.many[key]
        return sa.exists(sa.select(sa.literal(1)).where(link.c.record_id == tables.main.c.id))
    return tables.column(key).is_not(None)


def chosen(tables: RecordTables, key: str, option: str) -> Condition:
    """Whether a record has an option."""
    if key in tables.many:
        link = tables.many[key]
        return sa.exists(sa.select(sa.literal(1)).where(link.c.record_id == tables.main.c.id, link.c.value == option))
    return tables.column(key) == option


def _blank(tables: RecordTables, _new: Form, change: Change) -> Condition:
    return sa.not_(filled(tables, change.field or ""))


def _filled(tables: RecordTables, _new: Form, change: Change) -> Condition:
    return filled(tables, change.field or "")


def _chosen(tables: RecordTables, _new: Form, change: Change) -> Condition:
    return chosen(tables, change.field or "", change.option or "")


def _outside(tables: RecordTables, new: Form, change: Change) -> Condition | None:
    """Records beyond a tightened limit; a pattern cannot be counted by both databases alike."""
    key, limit, to = change.field or "", change.values["limit"], change.values["to"]
    if key in tables.many or limit in ("minItems", "maxItems"):
        size = _size(tables, key)
        return sa.and_(size > 0, size > to if limit == "maxItems" else size < to)
    column, item = tables.column(key), new.fields[key]
    if limit in ("minLength", "maxLength"):
        length = sa.func.length(column)
        return sa.and_(column.is_not(None), length > to if limit == "maxLength" else length < to)
    if limit in ("minimum", "maximum"):
        bound = item.type.bind(to, item.settings)
        return sa.and_(column.is_not(None), column > bound if limit == "maximum" else column < bound)
    return None


def _size(tables: RecordTables, key: str) -> ColumnElement[int]:
    """How many values a many-valued field of a record has; files keep their number in the column."""
    if key not in tables.many:
        return sa.func.coalesce(tables.column(key), 0)
    link = tables.many[key]
    return sa.select(sa.func.count()).select_from(link).where(link.c.record_id == tables.main.c.id).scalar_subquery()


def _repeating(tables: RecordTables, _new: Form, change: Change) -> Condition | None:
    key = change.field or ""
    if key in tables.many:
        return None
    column = tables.compared(key)
    other = tables.main.alias("other")
    same = sa.select(other.c[column.name]).where(other.c.deleted_at.is_(None), other.c[column.name].is_not(None))
    return column.in_(same.group_by(other.c[column.name]).having(sa.func.count() > 1))


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


Count = Callable[[RecordTables, Form, Change], Condition | None]
COUNTED: Mapping[str, Count] = {
    "required_on": _blank,
    "field_retired": _filled,
    "field_back": _filled,
    "option_retired": _chosen,
    "option_gone": _chosen,
    "limit_tightened": _outside,
    "unique_on": _repeating,
}
