"""Which existing records a change of a form concerns, as one condition over their table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from builder.publish.change import Change
from runtime.definitions.form import Form
from runtime.definitions.parts import validator
from runtime.sql.lists import among
from runtime.storage.record_tables import RecordTables

Condition = ColumnElement[bool]
# A pattern is read by our own reader, over the different values of a field: of so many at most, the commonest first.
MOST_VALUES = 20_000


@dataclass(frozen=True)
class Stored:
    """The records of the published form in their tables, the form as it would be, and how a rule is asked of a record."""

    conn: Connection
    tables: RecordTables
    new: Form
    ask: Callable[[Any], Condition | None] = lambda _rule: None

    @property
    def live(self) -> Condition:
        """Whether a record is not in the recycle bin."""
        return self.tables.main.c.deleted_at.is_(None)


def condition(stored: Stored, change: Change) -> Condition | None:
    """Which records a change concerns; None where it concerns nobody or nobody can be counted."""
    count = COUNTED.get(change.act)
    if count is None:
        return None
    owner, dot, inner = (change.field or "").partition(".")
    if dot:
        return _in_rows(stored, owner, replace(change, field=inner))
    known = change.field is None or change.act == "field_added" or change.field in stored.tables.names or change.field in stored.tables.many
    return count(stored, change) if known else None


def _in_rows(stored: Stored, owner: str, change: Change) -> Condition | None:
    """Records with rows that the change of a column concerns."""
    small, new = stored.tables.rows.get(owner), stored.new.subforms.get(owner)
    if small is None or new is None or change.field not in small.names:
        return None
    found = COUNTED[change.act](replace(stored, tables=small, new=new), change)
    return None if found is None else stored.tables.main.c.id.in_(sa.select(small.main.c.record_id).where(found))


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


def _blank(stored: Stored, change: Change) -> Condition:
    return sa.not_(filled(stored.tables, change.field or ""))


def _filled(stored: Stored, change: Change) -> Condition:
    return filled(stored.tables, change.field or "")


def _chosen(stored: Stored, change: Change) -> Condition:
    return chosen(stored.tables, change.field or "", change.option or "")


def _outside(stored: Stored, change: Change) -> Condition | None:
    """Records beyond a tightened limit."""
    key, limit, to, tables = change.field or "", change.values["limit"], change.values["to"], stored.tables
    if key in tables.many or limit in ("minItems", "maxItems"):
        size = _size(tables, key)
        return sa.and_(size > 0, size > to if limit == "maxItems" else size < to)
    column, item = tables.column(key), stored.new.fields[key]
    if limit in ("minLength", "maxLength"):
        length = sa.func.length(column)
        return sa.and_(column.is_not(None), length > to if limit == "maxLength" else length < to)
    if limit in ("minimum", "maximum"):
        bound = item.type.bind(to, item.settings)
        return sa.and_(column.is_not(None), column > bound if limit == "maximum" else column < bound)
    return _unlike(stored, column, to)


def _unlike(stored: Stored, column: sa.Column[Any], pattern: str) -> Condition:
    """Values that a pattern does not take: no database reads it as records are checked, so we look at what there is."""
    often = sa.func.count()
    query = sa.select(column).where(column.is_not(None)).group_by(column).order_by(often.desc()).limit(MOST_VALUES)
    fits = validator({"type": "string", "pattern": pattern})
    wrong = [value for value in stored.conn.execute(query).scalars() if not fits.is_valid(value)]
    return among(column, wrong) if wrong else sa.false()


def _size(tables: RecordTables, key: str) -> ColumnElement[int]:
    """How many values a many-valued field of a record has; files keep their number in the column."""
    if key not in tables.many:
        return sa.func.coalesce(tables.column(key), 0)
    link = tables.many[key]
    return sa.select(sa.func.count()).select_from(link).where(link.c.record_id == tables.main.c.id).scalar_subquery()


def _repeating(stored: Stored, change: Change) -> Condition | None:
    key, tables = change.field or "", stored.tables
    if key in tables.many:
        return None
    column = tables.compared(key)
    other = tables.main.alias("other")
    same = sa.select(other.c[column.name]).where(other.c.deleted_at.is_(None), other.c[column.name].is_not(None))
    return column.in_(same.group_by(other.c[column.name]).having(sa.func.count() > 1))


def _refused(stored: Stored, change: Change) -> Condition | None:
    """Records that could not be saved as they are, by a rule of the form's logic."""
    found = stored.ask(change.values["when"])
    return found if found is None or change.values["holds"] else sa.not_(found)


def _numbered(stored: Stored, change: Change) -> Condition | None:
    """All of them, where the system counts a new field's numbers out to the records that are there."""
    return stored.live if change.values.get("counted") else None


Count = Callable[[Stored, Change], Condition | None]
COUNTED: Mapping[str, Count] = {
    "required_on": _blank,
    "field_added": _numbered,
    "field_retired": _filled,
    "field_back": _filled,
    "option_retired": _chosen,
    "option_gone": _chosen,
    "limit_tightened": _outside,
    "unique_on": _repeating,
    "logic_refuses": _refused,
}
