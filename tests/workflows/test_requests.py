"""What somebody asked of others: listed by run, paged, reminded once an hour, withdrawn; on both databases and in the browser's terms."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, NotFound
from runtime.storage import asked_index
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import requests, tasks
from runtime.workflows.requests import Request
from tests.crm import running, words
from tests.flows import Flows, flow, step
from tests.web import Site, visible
from tests.workflows.approving import ASKED, House


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


def waiting(house: House, limit: int = 50, before: int = 0, who: str = "boss") -> list[Request]:
    with house.crm.database.read() as conn:
        return requests.waiting(conn, house.who[who].id, house.crm.as_of.at, limit, before)


def ended(house: House, limit: int = 50, after: tuple[str, int] | None = None) -> list[Request]:
    with house.crm.database.read() as conn:
        return requests.ended(conn, house.who["boss"].id, house.crm.as_of.at, limit, after)


def test_one_line_for_each_run(house: House) -> None:
    """Three are asked: one line, those who have not answered; handed on it stays the starter's; then how it ended, for 30 days."""
    house.ask(need="all")
    one, = waiting(house)
    assert [house.who[name].id for name in ("an", "bo", "cai")] == one.waits and ended(house) == [] and waiting(house, who="an") == []
    house.does("an", "approve")
    house.does("bo", "hand", "di")
    one, = waiting(house)
    assert sorted(one.waits) == sorted(house.who[name].id for name in ("cai", "di")) and ended(house) == []
    house.crm.later(hours=3)
    house.does("cai", "approve")
    house.does("di", "refuse")
    assert waiting(house) == []
    one, = ended(house)
    assert one.ended == "settled_refused" and one.waits == []
    with house.crm.database.read() as conn:
        told, = conn.execute(sa.select(tables.notice).where(tables.notice.c.code.like("task_refused%"))).all()
    assert told.code in ("task_refused_by", "task_refused_said") and json.loads(told.params)["who"] == house.who["di"].name, "whoever asked hears who said no"
    house.crm.later(days=31)
    assert ended(house) == []


@pytest.mark.parametrize(("does", "code"), [("approve", "settled_approved"), ("withdraw", "withdrawn")])
def test_how_it_ended(house: House, does: str, code: str) -> None:
    house.ask(need="any")
    if does == "withdraw":
        with house.crm.act() as act:
            tasks.withdraw(act, house.flows.runs()[-1].id)
    else:
        house.does("an", does)
    assert [one.ended for one in ended(house)] == [code]
    told = [row for row in house.flows.all(tables.notice, "code") if row == ("task_withdrawn",)]
    assert len(told) == (3 if does == "withdraw" else 0)


def test_reminded_once_an_hour_and_by_nobody_else(house: House) -> None:
    house.ask(need="turn")
    run = house.flows.runs()[-1].id
    with pytest.raises(NotFound), house.crm.act(house.who["an"]) as act:
        tasks.remind(act, run)
    with house.crm.act() as act:
        assert tasks.remind(act, run) == 1  # the others' turn has not come
    one, = waiting(house)
    assert one.reminded == clock.text(house.crm.as_of.at)
    house.crm.later(minutes=59)
    with pytest.raises(Conflict, match="reminded_lately"), house.crm.act() as act:
        tasks.remind(act, run)
    house.crm.later(minutes=2)
    assert waiting(house)[0].reminded is None
    with house.crm.act() as act:
        assert tasks.remind(act, run) == 1


def test_pages_hold_each_run_once(house: House) -> None:
    """Both kinds of asking, many runs, three to a page: together they are all that there is, whatever stands open beside."""
    house.ask(need="all")
    house.crm.publish(flow("more", {"type": "created"}, step("f", "fill", title=ASKED, who=[{"person": house.who["di"].id}], fields=["size"])))
    for n in range(6):
        house.crm.add("customer", name=f"客户 {n}")
    house.flows.work()
    house.crm.later(minutes=5)
    for name in ("di", "an", "bo", "cai"):
        house.does(name, *(("fill", {"size": "7"}) if name == "di" else ("approve",)))
    pages, before = list[list[Request]](), 0
    while not pages or len(pages[-1]) == 3:
        pages.append(waiting(house, 3, before))
        before = pages[-1][-1].task.id if pages[-1] else 0
    over, after = list[list[Request]](), None
    while not over or len(over[-1]) == 2:
        over.append(ended(house, 2, after))
        after = (str(over[-1][-1].task.ended_at), over[-1][-1].task.id) if over[-1] else None
    shown, gone = [one.run for page in pages for one in page], [one.run for page in over for one in page]
    assert len(shown) == len(set(shown)) and len(gone) == len(set(gone)) and not set(shown) & set(gone)
    assert {*shown, *gone} == {run.id for run in house.flows.runs()} and len(gone) == 2


def test_an_older_installation_gains_the_index(database: Database) -> None:
    with database.write() as conn:
        asked_index.ASKED.drop(conn)
        asked_index.ensure(conn)
        asked_index.ensure(conn)
        assert "ix_task_asked" in {one["name"] for one in sa.inspect(conn).get_indexes("task")}


def test_on_the_page_of_today_and_the_list(site: Site) -> None:
    boss, member = site.person(), site.person("member")
    crm = running(site)
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    f = Flows(crm)
    crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=words("报价", "Quote"), who=[{"role": "member"}])))
    crm.add("customer", name="沐阳")
    f.work()
    run = f.runs()[0].id
    assert "我发起的" in visible(boss.text("/today")) and "我发起的" not in visible(member.text("/today"))
    listed = visible(boss.text("/today/by-me"))
    assert "报价" in listed and "沐阳" in listed and "撤回" in listed and "没有等别人的" in visible(member.text("/today/by-me"))
    first = boss.htmx("POST", f"/today/by-me/{run}/remind", HX_Target="tasks")
    assert "提醒过" in visible(first.text) and f'id="remind-{run}"' not in first.text
    again = boss.htmx("POST", f"/today/by-me/{run}/remind", HX_Target="today")
    assert json.loads(again.headers["HX-Trigger"])["toast"]["tone"] == "bad"
    assert "提醒过" in visible(boss.text(f"/a/{crm.key}/customer/{f.runs()[0].record}/runs"))
    assert member.post(f"/today/by-me/{run}/withdraw").status_code == 404
    gone = boss.htmx("POST", f"/today/by-me/{run}/withdraw", HX_Target="tasks")
    assert "没有等别人的" in visible(gone.text)
    assert "撤回了" in visible(boss.text("/today/by-me?show=ended")) and "我发起的" not in visible(boss.text("/today"))


def test_a_task_opens_beside_what_i_asked(site: Site) -> None:
    """The page of today holds both: a task of mine by its own address, and what waits for others."""
    boss = site.person()
    crm = running(site)
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    f, both = Flows(crm), [{"person": site.actor().id}, {"person": site.actor("member").id}]
    crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=words("报价", "Quote"), who=both)))
    crm.add("customer", name="沐阳")
    f.work()
    text = visible(boss.text(f"/today?task={f.all(tables.task, 'id')[0][0]}"))
    assert "我发起的" in text and "意见" in text
