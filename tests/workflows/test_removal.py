"""An app that goes takes everything about its workflows along."""

from __future__ import annotations

import sqlalchemy as sa

from builder import apps
from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.naming import METADATA
from runtime.workflows import clock, hooks
from tests.crm import made, words
from tests.flows import Flows, flow, step

HOUR = {"n": 1, "unit": "hour"}
KEPT = {"job"}  # what was done is told even when the app has gone


def test_nothing_of_a_removed_app_stays(database: Database, boss: Actor) -> None:
    f = Flows(made(database, boss))
    f.crm.publish(flow("v", {"type": "created"}, step("a", "notify", who=[{"role": "administrator"}], text=words("x")), step("b", "wait", **{"for": HOUR}), step("c", "stop")),
                  flow("daily", {"type": "schedule", "every": "day"}, step("a", "stop")),
                  flow("bad", {"type": "created"}, step("a", "set_fields", set=[{"field": "kind", "value": "no such kind"}])))
    f.crm.add("customer", name="a")
    f.work()
    clock.strike(database, f.crm.live, f.crm.as_of)
    f.crm.add("customer", name="b")  # its event waits
    with database.write() as conn:
        app = f.crm.app(conn).id
        conn.execute(sa.insert(tables.task).values(app_id=app, form="customer", person=boss.id, kind="todo", state="open", title="x", at=boss.zone))
        conn.execute(sa.insert(tables.outgoing).values(app_id=app, kind="mail", key="k", body="{}", state="open", at="x"))
        _doors(conn, f, app)
        assert {row.name for row in _left(conn, app)} >= {"event", "run", "place", "task", "outgoing", "hook"}
        apps.remove(conn, app)
        assert _left(conn, app) == []
        for table in (tables.run_line, tables.workflow, tables.stroke, tables.turn, tables.hook):
            assert conn.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
    assert f.work() == 0


def _doors(conn: sa.Connection, f: Flows, app: int) -> None:
    """An address for other programs, and whose turn it is at a step."""
    item = f.crm.app(conn).workflows["v"]
    hooks.renew(conn, f.crm.boss, app, item)
    conn.execute(sa.insert(tables.turn).values(workflow_id=item.id, step="a", last=f.crm.boss.id))


def _left(conn: sa.Connection, app: int) -> list[sa.Table]:
    """The tables that still have rows of an app."""
    return [table for table in METADATA.sorted_tables if "app_id" in table.c and table.name not in KEPT
            and conn.execute(sa.select(table.c.app_id).where(table.c.app_id == app).limit(1)).first() is not None]
