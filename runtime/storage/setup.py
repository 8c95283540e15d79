"""The system tables of a new installation."""

from __future__ import annotations

from runtime.storage import asked_index, draft_tables, history_index, system_tables  # noqa: F401  the imports declare the tables
from runtime.storage.db import Database
from runtime.storage.naming import METADATA


def prepare(database: Database) -> None:
    """Make what is missing; two processes starting at once do no harm, the second finds everything there."""
    with database.write() as conn:
        if database.dialect == "postgresql":
            conn.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        METADATA.create_all(conn, tables=list(METADATA.sorted_tables))
        history_index.ensure(conn)
        asked_index.ensure(conn)


