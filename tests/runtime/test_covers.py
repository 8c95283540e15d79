"""Indexes for the sums of rules: made when a grouping is built, kept when its form is published, gone when nobody asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.groups import membership
from runtime.records.queries import Query
from runtime.records.targets import RecordTarget
from runtime.rules.compile import compile_rule
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


def test_a_scan_goes_by_an_index_only_where_that_holds_all_it_reads(sqlite_database: Database, sqlite_boss: Actor) -> None:
    crm = made(sqlite_database, sqlite_boss, [("form", CUSTOMER), ("form", ORDER)])
    crm.publish(("grouping", spending(SUM)))
    named: dict[str, Any] = {**SUM, "agg": {"fn": "sum", "of": "amount", "where": {"combinator": "and", "rules": [{"field": "number", "operator": "notNull"}]}}}
    with crm.database.read() as conn:
        app = crm.app(conn)
        target = RecordTarget(app, app.form("customer"), {})
        plans = {
            name: [str(row[-1]) for row in conn.execute(sa.text("EXPLAIN QUERY PLAN " + _scan(target, rule, crm, conn)))]
            for name, rule in (("covered", SUM), ("not", named))
        }
    assert any("COVERING INDEX cv_" in line for line in plans["covered"]) and not any("GROUP BY" in line for line in plans["covered"])
    assert not any("cv_" in line for line in plans["not"]) and any("GROUP BY" in line for line in plans["not"])


def _scan(target: RecordTarget, rule: dict[str, Any], crm: Crm, conn: sa.Connection) -> str:
    """The whole form asked by one rule, as the database is asked."""
    made = compile_rule({"combinator": "and", "rules": [rule]}, target, crm.as_of, scan=True)
    joined = target.source
    for table, on in made.joins:
        joined = joined.outerjoin(table, on)
    return str(sa.select(target.id).select_from(joined).where(made.where).compile(conn, compile_kwargs={"literal_binds": True}))
