"""Indexes on the dates that workflows wait for. Publishing the form lets go of them, and the clock makes again what it still asks for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection, Index

from runtime.storage.record_tables import RecordTables

DUE = "due_"


def ensure(conn: Connection, made: RecordTables, key: str) -> None:
    """Make the index of a date, where it is missing: about a second for a million records."""
    if not there(conn, made, key):
        index_of(made, key).create(conn)


def there(conn: Connection, made: RecordTables, key: str) -> bool:
    """Whether a date has its index already."""
    wanted = index_of(made, key).name
    return any(item["name"] == wanted for item in sa.inspect(conn).get_indexes(made.main.name))


def index_of(made: RecordTables, key: str) -> Index:
    """A date and the record's number, of those that have one."""
    column = made.column(key)
    there = column.is_not(None)
    return Index(f"{DUE}{made.main.name}_{made.names[key]}", column, made.main.c.id, sqlite_where=there, postgresql_where=there)
