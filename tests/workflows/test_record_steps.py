"""Steps that work on records: making, finding, turning to and going through them, groups by hand, other workflows."""

from __future__ import annotations

from collections import Counter

import pytest

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import one
from tests.flows import flow, step, way
from tests.workflows.shop import NEW, ORDERS, PAID, SIZED, amounts, begun, orders, pressed, why

# making a record


def test_a_record_is_made_that_links_back_and_can_be_turned_to(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("first", NEW,
        step("make", "create", form="order", link="customer", set=[{"field": "number", "text": {"zh": "首单 {name}"}}, {"field": "on", "fact": "today"}]),
        step("to", "about", made="make", branches=[way("it", step("pay", "set_fields", set=[PAID]))]),
        step("mark", "tag", field="tags", add=["new"])))  # fmt: skip
    record = f.crm.add("customer", name="甲")
    f.work()
    run, = f.runs()
    assert f.lines(run) == ["make created", "pay fields_set", "mark tagged", "ended_done"]
    with database.read() as conn:
        order = f.crm.reader(conn, "order").one(1)
    assert (order.values["number"], order.values["customer"], order.values["amount"], order.values["on"]) == ("首单 甲", record, 7, "2026-11-22")


def test_what_does_not_pass_holds_the_run_with_the_field_s_own_sentence(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("first", NEW, step("make", "create", form="order", set=[{"field": "number", "take": "kind"}]), step("mark", "tag", field="tags", add=["new"])))
    record = f.crm.add("customer", name="甲")
    f.work()
    assert why(f) == "请填写订单号。" and f.value("customer", record, "tags") is None
    assert f.all(f.crm.live.app(database.read().__enter__(), f.crm.key).form("order").tables.main, "id") == []


def test_a_link_to_one_is_turned_to(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("paid", NEW, step("to", "about", field="customer", branches=[way("it", step("mark", "tag", field="tags", add=["gold"]))]),
                                   step("pay", "set_fields", set=[PAID]), form="order"))
    record = f.crm.add("customer", name="甲")
    orders(f, record, 1)
    f.crm.add("order", number="of nobody")
    f.work()
    assert f.value("customer", record, "tags") == ["gold"] and amounts(f) == {7: 2}
    assert [f.lines(run)[0] for run in f.runs()] == ["mark tagged", "to about_none"]


# finding one


@pytest.mark.parametrize(("which", "marked"), [("first", "b"), ("last", "c")])
def test_one_is_found_by_a_rule_beside_the_record_at_hand(database: Database, boss: Actor, which: str, marked: str) -> None:
    f = begun(database, boss, flow("whose", NEW, step("look", "find", form="customer", same=[{"field": "name", "take": "number"}], where=SIZED, which=which, by="size", branches=[
        way("found", step("mark", "tag", field="tags", add=["gold"])), way("none", step("pay", "set_fields", set=[PAID]))]), form="order"))
    named = {key: f.crm.add("customer", name="甲", size=size) for key, size in (("a", None), ("b", 1), ("c", 9))} if which == "first" else {
        key: f.crm.add("customer", name="甲", size=size) for key, size in (("b", 1), ("c", 9))}
    f.crm.add("order", number="甲")
    f.crm.add("order", number="乙")
    f.work()
    assert {key for key, record in named.items() if f.value("customer", record, "tags")} == {marked}
    assert amounts(f) == {None: 1, 7: 1} and {run.state for run in f.runs()} == {"done"}


def test_the_last_of_the_linked_records_is_found(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("latest", {"type": "button"}, step("look", "find", form="order", link="orders", which="last", by="amount",
                                                                     branches=[way("found", step("mark", "set_fields", set=[{"field": "number", "value": "最大"}])), way("none")])))
    mine, other, idle = (f.crm.add("customer", name=name) for name in "甲乙丙")
    ids = [f.crm.add("order", number="x", customer=customer, amount=amount) for customer, amount in ((mine, 5), (mine, 9), (mine, None), (other, 99))]
    pressed(f, "latest", mine, idle)
    f.work()
    assert [f.value("order", one, "number") for one in ids] == ["x", "最大", "x", "x"] and {run.state for run in f.runs()} == {"done"}


def test_the_record_at_hand_is_not_the_one_that_is_looked_for_and_blanks_are_not_the_same(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("twin", NEW, step("look", "find", form="customer", same=[{"field": "name", "take": "name"}, {"field": "kind", "take": "kind"}],
                                                     branches=[way("found", step("mark", "tag", field="tags", add=["slow"])), way("none")])))
    first = f.crm.add("customer", name="甲", kind="person")
    blank = f.crm.add("customer", name="乙")
    f.work()
    f.crm.add("customer", name="乙")
    assert f.value("customer", first, "tags") is None
    f.crm.add("customer", name="甲", kind="person")
    f.work()
    assert f.value("customer", first, "tags") == ["slow"] and f.value("customer", blank, "tags") is None


# each of the linked records


