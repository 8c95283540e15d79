"""Indexes for the sums of rules: made when a grouping is built, kept when its form is published, gone when nobody asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.groups import membership
from runtime.records.queries import Query
from runtime.storage.covers import index_of
from runtime.storage.db import Database
from runtime.storage.record_tables import COVER
from tests.crm import CUSTOMER, ORDER, RECENT, Crm, made

WORDS = {"zh": "名", "en": "name"}
def spending(rule: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "grouping", "format": 1, "key": "spending", "form": "customer", "label": WORDS, "mode": "exclusive",
            "groups": [{"key": "big", "label": WORDS, "rule": {"combinator": "and", "rules": [rule]}}]}


SUM = {"field": "orders", "operator": ">=", "value": 100, "agg": {"fn": "sum", "of": "amount", "where": RECENT}}


def covers(crm: Crm) -> set[str]:
    with crm.database.read() as conn:
        table = crm.app(conn).form("order").tables.main.name
        return {str(index["name"]) for index in sa.inspect(conn).get_indexes(table) if str(index["name"]).startswith(COVER)}


def test_an_index_comes_and_goes_with_the_rules_that_need_it(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [("form", CUSTOMER), ("form", ORDER)])
    buyer = crm.add("customer", name="沐阳")
    crm.add("order", number="1", customer=buyer, amount="120", on=crm.as_of.today.isoformat())
    assert covers(crm) == set()
    crm.publish(("grouping", spending(SUM)))
    with crm.database.read() as conn:
        tables = crm.app(conn).form("order").tables
        wanted, link = index_of(tables, "customer", {"amount", "on"}), f"{tables.main.name}_{tables.names['customer']}"
        assert crm.list(conn, {"combinator": "and", "rules": [SUM]}) == {buyer}
        assert crm.reader(conn).count(Query({"combinator": "and", "rules": [{"field": "$group", "operator": "in", "value": ["spending/big"]}]}))[0] == 1
    assert covers(crm) == {wanted.name}
    crm.publish(("form", {**ORDER, "x-fenzu": {**ORDER["x-fenzu"], "icon": "box"}}))
    assert covers(crm) == {wanted.name}
    crm.publish(("grouping", spending({"field": "orders", "operator": ">", "value": 0, "agg": {"fn": "count"}})))
    assert covers(crm) == {f"{COVER}{link}_live"}
    crm.publish(("grouping", spending({"field": "name", "operator": "notNull"})))
    assert covers(crm) == set()


def test_groups_that_ask_for_the_same_sum_are_built_as_each_rule_says(database: Database, boss: Actor) -> None:
    """A sum that several groups ask for is worked out once for a chunk of the build."""
    crm = made(database, boss, [("form", CUSTOMER), ("form", ORDER)])
    ids = crm.add_many("customer", [{"name": f"店{n}"} for n in range(12)])
    today = crm.as_of.today.isoformat()
    crm.add_many("order", [{"number": f"{n}-{m}", "customer": i, "amount": "50", "on": today} for n, i in enumerate(ids) for m in range(n)])
    least = (300, 100, 50)
    rules = {f"g{one}": {"combinator": "and", "rules": [{**SUM, "value": one}]} for one in least}
    body = spending(SUM)
    crm.publish(("grouping", {**body, "groups": [{"key": key, "label": WORDS, "rule": rule} for key, rule in rules.items()]}))
    with crm.database.read() as conn:
        app = crm.app(conn)
        found = membership.groups_of(conn, app, app.form("customer"), ids)
    wanted = {i: next((f"g{one}" for one in least if n * 50 >= one), None) for n, i in enumerate(ids)}
    assert {i: found.get(i, {}).get("spending", [None])[0] for i in ids} == wanted
