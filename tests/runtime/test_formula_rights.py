"""What is worked out from linked records never tells more than whoever asks may see, wherever it is asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.crm import CUSTOMER, NUMBER, ORDER, TAGS, Crm, field, form, made, one, words
from tests.runtime import staff

WORKED = form("customer", "name", {
    **CUSTOMER["properties"],
    "spent": field("formula", "花了多少", {**NUMBER, "readOnly": True}, formula="SUM({orders.amount})", result="number", format="money"),
    "biggest": field("rollup", "最大一单", {**NUMBER, "readOnly": True}, over="orders", fn="max", of="amount", result="money",
                     shown={"decimals": 2}),
})
SEEN = form("order", "number", {
    **ORDER["properties"],
    "seller": field("person", "业务员", {"type": "integer", "minimum": 1}),
    "whose": field("formula", "谁的", {"type": "string", "readOnly": True}, formula="{customer.name} & {number}", result="text"),
    "size": field("lookup", "规模", {**NUMBER, "readOnly": True}, link="customer", field="size", result="number"),
})
OWN = {"kind": "role", "format": 1, "key": "member", "label": words("成员", "Member"), "can": {"records": ["create", "change", "remove", "export"]}}
MINE = one({"field": "seller", "operator": "in", "value": ["$me"]})
BIG = one({"field": "vip", "operator": "=", "value": True})


def crm_of(database: Database, boss: Actor, rows: dict[str, Any]) -> Crm:
    return made(database, boss, [("vocabulary", TAGS), ("form", WORKED), ("form", SEEN), ("role", {**OWN, "rows": rows})])


def values(crm: Crm, record: int, by: Actor, form: str = "customer") -> dict[str, Any]:
    with crm.database.read() as conn:
        return crm.reader(conn, form, by).one(record).values


@pytest.fixture
def li(database: Database, boss: Actor) -> Actor:
    return staff.add(database, boss)


def test_a_sum_counts_the_askers_rows_in_pages_sorts_and_filters(database: Database, boss: Actor, li: Actor) -> None:
    crm, wu = crm_of(database, boss, {"order": MINE}), staff.add(database, boss, "wu")
    here, there = crm.add("customer", name="沐阳"), crm.add("customer", name="太湖")
    for number, (customer, amount, seller) in enumerate(((here, 10, li), (here, 900, wu), (there, 50, li))):
        crm.add("order", number=str(number), customer=customer, amount=amount, seller=seller.id)
    for by, spent, biggest in ((boss, 910, 900), (li, 10, 10), (wu, 900, 900)):
        found = values(crm, here, by)
        assert (found["spent"], found["biggest"]) == (Decimal(spent), Decimal(biggest)), by.name
    with crm.database.read() as conn:
        for by, order in ((boss, [here, there]), (li, [there, here]), (wu, [here, there])):
            reader = crm.reader(conn, by=by)
            first = reader.page(Query(sort=(("spent", True),), limit=1))
            rest = reader.page(Query(sort=(("spent", True),), limit=1, after=first.after))
            assert [r.id for page in (first, rest) for r in page.records] == order, by.name
            rich = one({"field": "spent", "operator": ">", "value": 500})
            summed = one({"field": "orders", "agg": {"fn": "sum", "of": "amount"}, "operator": ">", "value": 500})
            some = one({"field": "orders", "match": {"mode": "some"}, "operator": "=", "value": {"field": "amount", "operator": ">", "value": 500}})
            for rule in (rich, summed, some):
                expected = set() if by is li else {here}
                assert {record.id for record in reader.page(Query(rule)).records} == expected, (by.name, rule)
                assert {record.id for page in reader.stream(Query(rule)) for record in page} == expected
                assert reader.count(Query(rule))[0] == len(expected)


def test_nothing_is_read_through_a_link_to_a_record_out_of_sight(database: Database, boss: Actor, li: Actor) -> None:
    crm = crm_of(database, boss, {"customer": BIG})
    shown, hidden = crm.add("customer", name="看得见", size=7, vip=True), crm.add("customer", name="秘密", size=9)
    first, second = (crm.add("order", number=str(n), customer=customer) for n, customer in enumerate((shown, hidden)))
    assert [values(crm, first, by, "order")["size"] for by in (boss, li)] == [7, 7]
    assert [values(crm, second, by, "order")["size"] for by in (boss, li)] == [9, None]
    assert [values(crm, second, by, "order")["whose"] for by in (boss, li)] == ["秘密1", "1"]
    probe = one({"field": "customer.name", "operator": "beginsWith", "value": "秘"})
    with crm.database.read() as conn:
        assert {r.id for r in crm.reader(conn, "order").page(Query(probe)).records} == {second}
        assert crm.reader(conn, "order", li).page(Query(probe)).records == []
