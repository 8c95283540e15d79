"""A table that is to be read from end to end."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Join
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

_PARTS: list[tuple[str, Any]] = [("table", InternalTraversal.dp_clauseelement)]
_COLUMN: list[tuple[str, Any]] = [("column", InternalTraversal.dp_clauseelement)]


class Scan(FromClause):
    """A table in a FROM clause that SQLite reads without an index; its columns stay the table's own.

    Without statistics SQLite takes the index of any one condition, which is five times slower than reading on.
    """

    inherit_cache = True
    _traverse_internals = _PARTS

    def __init__(self, table: FromClause) -> None:
        self.table = table

    @property
    def _from_objects(self) -> list[FromClause]:
        return [self, self.table]

    @property
    def _hide_froms(self) -> list[FromClause]:
        return [self.table]

    def _populate_column_collection(self, columns: Any, primary_key: Any, foreign_keys: Any) -> None:
        columns._populate_separate_keys((column.key, column) for column in self.table.c)


def scan_of(table: FromClause) -> FromClause:
    """The table for a statement that asks all of it: `select(...).select_from(scan_of(table))`. A join stays as it is."""
    return table if isinstance(table, Join) else Scan(table)


class Unled(ColumnElement[Any]):
    """A column by which SQLite neither looks up rows nor puts them in order."""

    inherit_cache = True
    _traverse_internals = _COLUMN

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column, self.type = column, column.type


def unled(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column to group all rows by. SQLite would go through them in the order of its index and open each row where it
    lies, which is ten times slower than reading on. Where an index holds all that is read, its order is the better way.
    """
    return Unled(column)


@compiles(Unled)
def _as_it_is(element: Unled, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.column, **kw))


@compiles(Unled, "sqlite")
def _plus(element: Unled, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.column, **kw)}"


@compiles(Scan)
def _plain(element: Scan, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.table, **kw))


@compiles(Scan, "sqlite")
def _not_indexed(element: Scan, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.table, **kw)} NOT INDEXED"
