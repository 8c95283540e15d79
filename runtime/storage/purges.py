"""Taking the values of a field away for good. Columns are emptied, never dropped: a large table is not written anew at
once on any database, and what runs beside it never meets a column that is gone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.sql.bulk import update_by_id
from runtime.sql.lists import among
from runtime.storage import system_tables as tables


class Purged(NamedTuple):
    """That a field was purged: what it was called, in how many records it held something, by whom (a name) and when."""

    field: str
    label: Mapping[str, str]
    records: int
    by: str | None
    at: str


@dataclass(frozen=True)
class Places:
    """Where the values of a field lie: columns of the form's table, and whole tables beside it."""

    form_id: int
    columns: tuple[str, ...]
    beside: tuple[str, ...]


def note(conn: Connection, form_id: int, field: str, label: Mapping[str, str], records: int, by: int | None) -> None:
    """Keep that it happened; the field is unknown from now on, and comes back empty under whatever column is next."""
    conn.execute(tables.purge.insert().values(
        form_id=form_id, field=field, label=json.dumps(label, ensure_ascii=False), records=records, by=by, at=clock.text(clock.now())))


def of_form(conn: Connection, form_id: int) -> dict[str, Purged]:
    """What was purged of a form, by field; of a field that was purged twice, the last time."""
    t, p = tables.purge, tables.person
    rows = conn.execute(sa.select(t.c.field, t.c.label, t.c.records, t.c.at, p.c.name.label("by"))
                        .outerjoin(p, p.c.id == t.c.by).where(t.c.form_id == form_id).order_by(t.c.id))
    return {row.field: Purged(row.field, json.loads(row.label), row.records, row.by, row.at) for row in rows}


def let_go(conn: Connection, form_id: int, field: str) -> list[int]:
    """Part a field from all columns it ever had, those of before its types changed too; gives their numbers."""
    c, r = tables.column_map, tables.retype
    own = (c.c.form_id == form_id, sa.or_(c.c.field == field, c.c.field.startswith(f"{field}.", autoescape=True)))
    numbers = list(conn.execute(sa.select(c.c.number).where(*own).order_by(c.c.number)).scalars())
    conn.execute(c.update().where(*own).values(current=False))
    conn.execute(r.delete().where(r.c.form_id == form_id, r.c.field == field))
    return numbers


def places(conn: Connection, form_id: int, numbers: Sequence[int]) -> Places:
    """What these numbers stand for in the database as it is."""
    inspector, mine = sa.inspect(conn), set(numbers)
    there = set(inspector.get_table_names())
    names = [column["name"] for column in inspector.get_columns(f"r_{form_id}")]
    columns = tuple(name for name in names if name.startswith("f_") and int(name.split("_")[1]) in mine)
    beside = [f"{kind}_{form_id}_{number}" for number in numbers for kind in ("m", "s")]
    return Places(form_id, columns, tuple(name for name in beside if name in there))


def empty(conn: Connection, found: Places, low: int, high: int) -> None:
    """Take the values out of the records numbered above `low` up to `high`."""
    if found.columns:
        main = sa.table(f"r_{found.form_id}", sa.column("id"), *map(sa.column, found.columns))
        held = sa.or_(*(main.c[name].is_not(None) for name in found.columns))
        blank: dict[str, Any] = dict.fromkeys(found.columns, sa.null())
        conn.execute(main.update().where(main.c.id > low, main.c.id <= high, held).values(blank))
    for name in found.beside:
        rows = sa.table(name, sa.column("record_id"))
        conn.execute(rows.delete().where(rows.c.record_id > low, rows.c.record_id <= high))


def forget(conn: Connection, form_id: int, field: str, line: int, low: int, high: int) -> None:
    """Take a field out of the history of these records, up to a line; that somebody changed something then stays."""
    h = tables.history
    rows = conn.execute(sa.select(h.c.id, h.c.changes).where(
        h.c.form_id == form_id, h.c.record_id > low, h.c.record_id <= high, h.c.id <= line,
        h.c.changes.contains(f'"{field}":', autoescape=True)))
    changed = []
    for row in rows:
        changes = json.loads(row.changes)
        if changes.pop(field, None) is not None:
            changed.append((json.dumps(changes, ensure_ascii=False, separators=(",", ":")), row.id))
    update_by_id(conn, h, ("changes",), changed)


def take_codes(conn: Connection, form_id: int, low: int, high: int) -> None:
    """Part these records from the codes they were given, aliases too."""
    c, past = tables.code, tables.code_past
    own = (c.c.form_id == form_id, c.c.record_id > low, c.c.record_id <= high)
    conn.execute(past.delete().where(past.c.form_id == form_id, past.c.code.in_(sa.select(c.c.code).where(*own))))
    for table in (c, tables.code_batch, tables.code_audit):
        conn.execute(table.delete().where(table.c.form_id == form_id, table.c.record_id > low, table.c.record_id <= high))


def take_files(conn: Connection, form_id: int, field: str, at: str, low: int, high: int) -> list[str]:
    """Part these records from their files of a field, as far as they are not younger; gives the contents' digests."""
    a = tables.attachment
    own = (a.c.form_id == form_id, a.c.field == field, a.c.record_id > low, a.c.record_id <= high, a.c.at <= at)
    found = conn.execute(sa.select(a.c.id, a.c.sha256).where(*own)).all()
    if found:
        conn.execute(a.delete().where(among(a.c.id, [row.id for row in found])))
    return [row.sha256 for row in found]
