"""Functions of SQL that are ours: exact arithmetic, dates and texts that SQLite and PostgreSQL would each do in its own way.

SQLite runs them as Python functions of the connection (`install`), PostgreSQL as expressions of its own (own_postgresql).
A Python function costs a row about half a microsecond, so formulas use them only where native SQL would differ or overflow.
Both give NULL when any argument is NULL, but `least` and `greatest`, which pass over it.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal

from runtime.sql import own_postgresql, own_python

# What a number may come to, in units of its last decimal; beyond it there is no number.
CEILING = own_python.CEILING


# What needs no brackets to stay one thing, and may be read by what writes the expression.
PLAIN = re.compile(r"\d+|'[^']*'")
_PARTS: list[tuple[str, Any]] = [*FunctionElement._traverse_internals, ("called", InternalTraversal.dp_string)]


class Own(FunctionElement[Any]):
    """One of our functions, by name."""

    inherit_cache = True
    _traverse_internals = _PARTS

    def __init__(self, called: str, *parts: Any, type_: sa.types.TypeEngine[Any]) -> None:
        super().__init__(*parts)
        self.called, self.type = called, type_


def own(op: str, *parts: ColumnElement[Any] | int, type_: sa.types.TypeEngine[Any]) -> ColumnElement[Any]:
    """A call of one of our functions; whole numbers stand in the text, for they belong to the formula."""
    return Own(op, *(sa.literal_column(str(part)) if isinstance(part, int) else part for part in parts), type_=type_)


@compiles(Own, "sqlite")
def _sqlite(element: Own, compiler: SQLCompiler, **kw: Any) -> str:
    return f"fz_{element.called}({compiler.process(element.clauses, **kw)})"


@compiles(Own, "postgresql")
def _postgresql(element: Own, compiler: SQLCompiler, **kw: Any) -> str:
    parts = (compiler.process(part, **kw) for part in element.clauses)
    return own_postgresql.OPS[element.called](*(part if PLAIN.fullmatch(part) else f"({part})" for part in parts))


def install(connection: Any) -> None:
    """Give a new SQLite connection our functions."""
    for name, (size, function) in own_python.OPS.items():
        connection.create_function(f"fz_{name}", size, function, deterministic=True)
