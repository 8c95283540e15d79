"""Records as values, many at once: one query for the rows, one for each many-valued field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.records import subrows
from runtime.records.targets import RecordTarget
from runtime.sql.lists import among, among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import SYSTEM

# Statements by table; they go when the tables of an old version of the form go.
_KNOWN: WeakKeyDictionary[sa.Table, dict[Any, Prepared]] = WeakKeyDictionary()


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
            lock: bool = False, target: RecordTarget | None = None, as_of: AsOf | None = None,
            me: int | None = None) -> dict[int, Record]:
    """The records with these ids, in the order of the ids; deleted ones too. `lock` holds their rows (PostgreSQL).

    Computed fields come with them where `target`, `as_of` and `me` say what they mean; who only writes needs none.
    """
    if not ids:
        return {}
    chosen = None if fields is None else set(fields)
    wanted = [f for key, f in live.form.fields.items() if chosen is None or key in chosen]
    made = [f for f in wanted if f.type.computed and target is not None]
    plain = [*(f for f in wanted if f.key in live.tables.names), *made]
    columns = [(at, f.key, f.type.load, f.settings) for at, f in enumerate(plain, len(SYSTEM))]
    asked = json.dumps(list(ids))
    found: dict[int, Record] = {}
    statement = _statement(conn, live, tuple(f.key for f in plain), lock, target if made else None)
    for row in statement.run(conn, ids=asked, as_of=as_of, me=me):
        values = {key: None if row[at] is None else load(row[at], settings) for at, key, load, settings in columns}
        found[row[0]] = Record(row[0], row[1], values, *row[2 : len(SYSTEM)])
    _many(conn, live, [f for f in wanted if f.key in live.tables.many], found, asked)
    _files(conn, live, [f for f in wanted if f.type.kind == "file"], found)
    subrows.fill(conn, live, [f.key for f in wanted if f.type.nested], found, asked)
    return {i: found[i] for i in ids if i in found}


def _statement(conn: Connection, live: LiveForm, keys: tuple[str, ...], lock: bool, target: RecordTarget | None) -> Prepared:
    """The statement that reads these fields, made once for each version of the form, or of the app where a target says
    what computed fields mean: they may read other forms.
    """
    table = live.tables.main
    known: dict[Any, Prepared] = _KNOWN.setdefault(table, {}) if target is None else target.app.cache.setdefault(("load", live.key), {})
    name = (keys, lock, target and target.sight)
    if name not in known:
        columns: list[Any] = [table.c[column] for column in SYSTEM]
        columns += [_column(live, key, target).label(f"v{at}") for at, key in enumerate(keys)]
        query = sa.select(*columns).where(among_bound(table.c.id, late("ids", sa.Text()))).order_by(table.c.id)
        # SQLite has no words for holding a row and needs none: its writer is alone
        known[name] = Prepared(query.with_for_update() if lock else query, conn.dialect)
    return known[name]


def _column(live: LiveForm, key: str, target: RecordTarget | None) -> sa.ColumnElement[Any]:
    """Where a field's value comes from: its column, or its expression."""
    if target is None or key in live.tables.names:
        return live.tables.column(key)
    return target.operand(key).value


def _many(conn: Connection, live: LiveForm, fields: Sequence[Field], found: dict[int, Record], asked: str) -> None:
    """Fill in the many-valued fields, in the order their options or tags have, or in their own."""
    for field in fields:
        values: dict[int, list[Any]] = {}
        for record_id, value in _links(conn, live.tables.many[field.key]).run(conn, ids=asked):
            values.setdefault(record_id, []).append(value)
        rank = {option["const"]: at for at, option in enumerate(field.options)} if values else {}
        for record in found.values():
            own = values.get(record.id)
            if field.type.ordered:
                record.values[field.key] = own
                continue
            record.values[field.key] = own and sorted(own, key=lambda value: (rank.get(value, len(rank)), value))


def _links(conn: Connection, table: sa.Table) -> Prepared:
    """The statement that reads one link table, made once for each version of the form."""
    known = _KNOWN.setdefault(table, {})
    if "links" not in known:
        query = sa.select(table.c.record_id, table.c.value).where(among_bound(table.c.record_id, late("ids", sa.Text())))
        query = query.order_by(table.c.record_id, table.c.position) if "position" in table.c else query
        known["links"] = Prepared(query, conn.dialect)
    return known["links"]


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
