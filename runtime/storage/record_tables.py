"""All DDL for people's own forms: a typed table per form, a link table per many-valued field, one for membership."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Connection, Index, Integer, Table

from runtime.definitions.form import Field, Form
from runtime.fields.base import FieldType
from runtime.storage import system_tables as tables
from runtime.storage.naming import Binary, Id

# Indexes made for the sums of rules (storage/covers.py) begin so; what a form itself asks for leaves them alone.
COVER = "cv_"
SYSTEM = ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "deleted_at", "def_version")


@dataclass(frozen=True)
class RecordTables:
    """Where one form's records lie. `names` maps a field to its physical name; `many` to its link table; `rows` to where
    the rows of a sub-form lie, whose main table has `record_id` and `position` beside its fields.
    """

    form_id: int
    form: Form
    main: Table
    names: Mapping[str, str]
    many: Mapping[str, Table]
    members: Table
    metadata: sa.MetaData = field(repr=False)
    rows: Mapping[str, RecordTables] = field(default_factory=dict)

    def column(self, key: str) -> sa.Column[Any]:
        """The column that holds a field's value."""
        return self.main.c[self.names[key]]

    def shadow(self, key: str, kind: str) -> sa.Column[Any] | None:
        """A field's folded (`k`) or pinyin (`p`) column, where its type keeps one."""
        return self.main.c.get(f"{self.names[key]}_{kind}")

    def compared(self, key: str) -> sa.Column[Any]:
        """The column in which two values that a person would call the same are the same."""
        folded = self.shadow(key, "k")
        return self.column(key) if folded is None else folded

    @cached_property
    def stored(self) -> list[tuple[Field, str]]:
        """The fields that live in columns of the main table, with their physical names."""
        return [(f, self.names[key]) for key, f in self.form.fields.items() if key in self.names]


def _main(form_id: int, columns: list[Column[Any]], metadata: sa.MetaData) -> Table:
    return Table(
        f"r_{form_id}", metadata,
        Column("id", Id, primary_key=True, autoincrement=True),
        Column("version", Integer, nullable=False),
        Column("created_at", Binary, nullable=False),
        Column("created_by", Id),
        Column("updated_at", Binary, nullable=False),
        Column("updated_by", Id),
        Column("deleted_at", Binary),
        Column("def_version", Integer, nullable=False),
        *columns,
        sqlite_autoincrement=True,
    )


def _many(form_id: int, number: int, kind: FieldType, metadata: sa.MetaData) -> Table:
    """The link table of one field; where the order of the values counts, each keeps its place."""
    name = f"m_{form_id}_{number}"
    return Table(
        name, metadata,
        Column("record_id", Id, primary_key=True, autoincrement=False),
        Column("value", kind.member, primary_key=True, autoincrement=False),
        *([Column("position", Integer, nullable=False)] if kind.ordered else []),
        Index(f"ix_{name}_value", "value", "record_id"),
        sqlite_with_rowid=False,
    )


def _rows(form_id: int, key: str, form: Form, numbers: Mapping[str, int], members: Table, metadata: sa.MetaData) -> RecordTables:
    """The table of one sub-form's rows; the column map knows its fields as `lines.price`."""
    name = f"s_{form_id}_{numbers[key]}"
    names = {inner: f"f_{numbers[f'{key}.{inner}']}" for inner in form.fields}
    table = Table(
        name, metadata,
        Column("id", Id, primary_key=True, autoincrement=True),
        Column("record_id", Id, nullable=False),
        Column("position", Integer, nullable=False),
        *(column for inner, item in form.fields.items() for column in item.type.columns(names[inner], item.settings)),
        Index(f"ix_{name}_record", "record_id", "position"),
        sqlite_autoincrement=True,
    )
    return RecordTables(form_id, form, table, names, {}, members, metadata)


def _members(form_id: int, metadata: sa.MetaData) -> Table:
    name = f"g_{form_id}"
    return Table(
        name, metadata,
        Column("generation", Id, primary_key=True, autoincrement=False),
        Column("group_id", Id, primary_key=True, autoincrement=False),
        Column("record_id", Id, primary_key=True, autoincrement=False),
        Index(f"ix_{name}_record", "record_id", "generation", "group_id"),
        sqlite_with_rowid=False,
    )


def build(form_id: int, form: Form, numbers: Mapping[str, int]) -> RecordTables:
    """The tables of one form version, made once per version; `numbers` is its column map."""
    metadata = sa.MetaData()
    names, many, columns = {}, {}, []
    for key, item in form.fields.items():
        if item.type.computed:
            continue
        if item.type.many:
            many[key] = _many(form_id, numbers[key], item.type, metadata)
        else:
            names[key] = f"f_{numbers[key]}"
            columns += item.type.columns(names[key], item.settings)
    main, members = _main(form_id, columns, metadata), _members(form_id, metadata)
    rows = {key: _rows(form_id, key, small, numbers, members, metadata) for key, small in form.subforms.items()}
    return RecordTables(form_id, form, main, names, many, members, metadata, rows)


