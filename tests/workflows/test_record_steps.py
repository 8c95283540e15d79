"""Steps that work on records: making, finding, turning to and going through them, groups by hand, and whose turn it is."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.messages import say
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.workflows import engine, inbox
from tests.crm import BODIES, CUSTOMER, Crm, made, one, words
from tests.flows import Flows, flow, step, way

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
        return Counter(record.values["amount"] for page in f.crm.reader(conn, "order").stream(_all()) for record in page)


def _all() -> Any:
    from runtime.records.queries import Query

    return Query()


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


# whose it becomes


def test_who_is_chosen_and_who_stands_in(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    a, b, c = staff(f, 3)
    f.crm.publish(flow("fix", NEW, step("a", "assign", field="owner", way="fixed", who=[{"person": a}], standin=[{"person": b}])))
    first = f.crm.add("customer", name="1")
    f.work()
    leaves(f, a)
    second = f.crm.add("customer", name="2")
    f.work()
    leaves(f, b)
    third = f.crm.add("customer", name="3")
    f.work()
    assert [f.value("customer", one, "owner") for one in (first, second, third)] == [a, b, None]
    assert why(f) == "没有可以分配的人：选的人都不在了，也没有备选" and c


def test_in_turn_and_whoever_has_fewest(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    a, b, c = staff(f, 3)
    who = [{"person": one} for one in (a, b, c)]
    f.crm.add_many("customer", [{"name": "old", "owner": one, "vip": True} for one in (a, a, b)])
    f.crm.publish(flow("turn", NEW | {"when": one({"field": "kind", "operator": "=", "value": "person"})}, step("a", "assign", field="owner", way="turn", who=who)),
                  flow("load", NEW | {"when": one({"field": "kind", "operator": "=", "value": "agent"})}, step("a", "assign", field="owner", way="load", who=who,
                       where=one({"field": "vip", "operator": "=", "value": True}))))
    ids = [f.crm.add("customer", name="t", kind="person") for _ in range(4)]
    f.work()
    assert [f.value("customer", one, "owner") for one in ids] == [a, b, c, a]
    leaves(f, b)
    ids = [f.crm.add("customer", name="t", kind="person") for _ in range(3)]
    f.work()
    assert [f.value("customer", one, "owner") for one in ids] == [c, a, c]
    ids = [f.crm.add("customer", name="l", kind="agent", vip=True) for _ in range(4)]
    f.work()
    assert Counter(f.value("customer", one, "owner") for one in ids) == {c: 3, a: 1}  # a had two, c none: both now have three


def test_by_the_value_of_a_field_and_left_with_whoever_has_it(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    a, b, c = staff(f, 3)
    cases = [{"value": "person", "who": [{"person": a}]}, {"value": "agent", "who": [{"person": b}]}]
    f.crm.publish(flow("case", NEW, step("a", "assign", field="owner", way="case", by="kind", cases=cases, standin=[{"person": c}], keep=True)))
    ids = [f.crm.add("customer", name="x", kind=kind, **more) for kind, more in (("person", {}), ("agent", {}), ("enterprise", {}), ("person", {"owner": c}))]
    f.work()
    assert [f.value("customer", one, "owner") for one in ids] == [a, b, c, c]


def test_a_region_stands_for_all_places_in_it(database: Database, boss: Actor) -> None:
    place = {"type": "string", "pattern": "^[0-9]{6}$", "x-fenzu": {"type": "region", "label": words("地区")}}
    layout = [{**CUSTOMER["x-fenzu"]["layout"][0], "items": [*CUSTOMER["x-fenzu"]["layout"][0]["items"], {"field": "region"}]}]
    form = {**CUSTOMER, "x-fenzu": {**CUSTOMER["x-fenzu"], "layout": layout}, "properties": {**CUSTOMER["properties"], "region": place}}
    f = begun(database, boss)
    a, b, c = staff(f, 3)
    cases = [{"value": "320000", "who": [{"person": a}]}, {"value": "310000", "who": [{"person": b}]}]
    f.crm.publish(("form", form), flow("area", NEW, step("a", "assign", field="owner", way="case", by="region", cases=cases, standin=[{"person": c}])))
    ids = [f.crm.add("customer", name="x", **({"region": region} if region else {})) for region in ("320508", "310000", "440100", None)]
    f.work()
    assert [f.value("customer", one, "owner") for one in ids] == [a, b, c, c]


def test_in_turn_is_exact_when_eight_ask_at_once(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    some = staff(f, 3)
    f.crm.publish(flow("turn", {"type": "button"}, step("a", "assign", field="owner", way="turn", who=[{"person": one} for one in some])))
    ids = f.crm.add_many("customer", [{"name": f"n{n}"} for n in range(120)])
    pressed(f, "turn", *ids)
    wrong: list[BaseException] = []

    def work() -> None:
        live, idle = Live(), 0
        try:
            while idle < 3:
                idle = 0 if engine.turn(database, live, f.crm.as_of) else idle + 1
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    f.work()
    assert not wrong and Counter(f.value("customer", one, "owner") for one in ids) == dict.fromkeys(some, 40)


# another workflow


def test_another_workflow_is_begun_and_a_circle_stops(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("round", {"type": "called"}, step("a", "call", workflow="round"), step("b", "tag", field="tags", add=["slow"])),
              flow("begin", NEW, step("a", "call", workflow="round"), step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="甲")
    f.work()
    last = f.runs("round")[-1]
    assert last.state == "failed" and last.why is not None and last.why.code == "workflow_loop" and len(f.runs()) < 12
    assert f.runs("begin")[0].state == "done" and f.value("customer", record, "tags") == ["gold", "slow"]


# what is wrong is said


def said(database: Database, boss: Actor, *steps: dict, bodies: Any = BODIES, trigger: Any = NEW, form: str = "customer") -> list[tuple[str, str]]:
    from builder.publish import check

    crm: Crm = made(database, boss, bodies)
    kind, body = flow("w", trigger, *steps, form=form)
    with database.read() as conn:
        found = check.problems([check.Part(kind, "w", body)], crm.app(conn).whole)
    assert all(say(problem, lang) for problem in found for lang in ("zh", "en"))
    return [(problem.path, problem.code) for problem in found if problem.severity == "error"]


OWNER = CUSTOMER["properties"]["owner"]
RETIRED = {**CUSTOMER, "properties": {**CUSTOMER["properties"], "owner": {**OWNER, "x-fenzu": {**OWNER["x-fenzu"], "retired": True}}}}
EACH = [way("each", step("x", "stop"))]


@pytest.mark.parametrize(("node", "wrong"), [
    (step("a", "create", form="gone", set=[PAID]), [("steps[0].form", "no_such_form")]),
    (step("a", "create", form="order", set=[PAID]), [("steps[0].set", "create_lacks")]),
    (step("a", "create", form="order", link="amount", set=[{"field": "number", "value": "1"}]), [("steps[0].link", "field_no_link_here")]),
    (step("a", "each", link="gone", branches=EACH), [("steps[0].link", "no_such_inverse")]),
    (step("a", "each", link="orders", where=one({"field": "nope", "operator": "=", "value": 1}), branches=EACH), [("steps[0].where.rules[0].field", "no_such_field")]),
    (step("a", "each", link="orders", branches=[way("each", step("b", "set_fields", set=[{"field": "name", "value": "x"}]))]),
     [("steps[0].branches[0].steps[0].set[0].field", "no_such_field")]),
    (step("a", "about", field="name", branches=EACH), [("steps[0].field", "field_no_link")]),
    (step("a", "about", made="later", branches=EACH), [("steps[0].made", "made_not_before")]),
    (step("a", "about", branches=EACH), [("steps[0].field", "about_one_way")]),
    (step("a", "find", form="order", branches=[way("found")]), [("steps[0].branches", "step_other_branches")]),
    (step("a", "find", form="order", by="nope", branches=[way("found"), way("none")]), [("steps[0].by", "no_such_field")]),
    (step("a", "find", form="order", same=[{"field": "number", "take": "size"}], branches=[way("found"), way("none")]), [("steps[0].same[0].rules[0]", "rule_other_kind")]),
    (step("a", "find", form="customer", link="orders", branches=[way("found"), way("none")]), [("steps[0].link", "link_other_form")]),
    (step("a", "update_related", link="orders", set=[{"field": "name", "value": 1}]), [("steps[0].set[0].field", "no_such_field")]),
    (step("a", "pin", group="level/none", reason=words("x")), [("steps[0].group", "no_such_group")]),
    (step("a", "assign", field="name", way="fixed", who=[{"person": 1}]), [("steps[0].field", "field_no_person")]),
    (step("a", "assign", field="owner", way="turn"), [("steps[0].who", "assign_whom")]),
    (step("a", "assign", field="owner", way="case", by="kind", cases=[{"value": "nope", "who": [{"person": 1}]}]), [("steps[0].cases[0].value.rules[0]", "no_such_option")]),
    (step("a", "call", workflow="nope"), [("steps[0].workflow", "no_such_workflow")]),
])  # fmt: skip
def test_each_mistake_has_its_place_and_its_sentence(sqlite_database: Database, sqlite_boss: Actor, node: dict, wrong: list[tuple[str, str]]) -> None:
    assert said(sqlite_database, sqlite_boss, node) == wrong


def test_a_retired_field_is_refused_by_name_and_holds_a_run_that_began_before(database: Database, boss: Actor) -> None:
    assign = step("a", "assign", field="owner", way="fixed", who=[{"person": boss.id}])
    f = begun(database, boss, flow("v", NEW, assign))
    f.crm.publish(("form", RETIRED))
    f.crm.add("customer", name="甲")
    f.work()
    assert why(f) == "负责人已经停用，不能再填。"


@pytest.mark.parametrize("node", [
    step("a", "assign", field="owner", way="fixed", who=[{"person": 1}]),
    step("a", "set_fields", set=[{"field": "owner", "fact": "me"}]),
    step("a", "create", form="customer", set=[{"field": "name", "value": "x"}, {"field": "owner", "fact": "me"}]),
])  # fmt: skip
def test_a_retired_field_is_refused_before_publishing(sqlite_database: Database, sqlite_boss: Actor, node: dict) -> None:
    bodies = [(kind, RETIRED if body is CUSTOMER else body) for kind, body in BODIES]
    assert [code for _, code in said(sqlite_database, sqlite_boss, node, bodies=bodies)] == ["field_retired"]


def test_an_app_without_groupings(sqlite_database: Database, sqlite_boss: Actor) -> None:
    plain = BODIES[:3]
    assert said(sqlite_database, sqlite_boss, step("a", "pin", group="level/mid", reason=words("x")), bodies=plain) == [("steps[0].group", "no_such_group")]
