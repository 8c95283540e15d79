"""Records as values, many at once: one query for the rows, one for each many-valued field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.definitions.form import Field
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm


@dataclass(slots=True)
class Record:
    """One stored record: its values by field key and the facts the system keeps."""

    id: int
    version: int
    values: dict[str, Any]
    created_at: str
    created_by: int | None
    updated_at: str
    updated_by: int | None
    deleted_at: str | None
    def_version: int


def records(conn: Connection, live: LiveForm, ids: Sequence[int], *, fields: Iterable[str] | None = None,
            lock: bool = False) -> dict[int, Record]:
    """The records with these ids, in the order of the ids; deleted ones too. `lock` holds their rows (PostgreSQL)."""
    if not ids:
        return {}
    chosen = None if fields is None else set(fields)
    wanted = [f for key, f in live.form.fields.items() if chosen is None or key in chosen]
    table = live.tables.main
    plain = [(f, live.tables.names[f.key]) for f in wanted if f.key in live.tables.names]
    system = [table.c.id, table.c.version, table.c.created_at, table.c.created_by, table.c.updated_at, table.c.updated_by,
              table.c.deleted_at, table.c.def_version]
    query = sa.select(*system, *(table.c[name] for _, name in plain)).where(among(table.c.id, ids)).order_by(table.c.id)
    if lock:
        query = query.with_for_update()  # SQLite has no such words and needs none: its writer is alone
    found: dict[int, Record] = {}
    for row in conn.execute(query):
        values = {f.key: (None if cell is None else f.type.load(cell, f.settings))
                  for (f, _), cell in zip(plain, row[8:], strict=True)}
        found[row[0]] = Record(row[0], row[1], values, row[2], row[3], row[4], row[5], row[6], row[7])
    _many(conn, live, [f for f in wanted if f.key in live.tables.many], found)
    _files(conn, live, [f for f in wanted if f.type.kind == "file"], found)
    return {i: found[i] for i in ids if i in found}


def _many(conn: Connection, live: LiveForm, fields: Sequence[Field], found: dict[int, Record]) -> None:
    """Fill in the many-valued fields, in the order their options or tags have."""
    for field in fields:
        table = live.tables.many[field.key]
        for record in found.values():
            record.values[field.key] = None
        rows = conn.execute(sa.select(table.c.record_id, table.c.value).where(among(table.c.record_id, list(found))))
        for row in rows:
            record = found[row[0]]
            record.values[field.key] = [*(record.values[field.key] or []), row[1]]
        rank = {option["const"]: at for at, option in enumerate(field.options)}
        for record in found.values():
            if record.values[field.key]:
                record.values[field.key].sort(key=lambda value: (rank.get(value, len(rank)), value))


def _files(conn: Connection, live: LiveForm, fields: Sequence[Field], found: dict[int, Record]) -> None:
    """A file field's column only counts; the files themselves are rows of `attachment`."""
    if not fields or not any(record.values[f.key] is not None for record in found.values() for f in fields):
        return
    a = tables.attachment
    rows = conn.execute(sa.select(a.c.record_id, a.c.field, a.c.id, a.c.name, a.c.size)
                        .where(a.c.form_id == live.id, among(a.c.record_id, list(found))).order_by(a.c.position, a.c.at))
    filed: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        filed.setdefault((row[0], row[1]), []).append({"id": row[2], "name": row[3], "size": row[4]})
    for record in found.values():
        for f in fields:
            if record.values[f.key] is not None:
                record.values[f.key] = filed.get((record.id, f.key)) or None
