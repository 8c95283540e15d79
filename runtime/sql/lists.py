"""Lists in SQL: a long one travels as one JSON parameter, so that the statement's text never depends on its length."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

FEW = 1


_PARTS: list[tuple[str, Any]] = [
    ("array", InternalTraversal.dp_clauseelement),
    ("whole", InternalTraversal.dp_boolean),
]


class Elements(ColumnElement[Any]):
    """The elements of a JSON array as rows of one column, for use behind IN."""

    inherit_cache = True
    _traverse_internals = _PARTS

    def __init__(self, array: ColumnElement[str], whole: bool) -> None:
        self.array, self.whole = array, whole
        self.type = sa.BigInteger() if whole else sa.Text()


@compiles(Elements, "sqlite")
def _sqlite(element: Elements, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.array, **kw)}))"


@compiles(Elements, "postgresql")
def _postgresql(element: Elements, compiler: SQLCompiler, **kw: Any) -> str:
    cast = "::bigint" if element.whole else ""
    return (
        f"(SELECT value{cast} FROM jsonb_array_elements_text(CAST({compiler.process(element.array, **kw)} AS jsonb)))"
    )


def among(column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column's value is in a list of whole numbers or texts, bound as one parameter."""
    if len(values) == FEW:
        same: ColumnElement[bool] = column == values[0]
        return same
    whole = all(isinstance(value, int) for value in values)
    return among_bound(column, sa.bindparam(None, json.dumps(list(values)), type_=sa.Text()), whole=whole)


def among_bound(column: ColumnElement[Any], array: ColumnElement[Any], *, whole: bool = True) -> ColumnElement[bool]:
    """The same with the JSON array as a parameter of one's own, for statements that are compiled once."""
    inside: ColumnElement[bool] = column.op("IN", is_comparison=True, return_type=sa.Boolean())(Elements(array, whole))
    return inside
