"""Locks that outlive no transaction. SQLite needs none: BEGIN IMMEDIATE already lets one writer in at a time."""

from __future__ import annotations

from sqlalchemy import Connection

SPACE = 0x46656E7A  # one number space of our own, so that another program's advisory locks never meet ours


def hold_app(conn: Connection, app_id: int, *, alone: bool = False) -> None:
    """Hold an app's definitions still: writers share the lock, whoever publishes (or flips a build) is alone."""
    if conn.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        conn.exec_driver_sql(f"SELECT {name}({SPACE}, {int(app_id)})")
