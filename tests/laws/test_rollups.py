"""Laws of roll-ups and looked-up values: always what one would count by hand, shown, listed, sorted and exported alike."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.errors import NotFound
from runtime.records.names import RecordNames
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests import crm
from tests.crm import NUMBER, TEXT, Crm, field, form, one

OPEN = {"type": "string", "readOnly": True}


def rollup(fn: str, label: str, of: str = "", **more: Any) -> dict[str, Any]:
    over = more.pop("over", "orders")
    schema = more.pop("schema", {"type": "number", "readOnly": True})
    return field("rollup", label, schema, over=over, fn=fn, **({"of": of} if of else {}), **more)


MONEY: dict[str, Any] = {"result": "money", "shown": {"decimals": 2}}
CUSTOMER = form("customer", "name", {
    **{key: node for key, node in crm.CUSTOMER["properties"].items() if key != "code"},
    "lines": field("rows", "明细", {"type": "array", "minItems": 0, "maxItems": 100, "items": {"type": "object", "properties": {
        "goods": field("text", "货品", TEXT), "price": field("money", "单价", NUMBER)}}}),
    "n": rollup("count", "订单数"),
    "total": rollup("sum", "总额", "amount", **MONEY),
    "recent": rollup("sum", "近期", "amount", where=crm.RECENT, **MONEY),
    "mean": rollup("avg", "平均", "amount", **MONEY),
    "least": rollup("min", "最小", "amount", **MONEY),
    "most": rollup("max", "最大", "amount", **MONEY),
    "last": rollup("last", "最近的", "number", by="on", result="text", schema=OPEN),
    "rows": rollup("sum", "行合计", "price", over="lines", **MONEY),
}, ["name"])
ORDER = form("order", "number", {
    **crm.ORDER["properties"],
    "vip": field("lookup", "重点客户", {"type": "boolean", "readOnly": True}, link="customer", field="vip", result="yes_no"),
    "then": field("lookup", "当时的规模", {"type": "number", "readOnly": True}, link="customer", field="size", result="number", mode="copied"),
    "now": field("lookup", "客户总额", {"type": "number", "readOnly": True}, link="customer", field="total", **MONEY),
}, ["number"])
RICH = crm.grouping("rich", [crm.group("rich", one({"field": "total", "operator": ">=", "value": 300})), crm.group("rest")], fallback="rest")
OFTEN = crm.grouping("often", [crm.group("often", one({"field": "recent", "operator": ">", "value": 0})), crm.group("rest")], fallback="rest")
BODIES = [("vocabulary", crm.TAGS), ("form", CUSTOMER), ("form", ORDER), ("grouping", RICH), ("grouping", OFTEN)]


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, BODIES)


def records(shop: Crm, name: str, **query: Any) -> list[Any]:
    with shop.database.read() as conn:
        return shop.reader(conn, name).page(Query(limit=200, **query)).records


def by_hand(customer: Mapping[str, Any], orders: list[Any], today: str) -> dict[str, Any]:
    """What the roll-ups of one customer must be."""
    amounts = [Decimal(o.values["amount"]) for o in orders if o.values["amount"] is not None]
    dated = sorted((o.values["on"], o.id, o.values["number"]) for o in orders if o.values["on"])
    near = [Decimal(o.values["amount"]) for o in orders if o.values["amount"] is not None and o.values["on"] and o.values["on"] >= today]
    mean = (sum(amounts, Decimal(0)) / len(amounts)).quantize(Decimal("0.01"), ROUND_HALF_UP) if amounts else None
    return {
        "n": len(orders), "total": sum(amounts), "recent": sum(near), "mean": mean, "least": min(amounts, default=None),
        "most": max(amounts, default=None), "last": dated[-1][2] if dated else None,
        "rows": sum(Decimal(row.get("price", 0)) for row in customer["lines"] or ()),
    }


def agree(shop: Crm) -> None:
    """Every value, every group, every list and every order says the same as counting by hand."""
    orders, customers = records(shop, "order"), records(shop, "customer")
    today = shop.as_of.today.fromordinal(shop.as_of.today.toordinal() - 90).isoformat()
    hand = {c.id: by_hand(c.values, [o for o in orders if o.values["customer"] == c.id], today) for c in customers}
    for customer in customers:
        assert {key: customer.values[key] for key in hand[customer.id]} == hand[customer.id]
    for order in orders:
        there = next((c for c in customers if c.id == order.values["customer"]), None)
        assert (order.values["vip"], order.values["now"]) == (there.values["vip"], there.values["total"]) if there else order.values["vip"] is None
    with shop.database.read() as conn:
        rich = {i for i, made in hand.items() if made["total"] >= 300}
        assert shop.list(conn, one({"field": "total", "operator": ">=", "value": 300})) == rich
        assert shop.list(conn, one({"field": "$group", "operator": "in", "value": ["rich/rich"]})) == rich
        often = {i for i, made in hand.items() if made["recent"] > 0}
        assert shop.list(conn, one({"field": "$group", "operator": "in", "value": ["often/often"]})) == often
    listed = [c.values["total"] for c in records(shop, "customer", sort=(("total", True),))]
    assert listed == sorted(listed, reverse=True)


def step(shop: Crm, draw: random.Random, customers: list[int], orders: list[int]) -> None:
    """One thing that somebody does."""
    day = f"2026-{draw.choice(('05', '08', '10', '11'))}-{draw.randint(1, 20):02d}"
    what = draw.choice(("add", "add", "add", "amount", "move", "drop", "restore", "rows", "vip", "gone"))
    if what == "add" or not orders:
        values = {"number": f"N{len(orders)}", "customer": draw.choice([*customers, None]), "amount": draw.choice((None, 0, 10.01, 99.99, 250)), "on": day}
        orders.append(shop.add("order", **values))
    elif what == "amount":
        _quietly(lambda: shop.set("order", draw.choice(orders), amount=draw.choice((None, 5, 300.5)), on=draw.choice((None, day))))
    elif what == "move":
        _quietly(lambda: shop.set("order", draw.choice(orders), customer=draw.choice([*customers, None])))
    elif what in ("drop", "restore"):
        getattr(shop, what)("order", draw.choice(orders))
    elif what == "rows":
        shop.set("customer", draw.choice(customers), lines=[{"goods": "米", "price": draw.choice((1, 2.5))}] * draw.randint(0, 3))
    elif what == "vip":
        shop.set("customer", draw.choice(customers), vip=draw.choice((True, False, None)))


def _quietly(act: Any) -> None:
    """An order in the recycle bin cannot be changed, and nothing happens then."""
    with suppress(NotFound):
        act()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_rollup_is_what_one_counts_by_hand(shop: Crm, seed: int) -> None:
    draw, orders = random.Random(seed), list[int]()
    customers = [shop.add("customer", name=f"C{n}") for n in range(4)]
    for _ in range(6):
        for _ in range(5):
            step(shop, draw, customers, orders)
        agree(shop)


def test_a_copied_value_stays_and_a_live_one_follows(shop: Crm) -> None:
    small, large = shop.add("customer", name="S", size=3, vip=False), shop.add("customer", name="L", size=70, vip=True)
    order = shop.add("order", number="1", customer=small, amount=10)

    def held() -> Any:
        found = next(o for o in records(shop, "order") if o.id == order).values
        return found["then"], found["vip"]

    assert held() == (3, False)
    shop.set("customer", small, size=5, vip=True)
    assert held() == (3, True)
    shop.set("order", order, customer=small, amount=11)
    assert held() == (3, True)
    shop.set("order", order, customer=large)
    assert held() == (70, True)
    shop.set("order", order, customer=None)
    assert held() == (None, None)


def test_what_is_stored_is_shown_and_exported(shop: Crm) -> None:
    customer = shop.add("customer", name="S")
    shop.add("order", number="Ab 1", customer=customer, amount=1234.5, on="2026-11-01")
    with shop.database.read() as conn:
        reader = shop.reader(conn)
        found, names = reader.one(customer), RecordNames(conn, shop.app(conn), "zh", "Asia/Shanghai")
        shown = {key: f.type.show(found.values[key], f.settings, names) for key, f in reader.live.form.live_fields.items() if f.type.computed}
        cells = {key: f.type.to_cell(found.values[key], f.settings, names) for key, f in reader.live.form.live_fields.items() if f.type.computed}
    assert shown == {"n": "1", "total": "¥1,234.50", "recent": "¥1,234.50", "mean": "¥1,234.50", "least": "¥1,234.50", "most": "¥1,234.50",
                     "last": "Ab 1", "rows": "¥0"}
    assert cells["total"] == Decimal("1234.5") and cells["last"] == "Ab 1"
