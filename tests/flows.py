"""Workflows for tests: short ways to write them, and to let the engine do all that is due at the test's own moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from runtime.storage import system_tables as tables
from runtime.workflows import engine, inbox, log
from runtime.workflows.rows import Run, run_of
from tests.crm import Crm, words

Node = Mapping[str, Any]


def flow(key: str, trigger: Node, *steps: Node, form: str = "customer", **more: Any) -> tuple[str, dict[str, Any]]:
    """A workflow as a part to publish."""
    return "workflow", {"kind": "workflow", "format": 1, "key": key, "form": form, "label": words(key), "trigger": dict(trigger), "steps": list(steps), **more}


def step(key: str, kind: str, **node: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, **node}


def way(key: str, *steps: Node, when: Node | None = None) -> dict[str, Any]:
    """A branch."""
    return {"key": key, "label": words(key), "steps": list(steps), **({"when": when} if when else {})}


@dataclass
class Flows:
    """The workflows of one app; `work` does what is due at the moment of the app's clock."""

    crm: Crm

    def work(self, turns: int = 10_000) -> int:
        """Everything that is due; gives how many steps that were."""
        done = 0
        for _ in range(turns):
            found = inbox.drain(self.crm.database, self.crm.live, self.crm.as_of)
            some = engine.turn(self.crm.database, self.crm.live, self.crm.as_of)
            done += some
            if not found and not some:
                return done
        raise AssertionError("it never comes to rest")

    def runs(self, key: str | None = None) -> list[Run]:
        """The runs so far, the oldest first."""
        with self.crm.database.read() as conn:
            query = sa.select(tables.run).order_by(tables.run.c.id)
            if key is not None:
                query = query.where(tables.run.c.workflow_id == self.crm.app(conn).workflows[key].id)
            return [run_of(row) for row in conn.execute(query)]

    def lines(self, run: Run) -> list[str]:
        """The log of a run: `step code`."""
        with self.crm.database.read() as conn:
            return [f"{line.step} {line.code}".strip() for line in log.of_run(conn, run.id)]

    def value(self, form: str, record: int, field: str) -> Any:
        with self.crm.database.read() as conn:
            return self.crm.reader(conn, form).one(record).values[field]

    def places(self) -> list[tuple[int, str, str]]:
        """Where open runs stand: run, step, state."""
        p = tables.place
        with self.crm.database.read() as conn:
            return [tuple(row) for row in conn.execute(sa.select(p.c.run_id, p.c.step, p.c.state).order_by(p.c.id))]

    def all(self, table: sa.Table, *columns: str, order: Sequence[str] = ("id",)) -> list[tuple[Any, ...]]:
        """Rows of a table, for looking."""
        with self.crm.database.read() as conn:
            query = sa.select(*(table.c[name] for name in columns)).order_by(*(table.c[name] for name in order))
            return [tuple(row) for row in conn.execute(query)]
