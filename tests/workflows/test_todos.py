"""Tasks to tick off: whom they are for, who may change them, what the record's history says, and runs that wait for them."""

from __future__ import annotations

import pytest

from runtime.accounts import actor, people
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, Invalid, NotFound
from runtime.records import history
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import desk, todos
from runtime.workflows.desk import EVERY, FOLLOW, FREE, Span, Task
from tests.crm import Crm, made
from tests.flows import Flows, flow, step, way

TITLE = {"zh": "联系「{name}」", "en": "Call “{name}”"}


@pytest.fixture
def member(database: Database, boss: Actor) -> Actor:
    """Somebody who may use what others build."""
    with database.write() as conn:
        found = actor.load(conn, people.add(conn, boss, "li", "李雷", "member", "zh", "correct horse"))
    assert found is not None
    return found


def begun(database: Database, boss: Actor, *flows: tuple[str, dict]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def task(number: int, crm: Crm) -> Task:
    with crm.database.read() as conn:
        return desk.one(conn, number)


def mine(crm: Crm, who: Actor, *kinds: str) -> list[Task]:
    with crm.database.read() as conn:
        return desk.listed(conn, who.id, Span(kinds or EVERY), 50)


def lines(crm: Crm, record: int) -> list[str]:
    with crm.database.read() as conn:
        return [f"{line.act} {' '.join(line.changes)}" for line in history.of_record(conn, crm.app(conn).form("customer").id, record)]


def test_a_step_asks_and_goes_on(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("call", {"type": "created"}, step("a", "todo", who=[{"person": boss.id}], title=TITLE, due={"n": 2, "unit": "day"}),
                                   step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="沐阳")
    f.work()
    found, = mine(f.crm, boss)
    assert (found.kind, found.record, found.said("zh"), found.said("en")) == (FOLLOW, record, "联系「沐阳」", "Call “沐阳”")
    assert found.due == "2026-11-24T15:59:59Z", "two days on, the whole day in Shanghai"
    assert f.runs()[0].state == "done" and f.value("customer", record, "tags") == ["gold"]
    assert lines(f.crm, record)[1] == "task $task_asked"
    with f.crm.act() as act:
        todos.done(act, found.id)
    assert task(found.id, f.crm).state == "done" and mine(f.crm, boss) == [] and lines(f.crm, record)[0] == "task $task_done"


def test_a_run_waits_for_all_of_them(database: Database, boss: Actor, member: Actor) -> None:
    f = begun(database, boss, flow("call", {"type": "created"}, step("a", "todo", who=[{"person": boss.id}, {"person": member.id}], title=TITLE, wait=True),
                                   step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="a")
    f.work()
    first, second = mine(f.crm, boss)[0].id, mine(f.crm, member)[0].id
    for number in (first, second):
        assert f.value("customer", record, "tags") is None
        with f.crm.act(boss if number == first else member) as act:
            todos.done(act, number)
        f.crm.later(seconds=11)
        f.work()
    assert f.value("customer", record, "tags") == ["gold"] and {"a todo_for", "a todo_done", "b tagged", "ended_done"} <= set(f.lines(f.runs()[0]))


def test_a_tick_is_taken_back_in_time(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("call", {"type": "created"}, step("a", "todo", who=[{"person": boss.id}], title=TITLE, wait=True),
                                   step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="a")
    f.work()
    number = mine(f.crm, boss)[0].id
    with f.crm.act() as act:
        todos.done(act, number)
    f.work()
    with f.crm.act() as act:
        todos.reopen(act, number)
    f.crm.later(minutes=1)
    f.work()
    assert f.value("customer", record, "tags") is None and task(number, f.crm).state == "open"
    with f.crm.act() as act:
        todos.done(act, number)
    f.crm.later(seconds=11)
    f.work()
    with pytest.raises(Conflict), f.crm.act() as act:
        todos.reopen(act, number)


def test_what_a_run_waits_for_goes_with_it(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("both", {"type": "created"}, step("p", "parallel", branches=[
        way("x", step("a", "todo", who=[{"person": boss.id}], title=TITLE, wait=True)), way("y", step("b", "todo", who=[{"person": boss.id}], title=TITLE), step("c", "stop"))])))
    f.crm.add("customer", name="a")
    f.work()
    assert sorted(f.all(tables.task, "step", "state")) == [("a", "gone"), ("b", "open")]


def test_one_writes_for_oneself_and_for_others(database: Database, boss: Actor, member: Actor) -> None:
    crm = made(database, boss)
    record = crm.add("customer", name="沐阳", owner=boss.id)
    with crm.act() as act:
        own = todos.add(act, " 整理名单 ", boss.id, due="2026-11-22T15:59:59Z")
        given = todos.add(act, "打电话", member.id, form="customer", record=record)
    assert [(one.id, one.kind, one.said("zh")) for one in mine(crm, boss)] == [(own, FREE, "整理名单")]
    assert [(one.id, one.kind, one.record) for one in mine(crm, member)] == [(given, FOLLOW, record)]
    assert Flows(crm).all(tables.notice, "person", "code") == [(member.id, "task_given")]
    with crm.act() as act:
        todos.move(act, given, "2026-11-25T15:59:59Z")
    with crm.act(member) as act:
        todos.hand(act, given, boss.id)
    assert lines(crm, record)[:3] == ["task $task_handed", "task $task_moved", "task $task_asked"]
    with pytest.raises(Denied), crm.act(member) as act:
        todos.done(act, given)
    with pytest.raises(Denied), crm.act(member) as act:
        todos.done(act, own)


def test_what_is_refused(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    for title, who in (("", boss.id), ("x" * 201, boss.id), ("x", 999)):
        with pytest.raises(Invalid), crm.act() as act:
            todos.add(act, title, who)
    with pytest.raises(NotFound), crm.act() as act:
        todos.add(act, "x", boss.id, form="customer", record=77)
    with crm.act() as act:
        number = todos.add(act, "x", boss.id)
        todos.done(act, number)
    for again in (todos.done, todos.reopen):
        if again is todos.done:
            with pytest.raises(Conflict), crm.act() as act:
                again(act, number)
        else:
            with crm.act() as act:
                again(act, number)


def test_pages_of_a_desk(database: Database, boss: Actor) -> None:
    """Every task once, in the order of their days, those without one last; counted no further than it says."""
    crm = made(database, boss)
    days = [None, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z"]
    with crm.act() as act:
        for n in range(23):
            todos.add(act, f"t{n}", boss.id, due=days[n % 4])
    seen: list[Task] = []
    after = None
    with crm.database.read() as conn:
        while part := desk.listed(conn, boss.id, Span(EVERY), 4, after):
            seen += part
            after = (part[-1].due or "", part[-1].id)
        counted = desk.counts(conn, boss.id, [Span(EVERY), Span([FREE], until="2026-11-21T00:00:00Z"), Span([FOLLOW])])
    assert [one.id for one in seen] == [one.id for one in sorted(seen, key=lambda one: (one.due is None, one.due or "", one.id))]
    assert len({one.id for one in seen}) == 23 and counted == [23, 6, 0]
    with crm.act() as act:
        for one in seen[:9]:
            todos.done(act, one.id)
    with crm.database.read() as conn:
        first = desk.ended(conn, boss.id, 5)
        second = desk.ended(conn, boss.id, 5, after=(str(first[-1].ended_at), first[-1].id))
    assert [one.id for one in (*first, *second)] == sorted((one.id for one in seen[:9]), reverse=True)
