"""Whether records are there already: by number, by title, by the field that tells them apart.

These answer what the program itself has to know before it writes; whoever shows an answer to a person asks
`access.visible_ids` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm


def present(conn: Connection, live: LiveForm, ids: Sequence[int]) -> list[int]:
    """Which of these records are live, in order."""
    table = live.tables.main
    query = sa.select(table.c.id).where(among(table.c.id, ids), table.c.deleted_at.is_(None)).order_by(table.c.id)
    return list(conn.execute(query).scalars())


def count_all(conn: Connection, app: LiveApp) -> int:
    """How many records an app holds in all its forms, the recycle bins included."""
    counts = [sa.select(sa.func.count()).select_from(live.tables.main).scalar_subquery() for live in app.forms.values()]
    return sum(conn.execute(sa.select(*counts)).one()) if counts else 0


def titled(conn: Connection, live: LiveForm, folded: Iterable[str]) -> set[str]:
    """Which folded titles are taken by live records."""
    table, column = live.tables.main, live.tables.shadow(live.form.title_field, "k")
    if column is None:
        return set()
    query = sa.select(column).where(among(column, sorted(folded)), table.c.deleted_at.is_(None))
    return set(conn.execute(query).scalars())


def former_codes(conn: Connection, live: LiveForm, ids: Sequence[int]) -> dict[int, list[str]]:
    """The codes that records had before the one they have, as they were written."""
    c, past = tables.code, tables.code_past
    query = sa.select(c.c.record_id, past.c.shown).join(past, sa.and_(past.c.form_id == c.c.form_id, past.c.code == c.c.code))
    found: dict[int, list[str]] = {}
    for record, shown in conn.execute(query.where(c.c.form_id == live.id, among(c.c.record_id, ids)).order_by(c.c.code)):
        found.setdefault(record, []).append(shown)
    return found


def by_key(conn: Connection, live: LiveForm, key: str, wanted: Sequence[Any]) -> dict[Any, set[int]]:
    """Live records by the value of a field, as it is compared; a code also finds the record that had it once."""
    table = live.tables.main
    if live.form.fields[key].type.coded:
        code = tables.code
        query = sa.select(code.c.code, code.c.record_id).join(table, table.c.id == code.c.record_id).where(
            code.c.form_id == live.id, among(code.c.code, wanted), table.c.deleted_at.is_(None))
    else:
        column = live.tables.compared(key)
        query = sa.select(column, table.c.id).where(among(column, wanted), table.c.deleted_at.is_(None))
    found: dict[Any, set[int]] = {}
    for value, record in conn.execute(query):
        found.setdefault(value, set()).add(record)
    return found
