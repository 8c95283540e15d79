"""A statement compiled once to the database's own text; what depends on the moment is filled in at each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.engine import Dialect

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Late:
    """A parameter's value as a function of the run's context (`as_of`, `me`, `ids` …)."""

    value: Callable[[Context], Any]


def late(value: str | Callable[[Context], Any], kind: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
    """A parameter that is known only when the statement runs: a name of the context, or a function of it."""
    fill = (lambda context: context[value]) if isinstance(value, str) else value
    return sa.bindparam(None, Late(fill), type_=kind, unique=True)


class Prepared:
    """One statement as text. A run costs a dictionary look-up per parameter, no compilation and no cache key."""

    def __init__(self, statement: sa.sql.expression.ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self.order: Sequence[str] | None = compiled.positiontup if compiled.positional else None  # type: ignore[attr-defined]
        self.values: Mapping[str, Any] = compiled.params

    def parameters(self, context: Context) -> Any:
        """The values of one run, in the driver's own shape."""
        filled = {k: v.value(context) if isinstance(v, Late) else v for k, v in self.values.items()}
        return filled if self.order is None else tuple(filled[name] for name in self.order)

    def run(self, conn: Connection, **context: Any) -> Sequence[sa.Row[Any]]:
        """Run a query and give all its rows."""
        return conn.exec_driver_sql(self.text, self.parameters(context)).all()

    def execute(self, conn: Connection, **context: Any) -> int:
        """Run a statement that changes rows; how many it touched."""
        return conn.exec_driver_sql(self.text, self.parameters(context)).rowcount