def numbers_of(conn: Connection, form_id: int) -> dict[str, int]:
    """The column map: which number each field of the form has now."""
    table = tables.column_map
    rows = conn.execute(sa.select(table.c.field, table.c.number).where(table.c.form_id == form_id, table.c.current))
    return {row.field: row.number for row in rows}


def allocate(conn: Connection, form_id: int, form: Form) -> dict[str, int]:
    """Give every new field (or field of a new type) the next free number; numbers are never used again."""
    table = tables.column_map
    rows = conn.execute(sa.select(table).where(table.c.form_id == form_id)).all()
    known = {row.field: row for row in rows if row.current}
    taken = max((row.number for row in rows), default=0)
    inside = {f"{key}.{inner}": item for key, small in form.subforms.items() for inner, item in small.fields.items()}
    for key, item in {**form.fields, **inside}.items():
        old = known.get(key)
        if item.type.computed or (old is not None and old.type == item.type.name):
            continue
        if old is not None:
            conn.execute(table.update().where(table.c.form_id == form_id, table.c.number == old.number).values(current=False))
        taken += 1
        conn.execute(table.insert().values(form_id=form_id, number=taken, field=key, type=item.type.name, current=True))
    return numbers_of(conn, form_id)


def ensure(conn: Connection, form_id: int, form: Form) -> RecordTables:
    """Make the form's tables, or add what its new version needs; nothing is ever dropped here."""
    made, inspector = widen(conn, form_id, form, allocate(conn, form_id, form))
    _indexes(conn, made, inspector)
    return made


def widen(conn: Connection, form_id: int, form: Form, numbers: Mapping[str, int]) -> tuple[RecordTables, sa.Inspector]:
    """Make the tables and columns that these numbers stand for, where they are missing."""
    made, inspector = build(form_id, form, numbers), sa.inspect(conn)
    present = set(inspector.get_table_names())
    for table in made.metadata.sorted_tables:
        if table.name not in present:
            table.create(conn)
    for table in (made.main, *(rows.main for rows in made.rows.values())):
        if table.name in present:
            _add_columns(conn, table, {column["name"] for column in inspector.get_columns(table.name)})
    return made, inspector


def _add_columns(conn: Connection, table: Table, present: set[str]) -> None:
    preparer = conn.dialect.identifier_preparer
    for column in table.columns:
        if column.name not in present:
            kind = column.type.compile(conn.dialect)
            conn.exec_driver_sql(
                f"ALTER TABLE {preparer.format_table(table)} ADD COLUMN {preparer.format_column(column)} {kind}"
            )


def _indexes(conn: Connection, made: RecordTables, inspector: sa.Inspector) -> None:
    """Indexes for links, for titles (lists sort by them) and for fields whose values may not repeat; what is no longer
    asked for goes, or a value that may repeat again would still be refused.
    """
    present = {str(index["name"]) for index in inspector.get_indexes(made.main.name)}
    wanted = {str(index.name): index for index in wanted_indexes(made)}
    for name in sorted(name for name in present - wanted.keys() if not name.startswith(COVER)):
        conn.exec_driver_sql(f"DROP INDEX {conn.dialect.identifier_preparer.quote(name)}")
    for name in sorted(wanted.keys() - present):
        wanted[name].create(conn)


def wanted_indexes(made: RecordTables) -> list[Index]:
    """The indexes of the main table that the definition asks for; they are declared apart so that they can be added."""
    name, live = made.main.name, made.main.c.deleted_at.is_(None)
    wanted: list[Index] = []
    for key in made.form.links:
        wanted.append(Index(f"ix_{name}_{made.names[key]}", made.column(key), made.main.c.id))
    title = made.names[made.form.title_field]
    for shadow, use in (("p", "order"), ("k", "title")):
        column = made.shadow(made.form.title_field, shadow)
        if column is not None:
            wanted.append(Index(f"ix_{name}_{title}_{use}", column, made.main.c.id))
    wanted.append(Index(f"ix_{name}_updated", made.main.c.updated_at, made.main.c.id))
    for key, item in made.form.live_fields.items():
        if item.unique and key in made.names:
            wanted.append(Index(f"{'uq' if item.unique == 'block' else 'ix'}_{name}_{made.names[key]}", made.compared(key),
                                unique=item.unique == "block", sqlite_where=live, postgresql_where=live))
    return wanted


def drop(conn: Connection, made: RecordTables) -> None:
    """Take away a form's tables with everything in them; only removing an app does this."""
    for table in reversed(made.metadata.sorted_tables):
        table.drop(conn, checkfirst=True)
