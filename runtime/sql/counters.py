"""Numbers that no two writers may share: serials, and the ids of rows about to be inserted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(conn: Connection, table: Table) -> Any:
    """An insert that can say what happens on a conflict; both dialects spell it alike but live apart."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def take_numbers(conn: Connection, table: Table, key: Mapping[str, Any], count: int, start: int) -> int:
    """Take the next `count` numbers of a counter row (column `next`) and give the first; the row is made at need."""
    statement = insert(conn, table).values(**key, next=start + count)
    statement = statement.on_conflict_do_update(index_elements=list(key), set_={"next": table.c.next + count})
    return int(conn.execute(statement.returning(table.c.next)).scalar_one()) - count


def insert_or_ignore(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]], key: Sequence[str]) -> bool:
    """Insert the rows whose key is free; gives whether all of them went in."""
    statement = insert(conn, table).on_conflict_do_nothing(index_elements=list(key))
    return bool(conn.execute(statement, list(rows)).rowcount == len(rows))


def reserve_ids(conn: Connection, table: Table, count: int) -> list[int]:
    """Ids for rows that this transaction will insert, so that thousands go in with one statement and known ids.

    SQLite has one writer, so the next ids are free for the taking; its `sqlite_sequence` follows explicit ids.
    """
    if conn.dialect.name == "sqlite":
        last = conn.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).scalar() or 0
        return list(range(last + 1, last + count + 1))
    drawn = conn.execute(
        sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": table.name, "count": count},
    )
    return [int(value) for value in drawn.scalars()]
