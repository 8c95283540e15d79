"""The rows of sub-forms into their own tables: whole records at once, or one record row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from runtime.fields.rows_read import ID
from runtime.records.act import Act
from runtime.sql.bulk import insert_rows, update_by_id
from runtime.sql.counters import reserve_ids
from runtime.sql.lists import among
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import RecordTables

Values = Mapping[str, Any]
Row = dict[str, Any]
Placed = Sequence[tuple[int, int, Row]]


def insert(act: Act, live: LiveForm, ids: Sequence[int], records: Sequence[Values]) -> None:
    """The rows of new records, of all of them in one statement for each sub-form."""
    for key, tables in live.tables.rows.items():
        placed = [(record, at, row) for record, values in zip(ids, records, strict=True)
                  for at, row in enumerate(values.get(key) or ())]
        _insert(act, tables, placed)


def replace(act: Act, live: LiveForm, record_id: int, values: Values) -> None:
    """What a record's rows are now: kept ones are changed where they lie, so that retired columns keep their values."""
    for key in live.tables.rows.keys() & values.keys():
        tables = live.tables.rows[key]
        table, rows = tables.main, values[key] or ()
        there = set(act.conn.execute(sa.select(table.c.id).where(table.c.record_id == record_id)).scalars())
        kept = [(at, row) for at, row in enumerate(rows) if row.get(ID) in there]
        gone = sorted(there - {row[ID] for _, row in kept})
        if gone:
            act.conn.execute(table.delete().where(among(table.c.id, gone)))
        names = [name for name in _columns(tables) if name not in ("id", "record_id")]
        stored = [(_stored(tables, record_id, at, row), row[ID]) for at, row in kept]
        update_by_id(act.conn, table, names, [(*(cells[name] for name in names), number) for cells, number in stored])
        _insert(act, tables, [(record_id, at, row) for at, row in enumerate(rows) if row.get(ID) not in there])


def _insert(act: Act, tables: RecordTables, placed: Placed) -> None:
    """New rows; each is told the number it was given."""
    if not placed:
        return
    for (_, _, row), number in zip(placed, reserve_ids(act.conn, tables.main, len(placed)), strict=True):
        row[ID] = number
    columns = _columns(tables)
    insert_rows(act.conn, tables.main, columns,
                [tuple({**_stored(tables, record, at, row), "id": row[ID]}[name] for name in columns) for record, at, row in placed])


def _columns(tables: RecordTables) -> list[str]:
    """The columns that are written: retired fields keep what they hold."""
    shown = {tables.names[key] for key in tables.form.live_fields}
    names = [column.name for column in tables.main.columns]
    return [name for name in names if not name.startswith("f_") or "_".join(name.split("_")[:2]) in shown]


def _stored(tables: RecordTables, record_id: int, at: int, row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {"record_id": record_id, "position": at}
    for key, item in tables.form.live_fields.items():
        made |= item.type.store(tables.names[key], row.get(key), item.settings)
    return made
