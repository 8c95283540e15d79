"""Pools: what is refused and why, whichever way an owner is changed, two at once, and who returns when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.clock import text
from runtime.commands import change, claim, remove, undoing
from runtime.errors import Conflict, FenzuError, Invalid
from runtime.messages import say
from runtime.records import act, entry, history
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.pool_tables import held, line
from tests.crm import Crm, made, one
from tests.pools import FORMS, SHOP, give, open_tasks, owner, owners, person, shop, strike, take


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss, FORMS)


def refused(do: Callable[[], object]) -> str:
    """The code of what is refused; its sentence can be said in both languages."""
    with pytest.raises(FenzuError) as found:
        do()
    assert all(say(found.value.problems[0], lang) for lang in ("zh", "en"))
    return found.value.problems[0].code


def by_hand(crm: Crm, by: Actor, record: int, value: int | None) -> None:
    """An ordinary save."""
    with crm.act(by) as act:
        live = act.app.form("customer")
        change.change(act, "customer", record, entry.read(live.form, {"owner": value}, act.names, whole=False), version=None)


def test_who_is_first_has_it(crm: Crm) -> None:
    li, wu = person(crm, "li"), person(crm, "wu")
    a = crm.add("customer", name="太湖")
    assert take(crm, li, a).ids == [a]
    with pytest.raises(Conflict) as found:
        take(crm, wu, a)
    assert found.value.problems[0].params["who"] == "li"
    assert refused(lambda: by_hand(crm, wu, a, wu.id)) == "pool_taken" and owner(crm, a) == li.id
    by_hand(crm, crm.boss, a, wu.id)  # an administrator hands over
    assert owner(crm, a) == wu.id


def test_a_colleagues_record_is_not_handed_on_to_a_third(crm: Crm) -> None:
    li, wu, mo = (person(crm, name) for name in ("li", "wu", "mo"))
    a = crm.add("customer", name="太湖")
    take(crm, li, a)
    assert refused(lambda: by_hand(crm, mo, a, wu.id)) == "pool_taken" and owner(crm, a) == li.id
    by_hand(crm, li, a, wu.id)  # one's own may be handed on
    assert owner(crm, a) == wu.id


def test_limits_hold_for_every_door(crm: Crm) -> None:
    crm.publish(shop(most=2, daily=3, free=one({"field": "kind", "operator": "=", "value": "agent"})))
    li = person(crm, "li")
    ids = crm.add_many("customer", [{"name": f"n{n}"} for n in range(6)])
    won = crm.add("customer", name="老客户", kind="agent", owner=li.id)
    take(crm, li, *ids[:2])
    assert refused(lambda: take(crm, li, ids[2])) == "pool_full"
    assert refused(lambda: by_hand(crm, li, ids[2], li.id)) == "pool_full"
    assert refused(lambda: crm.set("customer", ids[2], owner=li.id)) == "pool_full_other"
    assert refused(lambda: crm.add("customer", name="新的", owner=li.id)) == "pool_full_other"
    crm.add("customer", name="不算", kind="agent", owner=li.id)
    give(crm, li, ids[0])
    take(crm, li, ids[2])
    give(crm, li, ids[1])
    assert refused(lambda: take(crm, li, ids[3])) == "pool_daily"
    assert refused(lambda: by_hand(crm, li, ids[3], crm.boss.id)) == "pool_assign"
    crm.later(days=1)
    assert take(crm, li, ids[3]).ids == [ids[3]] and owner(crm, won) == li.id


def test_the_bin_is_no_way_round_the_limit(crm: Crm) -> None:
    crm.publish(shop(most=2))
    li, ids = person(crm, "li"), crm.add_many("customer", [{"name": f"n{n}"} for n in range(4)])
    take(crm, li, *ids[:2])
    with crm.act(crm.boss) as act:
        remove.remove(act, "customer", ids[:2])
    take(crm, li, ids[2])
    assert refused(lambda: restore(crm, *ids[:2])) == "pool_full_other"
    restore(crm, ids[0])
    assert owners(crm) == {ids[0]: li.id, ids[2]: li.id, ids[3]: None}


def restore(crm: Crm, *ids: int) -> None:
    with crm.act(crm.boss) as act:
        remove.restore(act, "customer", ids)


def test_again_only_after_some_days_and_what_is_undone_has_not_happened(crm: Crm) -> None:
    crm.publish(shop(again=7, daily=1))
    li, a, b = person(crm, "li"), *crm.add_many("customer", [{"name": "a"}, {"name": "b"}])
    take(crm, li, a)
    undo(crm, li, a, None)
    take(crm, li, b)  # the one taken back does not count
    give(crm, li, b)
    crm.later(days=1)
    with pytest.raises(Invalid) as found:
        take(crm, li, b)
    assert found.value.problems[0].params["day"] == "2026-11-29"
    undo(crm, li, b, li.id)  # giving back is undone
    by_hand(crm, crm.boss, b, None)
    assert refused(lambda: take(crm, li, b)) == "pool_again"
    crm.later(days=7)
    assert take(crm, li, b).ids == [b]


def test_what_somebody_has_claimed_since_is_not_taken_back(crm: Crm) -> None:
    """A builder gives back, a member claims: the builder's undo leaves it with the member, and takes back the others."""
    boss, li = crm.boss, person(crm, "li")
    a, b = (crm.add("customer", name=name, owner=boss.id) for name in "ab")
    with crm.act(boss) as doing:
        claim.give_back(doing, "customer", [a, b], "no time")
    take(crm, li, a)
    back = [{"id": i, "values": {"owner": boss.id}, "was": {"owner": None}} for i in (a, b)]
    with crm.act(boss, "undo") as doing:
        undoing.put_back_many(doing, {"form": "customer", "records": back})
    assert (owner(crm, a), owner(crm, b)) == (li.id, boss.id)
    with pytest.raises(Conflict), crm.act(boss, "undo") as doing:
        undoing.put_back_many(doing, {"form": "customer", "records": back[:1]})


