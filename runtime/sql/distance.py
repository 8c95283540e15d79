"""How far one place is from another, over the surface of the earth: a Python function on SQLite, an expression on PostgreSQL."""

from __future__ import annotations

import math
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

DIAMETER = 12_742.0176  # kilometres
DEGREE = DIAMETER * math.pi / 360


class Distance(FunctionElement[float]):
    """Kilometres between (lat, lon) and (lat, lon), all in degrees; NULL when any is NULL."""

    inherit_cache = True
    type = sa.Double()


@compiles(Distance)
@compiles(Distance, "sqlite")
def _sqlite(element: Distance, compiler: SQLCompiler, **kw: Any) -> str:
    return f"fz_distance({compiler.process(element.clauses, **kw)})"


@compiles(Distance, "postgresql")
def _postgresql(element: Distance, compiler: SQLCompiler, **kw: Any) -> str:
    a, b, c, d = (f"CAST({compiler.process(part, **kw)} AS DOUBLE PRECISION)" for part in element.clauses)
    high = f"power(sin(radians({c} - {a}) / 2), 2)"
    wide = f"cos(radians({a})) * cos(radians({c})) * power(sin(radians({d} - {b}) / 2), 2)"
    return f"({DIAMETER} * asin(sqrt(least(1, {high} + {wide}))))"


def kilometres(lat: float | None, lon: float | None, to_lat: float | None, to_lon: float | None) -> float | None:
    """The same in Python: the haversine formula."""
    if lat is None or lon is None or to_lat is None or to_lon is None:
        return None
    high = math.sin(math.radians(to_lat - lat) / 2) ** 2
    wide = math.cos(math.radians(lat)) * math.cos(math.radians(to_lat)) * math.sin(math.radians(to_lon - lon) / 2) ** 2
    return DIAMETER * math.asin(math.sqrt(min(1.0, high + wide)))


def install(connection: Any) -> None:
    """Give a new SQLite connection the function."""
    connection.create_function("fz_distance", 4, kilometres, deterministic=True)


def within(lat: ColumnElement[Any], lon: ColumnElement[Any], around: tuple[float, float], km: float) -> ColumnElement[bool]:
    """Whether a place lies so many kilometres around another; the band of latitudes spares most places the sum."""
    reach = km / DEGREE + 1e-6
    band = sa.and_(lat >= around[0] - reach, lat <= around[0] + reach)
    return sa.and_(band, Distance(lat, lon, sa.literal(around[0], sa.Double()), sa.literal(around[1], sa.Double())) <= sa.literal(km, sa.Double()))
