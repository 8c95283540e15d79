"""Values into physical rows: the main table, the link tables of many-valued fields, attachments and the search index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table

from runtime.commands import subrows
from runtime.definitions.form import Field
from runtime.records import known, search
from runtime.records.act import Act
from runtime.sql.bulk import insert_rows, update_by_id
from runtime.sql.lists import among
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm
from runtime.storage.record_tables import RecordTables

Values = Mapping[str, Any]
FIRST = 1
# The place of a file that was taken off its record: its history may still speak of it, so nobody sweeps it away.
LEFT = -1


def insert(act: Act, live: LiveForm, ids: Sequence[int], rows: Sequence[Values]) -> None:
    """Insert new records under ids that were reserved for them."""
    blank = {"id": 0, "version": FIRST, "created_at": act.at, "created_by": act.by.by, "updated_at": act.at,
             "updated_by": act.by.by, "deleted_at": None, "def_version": live.version}
    stored = {}
    for field, name in live.tables.stored:
        stored[field.key] = (field.type.store, name, field.settings)
        blank.update(field.type.store(name, None, field.settings))
    out = []
    for i, values in zip(ids, rows, strict=True):
        row = blank.copy()
        row["id"] = i
        for key, value in values.items():
            if value is not None and key in stored:
                store, name, settings = stored[key]
                row.update(store(name, value, settings))
        out.append(tuple(row.values()))
    insert_rows(act.conn, live.tables.main, tuple(blank), out)
    for key, table in live.tables.many.items():
        _link(act.conn, table, ((i, values.get(key)) for i, values in zip(ids, rows, strict=True)))
    subrows.insert(act, live, ids, rows)
    if any(field.type.kind == "file" for field in live.form.fields.values()):
        for i, values in zip(ids, rows, strict=True):
            _attach(act, live, i, values)


def _link(conn: Connection, table: Table, held: Iterable[tuple[int, Any]]) -> None:
    """Enter the values of many-valued fields, each with its place where the order counts."""
    placed = [(i, one, at) for i, values in held for at, one in enumerate(values or ())]
    if "position" in table.c:
        insert_rows(conn, table, ("record_id", "value", "position"), placed)
    else:
        insert_rows(conn, table, ("record_id", "value"), [each[:2] for each in placed])


def update(act: Act, live: LiveForm, record_id: int, version: int, values: Values) -> None:
    """Write the changed values of one record and move its version on."""
    row: dict[str, Any] = {"version": version + 1, "updated_at": act.at, "updated_by": act.by.by, "def_version": live.version}
    for field, name in live.tables.stored:
        if field.key in values:
            row.update(field.type.store(name, values[field.key], field.settings))
    table = live.tables.main
    update_by_id(act.conn, table, tuple(row), [(*row.values(), record_id)])
    for key in live.tables.many.keys() & values.keys():
        link = live.tables.many[key]
        act.conn.execute(link.delete().where(link.c.record_id == record_id))
        _link(act.conn, link, [(record_id, values[key])])
    subrows.replace(act, live, record_id, values)
    _attach(act, live, record_id, values)


def put(act: Act, live: LiveForm, key: str, values: Mapping[int, Any]) -> None:
    """Put what the system gives into one field of many records; their versions stay, nobody has edited them."""
    field, name = live.form.fields[key], live.tables.names[key]
    stored = {i: field.type.store(name, value, field.settings) for i, value in values.items()}
    names = tuple(next(iter(stored.values()), ()))
    update_by_id(act.conn, live.tables.main, names, [(*columns.values(), i) for i, columns in stored.items()])


def _attach(act: Act, live: LiveForm, record_id: int, values: Values) -> None:
    """Uploaded files wait without a record until the form that names them is stored."""
    a = tables.attachment
    for key, value in values.items():
        field = live.form.fields[key]
        if field.type.kind != "file":
            continue
        kept = [item["id"] for item in value or ()]
        own = (a.c.form_id == live.id, a.c.field == key)
        act.conn.execute(a.update().where(*own, a.c.record_id == record_id, a.c.id.not_in(kept)).values(record_id=None, position=LEFT))
        for position, file_id in enumerate(kept):
            act.conn.execute(a.update().where(*own, a.c.id == file_id, (a.c.record_id.is_(None)) | (a.c.record_id == record_id))
                             .values(record_id=record_id, position=position))


def searchable(live: LiveForm) -> list[Field]:
    """The fields that the search box looks into."""
    return [field for field in live.form.live_fields.values() if field.type.searchable]


def search_text(live: LiveForm, values: Values, *codes: str | None) -> str:
    """What the search box finds a record by: its searchable values and its codes, the present one and those it had."""
    texts = [field.type.words(values[field.key]) for field in searchable(live) if values.get(field.key) and not field.type.coded]
    return search.SEPARATOR.join([*texts, *filter(None, codes)])


def search_texts(conn: Connection, live: LiveForm, code: str | None, records: Mapping[int, Values]) -> list[tuple[int, str]]:
    """The same of stored records, by their values; `code` is the field that holds the form's codes."""
    former = known.former_codes(conn, live, list(records)) if code else {}
    return [(i, search_text(live, values, values.get(code) if code else None, *former.get(i, ()))) for i, values in records.items()]


def index_new(act: Act, live: LiveForm, rows: Sequence[tuple[int, str]]) -> None:
    """Enter records that were never indexed before."""
    search.put_new(act.conn, live.id, rows)


def index_again(act: Act, live: LiveForm, rows: Sequence[tuple[int, str]]) -> None:
    """Enter records whose searchable values changed."""
    search.put(act.conn, live.id, rows)


def mark_deleted(act: Act, live: LiveForm, ids: Sequence[int], at: str | None) -> None:
    """Move records to the recycle bin, or back out of it (`at` is None)."""
    table = live.tables.main
    act.conn.execute(table.update().where(among(table.c.id, ids)).values(
        deleted_at=at, version=table.c.version + 1, updated_at=act.at, updated_by=act.by.by))


def put_columns(conn: Connection, into: RecordTables, found: Sequence[tuple[Field, Mapping[int, Any]]]) -> None:
    """Write some fields of many records into the columns (or link tables) that they will have; nothing else of them moves.

    Fields that are written for the same records go into them together.
    """
    together: dict[tuple[int, ...], list[tuple[Field, Mapping[int, Any]]]] = {}
    for item, values in found:
        if item.key not in into.many:
            together.setdefault(tuple(values), []).append((item, values))
        elif values:
            link = into.many[item.key]
            conn.execute(link.delete().where(among(link.c.record_id, sorted(values))))
            _link(conn, link, values.items())
    for ids, fields in together.items():
        stored = [(item.type.store, into.names[item.key], item.settings, values) for item, values in fields]
        names = [column for store, name, settings, _ in stored for column in store(name, None, settings)]
        update_by_id(conn, into.main, names, [
            (*(held for store, name, settings, values in stored for held in store(name, values[i], settings).values()), i)
            for i in ids])