def undo(crm: Crm, by: Actor, record: int, value: int | None) -> None:
    with crm.act(by, "undo") as act:
        undoing.put_back_many(act, {"form": "customer", "records": [{"id": record, "values": {"owner": value}}]})


def test_who_may(crm: Crm) -> None:
    li, wu = person(crm, "li"), person(crm, "wu")
    crm.publish(shop(who=[{"person": li.id}]))
    a, b = crm.add_many("customer", [{"name": "a"}, {"name": "b"}])
    take(crm, li, a)
    assert refused(lambda: take(crm, wu, b)) == "pool_who"
    assert refused(lambda: give(crm, wu, a)) == "pool_not_yours"
    assert refused(lambda: give(crm, li, a, why=" ")) == "pool_reason"
    assert give(crm, li, a, why="关门了").ids == [a]
    with crm.database.read() as conn:
        live = crm.app(conn).form("customer")
        newest = history.of_record(conn, live.id, a)[0]
    assert newest.cause == "give_back" and newest.changes == {"owner": [li.id, None], "$why": [None, "关门了"]}


def test_warned_then_returned_once_each(crm: Crm) -> None:
    crm.publish(shop(reclaim={"days": 10, "warn": 3}, keep=5, again=30))
    li = person(crm, "li")
    a, b, c = crm.add_many("customer", [{"name": name} for name in "abc"])
    take(crm, li, a, b)
    crm.later(days=6)
    assert strike(crm) == (0, 0)
    take(crm, li, c)
    crm.later(days=1)
    assert strike(crm) == (2, 0) and strike(crm) == (0, 0)
    assert open_tasks(crm) == [(a, li.id), (b, li.id)]
    crm.add("talk", about="电话", customer=a, at=text(crm.as_of.at))
    assert open_tasks(crm) == [(b, li.id)]  # a contact ends it at once
    crm.later(days=3)
    assert strike(crm) == (0, 1)
    assert owners(crm) == {a: li.id, b: None, c: li.id} and open_tasks(crm) == []
    assert refused(lambda: take(crm, li, b)) == "pool_again"
    with crm.database.read() as conn:
        told = conn.execute(sa.select(tables.notice.c.code).where(tables.notice.c.person == li.id)).scalars().all()
        lines = [one for one in history.of_record(conn, crm.app(conn).form("customer").id, b) if one.cause == "reclaim" and one.act == "change"]
    assert sorted(told) == ["pool_returned", "pool_warned"] and [list(one.changes) for one in lines] == [["owner", "$why"]]


