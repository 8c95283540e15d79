"""Whose a record becomes: always the same, in turn, whoever has fewest, by a field's value; and who stands in."""

from __future__ import annotations

import threading
from collections import Counter

from runtime.accounts.actor import Actor
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.workflows import engine
from tests.crm import CUSTOMER, one, words
from tests.flows import flow, step
from tests.workflows.shop import NEW, begun, leaves, pressed, staff, why


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
