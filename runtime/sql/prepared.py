"""A statement compiled once to the database's own text; what depends on the moment is filled in at each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

Context = Mapping[str, Any]
Key = Callable[[Context], Any]


@dataclass(frozen=True, slots=True)
class Late:
    """A parameter's value as a function of the run's context (`as_of`, `me`, `ids` …).

    While `holds` gives the same, the value is the same and is not worked out again.
    """

    value: Callable[[Context], Any]
    holds: Key | None = None


def late(
    value: str | Callable[[Context], Any], kind: sa.types.TypeEngine[Any], holds: Key | None = None
) -> sa.BindParameter[Any]:
    """A parameter that is known only when the statement runs: a name of the context, or a function of it."""
    fill = (lambda context: context[value]) if isinstance(value, str) else value
    return sa.bindparam(None, Late(fill, holds), type_=kind, unique=True)


class Prepared:
    """One statement as text. A run fills in the late parameters: no compilation, no cache key, and few look-ups."""

    def __init__(self, statement: sa.sql.expression.ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self.named = not compiled.positional  # type: ignore[attr-defined]
        self.names: Sequence[str] = list(compiled.params if self.named else compiled.positiontup)  # type: ignore[attr-defined]
        self._fixed = [compiled.params[name] for name in self.names]
        places: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            if isinstance(compiled.params[name], Late):
                places.setdefault(name, []).append(at)
        found = [(compiled.params[name], where) for name, where in places.items()]
        self._each = [(one.value, where) for one, where in found if one.holds is None]
        self._held = [(one.value, where) for one, where in found if one.holds is not None]
        self._holds = list(dict.fromkeys(one.holds for one, _ in found if one.holds is not None))
        self._kept: tuple[list[Any], list[Any]] | None = None

    def parameters(self, context: Context) -> Any:
        """The values of one run, in the driver's own shape."""
        filled = self._holding(context).copy()
        _fill(filled, self._each, context)
        return dict(zip(self.names, filled, strict=True)) if self.named else tuple(filled)

    def _holding(self, context: Context) -> list[Any]:
        """The values with those filled in that still hold; a day's edges are worked out once a day, not once a save."""
        if not self._held:
            return self._fixed
        keys, kept = [key(context) for key in self._holds], self._kept
        if kept is None or kept[0] != keys:
            kept = keys, self._fixed.copy()
            _fill(kept[1], self._held, context)
            self._kept = kept
        return kept[1]

    def run(self, conn: Connection, **context: Any) -> Sequence[tuple[Any, ...]]:
        """Run a query and give all its rows as plain tuples.

        It goes to the driver's own cursor: SQLAlchemy's result costs three times as much as SQLite itself for one row.
        """
        cursor = self._cursor(conn, context)
        try:
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
            return rows
        finally:
            cursor.close()

    def _cursor(self, conn: Connection, context: Context) -> Any:
        if not conn.in_transaction():
            conn.begin()  # a reader's snapshot begins with its first statement, whoever runs it
        cursor = conn.connection.cursor()
        failure = conn.dialect.loaded_dbapi.Error
        try:
            cursor.execute(self.text, self.parameters(context))
        except failure as error:  # a lock, a lost connection: as SQLAlchemy would say it
            raise DBAPIError.instance(self.text, None, error, failure) from error
        return cursor

    def execute(self, conn: Connection, **context: Any) -> int:
        """Run a statement that changes rows; how many it touched."""
        return conn.exec_driver_sql(self.text, self.parameters(context)).rowcount


def _fill(values: list[Any], parts: Sequence[tuple[Callable[[Context], Any], list[int]]], context: Context) -> None:
    for value, places in parts:
        made = value(context)
        for at in places:
            values[at] = made
