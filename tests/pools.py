"""A form of customers with a pool, one in which talks are written down, and people of all kinds, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.commands import claim
from runtime.storage import system_tables as tables
from runtime.workflows import pooling
from tests.cadences import TALK
from tests.crm import CUSTOMER, Crm, form

SHOP = form("customer", "name", {key: node for key, node in CUSTOMER["properties"].items() if key in ("name", "kind", "size", "owner")}, ["name"])


def shop(**pool: Any) -> tuple[str, dict[str, Any]]:
    """The form of customers with this pool."""
    return "form", {**SHOP, "x-fenzu": {**SHOP["x-fenzu"], "pool": {"owner": "owner", **pool}}}


FORMS = [shop(), ("form", TALK)]


def person(crm: Crm, login: str, role: str = "member") -> Actor:
    """Somebody who works here."""
    with crm.database.write() as conn:
        number = people.insert(conn, login, login, role, "zh", None)
    return Actor(number, login, role, "zh", "Asia/Shanghai")


def take(crm: Crm, by: Actor, *ids: int) -> claim.Done:
    with crm.act(by, claim.CLAIMED) as act:
        return claim.claim(act, "customer", ids)


def give(crm: Crm, by: Actor, *ids: int, why: str = "不做这行了") -> claim.Done:
    with crm.act(by, claim.GIVEN) as act:
        return claim.give_back(act, "customer", ids, why)


def owner(crm: Crm, record: int) -> int | None:
    with crm.database.read() as conn:
        found: int | None = crm.reader(conn).one(record).values["owner"]
        return found


def owners(crm: Crm) -> dict[int, int | None]:
    with crm.database.read() as conn:
        live = crm.app(conn).form("customer")
        rows = conn.execute(sa.select(live.tables.main.c.id, live.tables.column("owner")).where(live.tables.main.c.deleted_at.is_(None)))
        return {row[0]: row[1] for row in rows}


def strike(crm: Crm, pause: Any = lambda: None) -> tuple[int, int]:
    return pooling.strike(crm.database, crm.live, crm.as_of, pause)


def open_tasks(crm: Crm) -> Sequence[tuple[int, int]]:
    """What people were asked to do and is open: record and person."""
    t = tables.task
    with crm.database.read() as conn:
        return [tuple(row) for row in conn.execute(sa.select(t.c.record_id, t.c.person).where(t.c.state == "open").order_by(t.c.record_id))]
