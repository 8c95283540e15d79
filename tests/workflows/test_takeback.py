"""An answer taken back within ten seconds leaves everything as it stood; after them, or after anybody else, there is no way back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import Conflict
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import takeback, tasks
from tests.crm import running, words
from tests.flows import Flows, flow, step, way
from tests.web import Site, visible
from tests.workflows.approving import AFTER, ASKED, House

COLUMNS = ("id", "person", "state", "due", "opinion", "ended_at", "ended_by")


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


def stands(house: House) -> tuple[Any, ...]:
    p = tables.place
    with house.crm.database.read() as conn:
        places = conn.execute(sa.select(p.c.id, p.c.step, p.c.state, p.c.due, p.c.data).order_by(p.c.id)).all()
    return [tuple(row) for row in places], house.flows.all(tables.task, *COLUMNS), [run.state for run in house.flows.runs()]


def answered(house: House, name: str, how: str) -> dict[str, Any]:
    with house.crm.act(house.who[name]) as act:
        kept = takeback.answer(act, house.task(name), how, "因为")
    return dict(json.loads(json.dumps(kept)))  # as a token keeps it


def back(house: House, name: str, kept: dict[str, Any]) -> None:
    with house.crm.act(house.who[name]) as act:
        takeback.take_back(act, kept)


@pytest.mark.parametrize("need", ["any", "all", "turn", "some"])
@pytest.mark.parametrize("how", ["approve", "refuse", "return"])
def test_everything_as_it_stood(house: House, need: str, how: str) -> None:
    """Whatever was settled, opened or closed by it; the engine comes by meanwhile and does nothing. Answered anew it goes on in the end."""
    house.ask(need=need, count=2, back_to="t", before=[step("t", "set_fields", set=[{"field": "vip", "value": True}])])
    before = stands(house)
    for _ in range(2):
        kept = answered(house, "an", how)
        assert stands(house) != before
        house.crm.later(seconds=4)
        house.flows.work()
        back(house, "an", kept)
        house.flows.work()
        assert stands(house) == before
    house.does("an", "approve")
    for name in ("bo", "cai"):
        if house.passed() is None:
            house.does(name, "approve")
    assert house.passed() is True


def test_after_ten_seconds_the_run_has_gone_on(house: House) -> None:
    house.ask(need="any")
    kept = answered(house, "an", "approve")
    house.crm.later(seconds=9)
    house.flows.work()
    assert house.passed() is None
    house.crm.later(seconds=2)
    house.flows.work()
    assert house.passed() is True
    with pytest.raises(Conflict, match="task_gone_on"):
        back(house, "an", kept)


@pytest.mark.parametrize("meanwhile", ["bo answers", "withdrawn", "twice"])
def test_not_after_anybody_else(house: House, meanwhile: str) -> None:
    """What others did since stands."""
    house.ask(need="all")
    kept = answered(house, "an", "approve")
    if meanwhile == "bo answers":
        house.does("bo", "approve")
    elif meanwhile == "withdrawn":
        with house.crm.act() as act:
            tasks.withdraw(act, house.flows.runs()[-1].id)
    else:
        back(house, "an", kept)
    left = stands(house)
    with pytest.raises(Conflict):
        back(house, "an", kept)
    assert stands(house) == left


@pytest.mark.parametrize("need", ["any", "all", "turn"])
@pytest.mark.parametrize(("does", "gold", "size"), [("approve", True, None), ("refuse", False, 7)])
def test_ways_for_yes_and_no(house: House, need: str, does: str, gold: bool, size: int | None) -> None:
    """Each goes its own way; both then go on with what follows."""
    two = [way("approved", AFTER), way("refused", step("s", "set_fields", set=[{"field": "size", "value": 7}]))]
    asked = step("a", "approve", title=ASKED, who=[{"person": house.who[name].id} for name in ("an", "bo")], need=need, refused="ways", branches=two)
    house.crm.publish(flow("deal", {"type": "created"}, asked, step("v", "set_fields", set=[{"field": "vip", "value": True}])))
    record = house.crm.add("customer", name="沐阳")
    house.flows.work()
    for name in ("an", "bo"):
        if house.flows.runs()[-1].state == "open":
            house.does(name, does)
    value = house.flows.value
    assert house.flows.runs()[-1].state == "done" and value("customer", record, "vip") is True
    assert (bool(value("customer", record, "tags")), value("customer", record, "size")) == (gold, size)


def test_from_its_toast(site: Site) -> None:
    boss = site.person()
    crm = running(site)
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    f = Flows(crm)
    crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=words("报价", "Quote"), who=[{"person": site.actor().id}])))
    crm.add("customer", name="沐阳")
    f.work()
    number = f.all(tables.task, "id")[0][0]
    told = json.loads(boss.htmx("POST", f"/today/{number}/answer", {"way": "approve", "on": ""}, HX_Target="today").headers["HX-Trigger"])["toast"]
    assert told["seconds"] == 10 and f.all(tables.task, "state") == [("approved",)]
    boss.post(told["undo"])
    assert f.all(tables.task, "state", "ended_at", "opinion") == [("open", None, "")]
    assert "报价" in visible(boss.text("/today")) and f.runs()[0].state == "open"
