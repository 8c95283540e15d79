"""The group map's figures: counted in one pass, and the same as counting customer by customer, on both databases."""

from __future__ import annotations

from itertools import combinations

import pytest

from runtime.accounts.actor import Actor
from runtime.groups import membership
from runtime.groups.crossed import MOST, crossed, drawn
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.crm import BODIES, Crm, group, grouping, made, one

STEPS = [group(f"over_{n}", one({"field": "size", "operator": ">=", "value": n})) for n in range(1, MOST + 4)]
MANY = ("grouping", grouping("many", STEPS, mode="overlapping"))
DEEP = ("grouping", grouping("deep", [
    group("tagged", one({"field": "tags", "operator": "notNull"}), mode="overlapping", groups=[
        group("gold", one({"field": "tags", "operator": "hasAnyOf", "value": ["gold"]}), groups=[group("vip", one({"field": "vip", "operator": "=", "value": True}))]),
        group("slow", one({"field": "tags", "operator": "hasAnyOf", "value": ["slow"]}))])]))


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    """Customers of many sizes and tags, one of them deleted."""
    found = made(database, boss, [*BODIES, MANY, DEEP])
    tags: tuple[list[str], ...] = (["gold"], ["gold", "slow"], [], ["new"], ["slow"])
    rows = [{"name": f"C{n}", "size": n if n % 7 else 0, "tags": tags[n % 5], "vip": n % 3 == 0} for n in range(1, 60)]
    gone = found.add_many("customer", rows)[10]
    found.drop("customer", gone)
    return found


@pytest.mark.parametrize("keys", [("deep",), ("need", "deep"), ("level", "many"), ("many",), ("type", "need")])
def test_the_figures_are_those_of_counting_one_by_one(crm: Crm, keys: tuple[str, ...]) -> None:
    with crm.database.read() as conn:
        app = crm.app(conn)
        items = [app.groupings[key] for key in keys]
        records = [record.id for page in crm.reader(conn).stream(Query(None)) for record in page]
        stored = membership.groups_of(conn, app, app.form("customer"), records)
        found = crossed(conn, app.form("customer"), items)
    names = [(item.key, shown.key) for item in items for shown in drawn(item)]
    held = {record: {(key, name) for key in keys for name in stored.get(record, {}).get(key, ())} for record in records}
    assert found.total == len(records) == 58 and not found.cut
    assert {name: found.sizes.get(name, 0) for name in names} == {name: sum(name in own for own in held.values()) for name in names}
    for a, b in combinations(names, 2):
        assert found.shared(a, b) == found.shared(b, a) == sum({a, b} <= own for own in held.values())
    for item in items:
        top = {(item.key, shown.key) for shown in item.grouping.top}
        assert found.none[item.key] == sum(not own & top for own in held.values())
        assert all(found.outside.get((name, item.key), 0) == sum(name in own and not own & top for own in held.values()) for name in names)
        seen = top & set(names)
        if len(top) <= MOST:
            assert found.several.get(item.key, 0) == sum(len(own & seen) > 1 for own in held.values())
    assert found.neither == sum(not any((item.key, shown.key) in own for item in items for shown in item.grouping.top) for own in held.values())


def test_a_map_draws_no_more_than_fits(crm: Crm) -> None:
    with crm.database.read() as conn:
        app = crm.app(conn)
    assert len(drawn(app.groupings["many"])) == MOST < len(app.groupings["many"].grouping.top)
    assert [shown.key for shown in drawn(app.groupings["deep"])] == ["tagged", "gold", "vip", "slow"]


def test_too_many_combinations_give_least_figures(crm: Crm) -> None:
    with crm.database.read() as conn:
        app = crm.app(conn)
        items = [app.groupings["need"], app.groupings["deep"]]
        whole = crossed(conn, app.form("customer"), items)
        least = crossed(conn, app.form("customer"), items, combinations=2)
    assert least.cut and 0 < sum(least.sizes.values()) < sum(whole.sizes.values())
    assert all(count <= whole.pairs[pair] for pair, count in least.pairs.items())