@pytest.mark.parametrize("n", [0, 1, 1200])
def test_each_linked_record_once(database: Database, boss: Actor, n: int) -> None:
    f = begun(database, boss, flow("pay", {"type": "button"}, step("all", "each", **ORDERS, branches=[way("each", step("pay", "set_fields", set=[PAID]))]),
                                   step("mark", "tag", field="tags", add=["gold"])))
    record, other = f.crm.add("customer", name="甲"), f.crm.add("customer", name="乙")
    orders(f, record, n)
    orders(f, other, 2)
    pressed(f, "pay", record)
    f.work()
    run, = f.runs()
    assert run.state == "done" and amounts(f) == Counter({7: n, 1: 2}) + Counter() and f.places() == []
    lines = Counter(f.lines(run)[:400])
    assert lines["all each"] == 1 and f.value("customer", record, "tags") == ["gold"]
    assert len([line for line in f.all(tables.run_line, "code") if line == ("fields_set",)]) == n


def test_only_those_that_fit_and_who_goes_meanwhile_ends_only_its_branch(database: Database, boss: Actor) -> None:
    small = one({"field": "amount", "operator": "<", "value": 5})
    f = begun(database, boss, flow("pay", {"type": "button"}, step("all", "each", **ORDERS, where=small, branches=[
        way("each", step("rest", "wait", **{"for": {"n": 1, "unit": "hour"}}), step("pay", "set_fields", set=[PAID]))]), step("mark", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="甲")
    first, _, _ = orders(f, record, 3)
    orders(f, record, 1, amount=50)
    pressed(f, "pay", record)
    f.work()
    f.crm.drop("order", first)
    f.crm.later(hours=2)
    f.work()
    run, = f.runs()
    assert run.state == "done" and amounts(f) == {7: 2, 50: 1} and "rest record_gone" in f.lines(run)


def test_linked_records_are_changed_and_deleted_in_parts(database: Database, boss: Actor) -> None:
    paid = one({"field": "amount", "operator": "=", "value": 7})
    f = begun(database, boss, flow("close", {"type": "button"}, step("pay", "update_related", **ORDERS, set=[PAID]), step("bin", "remove_related", **ORDERS, where=paid)))
    record = f.crm.add("customer", name="甲")
    orders(f, record, 250)
    f.crm.add("order", number="x", amount=3)
    pressed(f, "close", record)
    f.work()
    assert amounts(f) == {3: 1} and f.runs()[0].state == "done"
    told = {code: params for code, params in f.all(tables.run_line, "code", "params")}
    assert told["related_set"] == told["related_removed"] == '{"n": 250}'


def test_too_many_are_refused_before_anything_is_done(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.workflows import linked

    monkeypatch.setattr(linked, "MOST", 3)
    f = begun(database, boss, flow("pay", {"type": "button"}, step("pay", "update_related", **ORDERS, set=[PAID])))
    record = f.crm.add("customer", name="甲")
    orders(f, record, 4)
    pressed(f, "pay", record)
    f.work()
    assert "超过 3 条" in why(f) and amounts(f) == {1: 4}


def test_a_run_that_deletes_its_own_record_goes_on(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("bin", NEW, step("bin", "remove"), step("make", "create", form="order", set=[{"field": "number", "take": "name"}])))
    f.crm.add("customer", name="甲")
    f.work()
    assert f.runs()[0].state == "done" and f.lines(f.runs()[0])[:2] == ["bin removed", "make created"]
    with database.read() as conn:
        assert f.crm.list(conn, None) == set() and f.crm.list(conn, None, "order") == {1}


# groups by hand


def test_a_record_is_kept_in_a_group_until_its_time_is_over(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("keep", NEW, step("in", "pin", group="level/mid", keep="in", reason={"zh": "{name} 由流程安排"}, until={"n": 2, "unit": "day"})),
              flow("free", {"type": "button"}, step("out", "unpin", group="level/mid")))
    record = f.crm.add("customer", name="甲", size=1)
    f.work()
    with database.read() as conn:
        assert f.crm.list(conn, one({"field": "$group", "operator": "in", "value": ["level/mid"]})) == {record}
    (reason, until), = f.all(tables.pin, "reason", "until")
    assert (reason, until) == ("甲 由流程安排", "2026-11-24T04:00:00Z")
    pressed(f, "free", record)
    f.work()
    with database.read() as conn:
        assert f.crm.list(conn, one({"field": "$group", "operator": "in", "value": ["level/low"]})) == {record}


# another workflow


def test_another_workflow_is_begun_and_a_circle_stops(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("round", {"type": "called"}, step("a", "call", workflow="round"), step("b", "tag", field="tags", add=["slow"])),
              flow("begin", NEW, step("a", "call", workflow="round"), step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="甲")
    f.work()
    last = f.runs("round")[-1]
    assert last.state == "failed" and last.why is not None and last.why.code == "workflow_loop" and len(f.runs()) < 12
    assert f.runs("begin")[0].state == "done" and f.value("customer", record, "tags") == ["gold", "slow"]
