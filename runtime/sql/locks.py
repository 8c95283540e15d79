"""Locks that outlive no transaction. SQLite needs none: BEGIN IMMEDIATE already lets one writer in at a time."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection, Table

from runtime.sql.lists import among

SPACE = 0x46656E7A  # one number space of our own, so that another program's advisory locks never meet ours


def patient(conn: Connection, seconds: int) -> None:
    """Give up on a lock that others hold longer than this, until the transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(seconds)}s'")


def hold_app(conn: Connection, app_id: int, *, alone: bool = False) -> None:
    """Hold an app's definitions still: writers share the lock, whoever publishes (or flips a build) is alone."""
    if conn.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        conn.exec_driver_sql(f"SELECT {name}({SPACE}, {int(app_id)})")


def hold_rows(conn: Connection, table: Table, ids: Sequence[int]) -> None:
    """Hold rows until the transaction ends, in the order of their ids, so that what is asked about them next sees all that
    others who held them have written.
    """
    if conn.dialect.name == "postgresql" and ids:
        conn.execute(sa.select(table.c.id).where(among(table.c.id, ids)).order_by(table.c.id).with_for_update()).close()
