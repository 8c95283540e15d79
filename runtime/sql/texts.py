"""Text functions that the databases name differently."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class position(GenericFunction[int]):
    """Where the second text begins inside the first, from 1; 0 when it does not occur. No wildcards, no case rules."""

    type = sa.Integer()
    inherit_cache = True
    name = "fenzu_position"


@compiles(position, "sqlite")
def _instr(element: ColumnElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position, "postgresql")
def _strpos(element: ColumnElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"
