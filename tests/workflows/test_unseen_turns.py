"""What people who are asked may not see any more when their turn comes: their bell tells nothing of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import notices, people
from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import asking, tasks
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


def test_whoever_leaves_is_not_waited_for_until_tomorrow(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(database, boss)
    monkeypatch.setattr(clock, "now", lambda: house.crm.as_of.at)
    house.crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=ASKED, need="all", who=[{"person": house.who["an"].id}])))
    house.crm.add("customer", name="牧羊")
    house.flows.work()
    assert [run.state for run in house.flows.runs()] == ["open"] and house.flows.work() == 0
    with database.write() as conn:
        people.deactivate(conn, house.who["boss"], house.who["an"].id)
        asking.left(conn, house.who["an"].id)
    house.flows.work()
    run, = house.flows.runs()
    assert run.state == "failed" and run.why is not None and run.why.code == "asked_left"
