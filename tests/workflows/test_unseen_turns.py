"""What people who are asked may not see any more when their turn comes: their bell tells nothing of it."""

from __future__ import annotations

import sqlalchemy as sa

from runtime.accounts import notices
from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import tasks
from tests.crm import one
from tests.flows import flow, step
from tests.workflows.approving import ASKED, House
from tests.workflows.test_approvals import ROLE


def test_whose_turn_comes_hears_nothing_of_a_record_moved_from_their_sight(database: Database, boss: Actor) -> None:
    house = House(database, boss)
    house.crm.publish(("role", {**ROLE, "rows": {"customer": one({"field": "vip", "operator": "=", "value": True})}}))
    house.crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=ASKED, need="turn", who=[{"person": house.who[name].id} for name in ("boss", "an", "bo")])))
    hidden, shown = (house.crm.add("customer", name=name, vip=True) for name in ("藏", "看"))
    house.flows.work()
    house.crm.set("customer", hidden, vip=False)
    t = tables.task
    with house.crm.act(house.who["boss"]) as act:
        for number in act.conn.execute(sa.select(t.c.id).where(t.c.person == house.who["boss"].id)).scalars().all():
            tasks.answer(act, number, "approve", "好")
        states = {row.record_id: row.state for row in act.conn.execute(sa.select(t.c.record_id, t.c.state).where(t.c.person == house.who["an"].id))}
        told = [one.params for one in notices.newest(act.conn, house.who["an"].id)]
    assert states == {hidden: "open", shown: "open"}
    assert "看" in str(told) and "藏" not in str(told)
