"""Laws of the clock: after each stroke everybody is where the rules put them at that moment, whatever was written before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import apps
from runtime import clock
from runtime.accounts import settings as organisation
from runtime.accounts.actor import Actor, load
from runtime.clock import AsOf
from runtime.groups import pins, turning, work
from runtime.storage.db import Database
from tests import crm
from tests.crm import TEXT, Crm, field, form, group, grouping, one
from tests.laws.test_membership import oracle, stored
from tests.laws.test_rollups import MONEY, OPEN, rollup
from tests.runtime.test_clock_groups import run_clock

DATE, MOMENT = {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}
CUSTOMER = form("customer", "name", {
    **{key: node for key, node in crm.CUSTOMER["properties"].items() if key != "code"},
    "seen": field("datetime", "来访", MOMENT),
    "deal": field("date_range", "合同", {"type": "string"}),
    "recent": rollup("sum", "近期", "amount", where=crm.RECENT, **MONEY),
    "last": rollup("max", "最近下单", "on", result="date", schema={**OPEN, "format": "date"}),
    "age": field("formula", "天数", {"type": "number", "readOnly": True}, formula='DATEDIF({since}, TODAY(), "D")', result="number"),
}, ["name"])
ORDER = form("order", "number", {
    "number": field("text", "订单号", TEXT),
    "customer": field("link", "客户", {"type": "integer", "minimum": 1}, form="customer", inverse="orders", inverse_label=crm.words("订单")),
    "amount": field("money", "金额", {"type": "number"}), "on": field("date", "日期", DATE), "paid": field("datetime", "付款", MOMENT),
}, ["number"])
ZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "America/Santiago")
BEGIN = (datetime(2026, 11, 22, 4, tzinfo=UTC), datetime(2026, 3, 7, 20, tzinfo=UTC), datetime(2024, 2, 27, 15, 50, tzinfo=UTC),
         datetime(2026, 9, 5, 3, tzinfo=UTC), datetime(2025, 12, 30, 9, 15, tzinfo=UTC))
SPAN = st.builds(lambda n, unit, today: {"n": n, "unit": unit, "today": today}, st.sampled_from([0, 1, 2, 7, 30]),
                 st.sampled_from(["day", "week", "month", "hour"]), st.booleans())
DAYS = SPAN.filter(lambda span: span["unit"] != "hour")
ANCHOR = st.builds(lambda name, n, unit: {"anchor": name, "offset": n, "unit": unit}, st.sampled_from(["today", "startOfMonth", "endOfWeek", "now"]),
                   st.sampled_from([-30, -1, 0, 2]), st.sampled_from(["day", "month"]))
SPANNED, COMPARED = st.sampled_from(["inLast", "inNext", "olderThan", "furtherThan"]), st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def dated(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """A condition on a date or a moment that moves with the clock."""
    return st.one_of(
        st.builds(lambda op, value: {"field": name, "operator": op, "value": value}, SPANNED, SPAN),
        st.builds(lambda op, value: {"field": name, "operator": op, "value": value}, COMPARED, ANCHOR),
        st.builds(lambda op, a, b: {"field": name, "operator": op, "value": [a, b]}, st.sampled_from(["between", "notBetween"]), ANCHOR, ANCHOR))


def on_day(name: str) -> st.SearchStrategy[dict[str, Any]]:
    yearly = st.builds(lambda op, value: {"field": name, "operator": op, "value": value},
                       st.sampled_from(["anniversaryInNext", "anniversaryInLast"]), DAYS)
    return st.one_of(dated(name), yearly)


INNER = st.one_of(on_day("on"), dated("paid"), on_day("customer.since"))
SUMMED = st.one_of(
    st.builds(lambda where, value: {"field": "orders", "agg": {"fn": "sum", "of": "amount", "where": one(where)}, "operator": ">=", "value": value},
              INNER, st.sampled_from([1, 600])),
    st.builds(lambda mode, where: {"field": "orders", "match": {"mode": mode}, "operator": "=", "value": one(where)},
              st.sampled_from(["some", "none", "all"]), INNER),
    st.builds(lambda fn, leaf: {**leaf, "field": "orders", "agg": {"fn": fn, "of": "on"}}, st.sampled_from(["max", "min"]), on_day("on")))
PERIOD = st.one_of(
    st.builds(lambda op, value: {"field": "deal", "operator": op, "value": value}, st.sampled_from(["covers", "doesNotCover", "endsBefore"]), ANCHOR),
    st.builds(lambda op, value: {"field": "deal", "operator": op, "value": value}, st.sampled_from(["startsInLast", "endsInNext"]), DAYS))
FORMULA = st.builds(lambda n: {"field": "age", "operator": ">=", "value": n}, st.sampled_from([1, 10, 35]))
ROLLED = st.one_of(st.just({"field": "recent", "operator": ">=", "value": 500}), on_day("last"))
LEAF = st.one_of(on_day("since"), dated("seen"), dated("$created_at"), PERIOD, SUMMED, ROLLED, FORMULA,
                 st.just({"field": "orders", "match": {"mode": "some"}, "operator": "=",
                          "value": one({"field": "$group", "operator": "in", "value": ["stage/open"]})}))
RULE = st.builds(lambda how, no, rules: {"combinator": how, "not": no, "rules": rules}, st.sampled_from(["and", "or"]), st.booleans(),
                 st.lists(LEAF, min_size=1, max_size=3))
STEP = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 24, 26, 24 * 9, 24 * 45])),
    st.tuples(st.just("pass"), st.sampled_from([1, 20])),
    st.tuples(st.just("add"), st.integers(-40, 40), st.integers(-50, 50)),
    st.tuples(st.just("order"), st.integers(0, 4), st.integers(-40, 40), st.integers(-50, 50)),
    st.tuples(st.just("edit"), st.integers(0, 4), st.integers(-40, 40)),
    st.tuples(st.just("pin"), st.integers(0, 4), st.integers(1, 60)))


def made(database: Database, boss: Actor, rules: list[Any], zone: str, begin: datetime) -> Crm:
    """A system in some time zone, with an exclusive grouping, one that reads it, and one of the orders."""
    first = grouping("first", [*(group(f"g{n}", rule) for n, rule in enumerate(rules)), group("rest")], fallback="rest")
    second = grouping("second", [group("in", one({"field": "$group", "operator": "notIn", "value": ["first/g0"]}))], mode="overlapping")
    stage = grouping("stage", [group("open", one({"field": "on", "operator": "inLast", "value": {"n": 7, "unit": "day"}})), group("done")],
                     form="order", fallback="done")
    with database.write() as conn:
        organisation.save(conn, {"zone": zone})
        who = load(conn, boss.id)
    assert who is not None
    bodies = [("vocabulary", crm.TAGS), ("form", CUSTOMER), ("form", ORDER), ("grouping", stage), ("grouping", first), ("grouping", second)]
    found = crm.made(database, who, bodies)
    found.as_of = AsOf(begin, ZoneInfo(zone))
    return found


def at(crm: Crm, hours: int) -> str:
    return clock.text(crm.as_of.at + timedelta(hours=hours))


def day(crm: Crm, offset: int) -> str:
    return (crm.as_of.today + timedelta(days=offset)).isoformat()


def do(crm: Crm, step: tuple[Any, ...], customers: list[int]) -> None:
    what, *rest = step
    if what == "add":
        deal = f"{day(crm, rest[0] - 3)}/{day(crm, rest[0] + 3)}"
        customers.append(crm.add("customer", name="c", since=day(crm, rest[0]), seen=at(crm, rest[1]), deal=deal))
    elif what == "pass":
        crm.later(hours=rest[0], minutes=7)  # people go on before the clock strikes
    elif what == "wait":
        crm.later(hours=rest[0])
        run_clock(crm)
        assert stored(crm) == oracle(crm)
        assert stored(crm, "order") == oracle(crm, "order")
    elif customers:
        one_of = customers[rest[0] % len(customers)]
        if what == "order":
            crm.add("order", number="o", customer=one_of, amount=400, on=day(crm, rest[1]), paid=at(crm, rest[2]))
        elif what == "edit":
            crm.set("customer", one_of, since=day(crm, rest[1]), seen=at(crm, rest[1]))
        else:
            with crm.act() as act:
                pins.put(act, "customer", [one_of], "first/g0", "in", "test", at(crm, rest[1]))


@settings(max_examples=15)
@given(rules=st.lists(RULE, min_size=1, max_size=3), zone=st.sampled_from(ZONES), begin=st.sampled_from(BEGIN),
       steps=st.lists(STEP, min_size=3, max_size=14))
def test_after_a_stroke_everybody_is_where_the_rules_say(database: Database, boss: Actor, rules: list[Any], zone: str, begin: datetime,
                                                       steps: list[Any]) -> None:
    crm = made(database, boss, rules, zone, begin)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: crm.as_of.at)
        customers: list[int] = []
        do(crm, ("wait", 0), customers)
        for step in steps:
            do(crm, step, customers)
        do(crm, ("wait", 1), customers)
    before = stored(crm), stored(crm, "order")
    with database.write() as conn:  # built anew at the same moment, nobody moves
        work.publish(conn, crm.key, ["first", "stage"], zone, boss.id, crm.as_of)
    assert (stored(crm), stored(crm, "order")) == before
    with database.write() as conn:
        apps.remove(conn, crm.app(conn).id)


def test_only_what_a_formula_asks_is_asked_of_everybody(sqlite_database: Database, sqlite_boss: Actor) -> None:
    """Of all other rules it can be told whom time may have moved."""
    def told(rule: Any) -> bool:
        crm = made(sqlite_database, sqlite_boss, [one(rule)], ZONES[0], BEGIN[0])
        with crm.database.read() as conn:
            app = crm.app(conn)
            return turning.places(app, app.form("customer"), [app.groupings["first"].newest]) is not None

    span = {"n": 30, "unit": "day"}
    for rule in ({"field": "since", "operator": "olderThan", "value": span}, {"field": "recent", "operator": ">", "value": 1},
                 {"field": "last", "operator": "inLast", "value": span}, {"field": "$updated_at", "operator": "inLast", "value": span}):
        assert told(rule)
    assert not told({"field": "age", "operator": ">", "value": 3})
