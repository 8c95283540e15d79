"""Many plain rows into one table as one prepared text: the driver's own pace, without a dictionary per row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.engine import Dialect

Rows = Sequence[tuple[Any, ...]]


def insert_rows(conn: Connection, table: Table, names: Sequence[str], rows: Rows) -> None:
    """Insert tuples in the order of `names`; the driver takes their values as they are: texts, numbers, yes or no."""
    if rows:
        conn.exec_driver_sql(_insert(conn.dialect, table.name, tuple(names)), list(rows))


def update_by_id(conn: Connection, table: Table, names: Sequence[str], rows: Rows) -> None:
    """Set the named columns of rows found by id; each tuple ends with the id."""
    if rows:
        conn.exec_driver_sql(_update(conn.dialect, table.name, tuple(names)), list(rows))


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


@lru_cache(maxsize=500)
def _insert(dialect: Dialect, table: str, names: tuple[str, ...]) -> str:
    quote = dialect.identifier_preparer.quote
    columns, marks = ", ".join(map(quote, names)), ", ".join([_mark(dialect)] * len(names))
    return f"INSERT INTO {quote(table)} ({columns}) VALUES ({marks})"


@lru_cache(maxsize=500)
def _update(dialect: Dialect, table: str, names: tuple[str, ...]) -> str:
    quote, mark = dialect.identifier_preparer.quote, _mark(dialect)
    changes = ", ".join(f"{quote(name)} = {mark}" for name in names)
    return f"UPDATE {quote(table)} SET {changes} WHERE id = {mark}"
