"""The rows of sub-forms as values, of many records at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.fields.rows_read import ID
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import RecordTables

if TYPE_CHECKING:
    from runtime.records.load import Record

_KNOWN: WeakKeyDictionary[sa.Table, Prepared] = WeakKeyDictionary()


def fill(conn: Connection, live: LiveForm, keys: Sequence[str], found: Mapping[int, Record], asked: str) -> None:
    """Put the rows in the place of their number, in each record that has any; `asked` are the ids as a JSON array."""
    for key in keys:
        if not any(record.values[key] is not None for record in found.values()):
            continue
        by_record = _rows(conn, live.tables.rows[key], asked)
        for record in found.values():
            record.values[key] = by_record.get(record.id)


def _rows(conn: Connection, tables: RecordTables, asked: str) -> dict[int, list[dict[str, Any]]]:
    fields = [(at, key, item.type.load, item.settings) for at, (key, item) in enumerate(tables.form.live_fields.items(), 2)]
    made: dict[int, list[dict[str, Any]]] = {}
    for stored in _statement(conn, tables).run(conn, ids=asked):
        row = {ID: stored[1]}
        for at, key, load, settings in fields:
            if stored[at] is not None:
                row[key] = load(stored[at], settings)
        made.setdefault(stored[0], []).append(row)
    return made


def _statement(conn: Connection, tables: RecordTables) -> Prepared:
    """The statement that reads one sub-form's rows, made once for each version of the form."""
    table = tables.main
    if table not in _KNOWN:
        columns = [table.c[tables.names[key]] for key in tables.form.live_fields]
        query = sa.select(table.c.record_id, table.c.id, *columns).where(
            among_bound(table.c.record_id, late("ids", sa.Text())))
        _KNOWN[table] = Prepared(query.order_by(table.c.record_id, table.c.position, table.c.id), conn.dialect)
    return _KNOWN[table]