def test_a_clock_that_jumps_does_nothing_twice(crm: Crm) -> None:
    crm.publish(shop(reclaim={"days": 10, "warn": 3}))
    li, a = person(crm, "li"), crm.add("customer", name="a")
    take(crm, li, a)
    now = crm.as_of
    crm.later(days=400)
    assert strike(crm) == (1, 0)  # however late, nobody loses anything without having been told
    crm.as_of = now
    assert strike(crm) == (0, 0) and open_tasks(crm) == [(a, li.id)]
    crm.later(days=400)
    assert strike(crm) == (0, 0) and len(open_tasks(crm)) == 1
    crm.later(days=3)
    assert strike(crm) == (0, 1) and strike(crm) == (0, 0)


def test_only_those_the_rule_names_and_no_longer_once_the_pool_is_gone(crm: Crm) -> None:
    crm.publish(shop(reclaim={"days": 10, "warn": 3, "when": one({"field": "size", "operator": "<", "value": 5})}))
    li = person(crm, "li")
    small, big = crm.add("customer", name="小", size=1, owner=li.id), crm.add("customer", name="大", size=9, owner=li.id)
    crm.later(days=8)
    assert strike(crm) == (1, 0) and open_tasks(crm) == [(small, li.id)]
    crm.publish(shop())
    crm.later(days=8)
    assert strike(crm) == (0, 0) and open_tasks(crm) == [] and owners(crm) == {small: li.id, big: li.id}


def test_a_pool_switched_off_ends_its_warnings_and_on_again_it_warns_anew(crm: Crm) -> None:
    on = shop(reclaim={"days": 10, "warn": 3})
    crm.publish(on)
    li = person(crm, "li")
    a = crm.add("customer", name="a", owner=li.id)
    crm.later(days=8)
    assert strike(crm) == (1, 0) and open_tasks(crm) == [(a, li.id)]
    crm.publish(("form", SHOP))
    assert strike(crm) == (0, 0) and open_tasks(crm) == []
    crm.later(days=30)
    crm.publish(on)
    assert strike(crm) == (1, 0) and owners(crm) == {a: li.id}


def test_a_job_that_is_cut_off_goes_on(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.records.pool_rounds.CHUNK", 3)
    crm.publish(shop(reclaim={"days": 10, "warn": 3}))
    li = person(crm, "li")
    ids = crm.add_many("customer", [{"name": f"n{n}", "owner": li.id} for n in range(10)])
    for days in (8, 3):
        crm.later(days=days)
        for _ in range(3):
            with pytest.raises(Cut):
                strike(crm, cut(2))
        strike(crm)
    t = tables.task
    with crm.database.read() as conn:
        asked = conn.execute(sa.select(t.c.record_id)).scalars().all()
        left = conn.execute(sa.select(line.c.record_id).where(line.c.act == "left")).scalars().all()
        assert conn.execute(sa.select(held)).all() == []
        counted = conn.execute(sa.select(tables.notice.c.params)).scalars().all()
    assert sorted(asked) == ids and sorted(left) == ids and set(owners(crm).values()) == {None}
    assert all('"n": 10' in one for one in counted) and len(counted) == 2


def test_where_nobody_is_due_no_act_is_opened(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    crm.publish(shop(reclaim={"days": 10, "warn": 3}))
    li = person(crm, "li")
    crm.add_many("customer", [{"name": f"n{n}", "owner": li.id} for n in range(4)])
    opened: list[object] = []

    def acting(*args: Any, **more: Any) -> Any:
        opened.append(args)
        return act.acting(*args, **more)

    monkeypatch.setattr("runtime.workflows.daily.acting", acting)
    assert strike(crm) == (0, 0) and opened == []
    crm.later(days=8)
    assert strike(crm) == (4, 0) and len(opened) == 1


class Cut(Exception):
    """The job was killed here."""


def cut(after: int) -> Callable[[], None]:
    left = [after]

    def pause() -> None:
        left[0] -= 1
        if not left[0]:
            raise Cut

    return pause


def test_many_at_once_never_pass_a_limit(crm: Crm) -> None:
    crm.publish(shop(most=5))
    people = [person(crm, f"p{n}") for n in range(3)]
    ids = crm.add_many("customer", [{"name": f"n{n}"} for n in range(24)])
    told: list[Any] = []

    def grab(by: Actor) -> None:
        for record in ids:
            try:
                take(crm, by, record)
            except (Conflict, Invalid) as error:
                told.append(error.problems[0].code)

    threads = [threading.Thread(target=grab, args=(by,)) for by in people for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = list(owners(crm).values())
    assert [found.count(by.id) for by in people] == [5, 5, 5] and set(told) <= {"pool_taken", "pool_full"}
