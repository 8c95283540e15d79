"""Which live records have a value that tells records apart: a unique field, a code of now or before, a title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm


def with_key(conn: Connection, live: LiveForm, key: str, values: Sequence[Any]) -> dict[Any, set[int]]:
    """By value, the live records that have it in a field, whoever may see them; a code also finds whom it once named.

    Values come as the field's column for equality holds them: folded where there is a folded one.
    """
    if not values:
        return {}
    found: dict[Any, set[int]] = {}
    for value, record in conn.execute(_query(live, key, values)):
        found.setdefault(value, set()).add(record)
    return found


def _query(live: LiveForm, key: str, values: Sequence[Any]) -> sa.Select[Any]:
    table = live.tables.main
    if live.form.fields[key].type.readonly:
        code = tables.code
        joined = sa.select(code.c.code, code.c.record_id).join(table, table.c.id == code.c.record_id)
        return joined.where(code.c.form_id == live.id, among(code.c.code, values), table.c.deleted_at.is_(None))
    folded = live.tables.shadow(key, "k")
    column = live.tables.column(key) if folded is None else folded
    return sa.select(column, table.c.id).where(among(column, values), table.c.deleted_at.is_(None))


def titled(conn: Connection, live: LiveForm, folded: Iterable[str]) -> set[str]:
    """Which folded titles are taken by live records."""
    table, column = live.tables.main, live.tables.shadow(live.form.title_field, "k")
    if column is None:
        return set()
    query = sa.select(column).where(among(column, sorted(folded)), table.c.deleted_at.is_(None))
    return set(conn.execute(query).scalars())
