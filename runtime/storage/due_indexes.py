"""Indexes on the dates that workflows wait for. Publishing the form lets go of them, and the clock makes again what it still asks for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection, Index

from runtime.storage.record_tables import RecordTables

DUE = "due_"


def ensure(conn: Connection, made: RecordTables, key: str) -> None:
    """Make the index of a date, where it is missing: about a second for a million records."""
    wanted = index_of(made, key)
    if all(item["name"] != wanted.name for item in sa.inspect(conn).get_indexes(made.main.name)):
        wanted.create(conn)


def index_of(made: RecordTables, key: str) -> Index:
    """A date and the record's number, of those that have one."""
    column = made.column(key)
    there = column.is_not(None)
    return Index(f"{DUE}{made.main.name}_{made.names[key]}", column, made.main.c.id, sqlite_where=there, postgresql_where=there)
