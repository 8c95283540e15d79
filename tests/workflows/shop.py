"""A small customer system with workflows, and short ways to begin them by hand, for tests of the steps that work on records."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa

from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.messages import say
from runtime.records.queries import Query
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import inbox
from tests.crm import made, one
from tests.flows import Flows

NEW = {"type": "created"}
ORDERS = {"link": "orders"}
SIZED = one({"field": "size", "operator": "<", "value": 100})
PAID = {"field": "amount", "value": 7}


def begun(database: Database, boss: Actor, *flows: tuple[str, dict]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def pressed(f: Flows, key: str, *records: int) -> None:
    """Begin a workflow by hand."""
    with f.crm.act() as act:
        item = act.app.workflows[key]
        inbox.begin(act, item, item.workflow.form, {one: {} for one in records}, by=f.crm.boss.id, depth=0)


def orders(f: Flows, customer: int, n: int, **values: Any) -> list[int]:
    return f.crm.add_many("order", [{"number": f"o{at}", "customer": customer, "amount": 1, **values} for at in range(n)])


def amounts(f: Flows) -> Counter[Any]:
    with f.crm.database.read() as conn:
        return Counter(record.values["amount"] for page in f.crm.reader(conn, "order").stream(Query()) for record in page)


def staff(f: Flows, n: int) -> list[int]:
    with f.crm.database.write() as conn:
        return [people.add(conn, f.crm.boss, f"p{at}", f"同事{at}", "member", "zh", "correct horse") for at in range(n)]


def leaves(f: Flows, person: int) -> None:
    with f.crm.database.write() as conn:
        conn.execute(sa.update(tables.person).where(tables.person.c.id == person).values(active=False))


def why(f: Flows, lang: str = "zh") -> str:
    run = f.runs()[-1]
    assert run.state == "failed" and run.why is not None
    return say(run.why, lang)
