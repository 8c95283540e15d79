"""Links to several records: their order, both sides, what rules and sums make of them, names in a sheet, what is gone."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.errors import Invalid
from runtime.messages import say
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.crm import CUSTOMER, TEXT, Crm, field, form, group, grouping, made, one, words

IDS = {"type": "array", "uniqueItems": True, "minItems": 1, "maxItems": 5, "items": {"type": "integer", "minimum": 1}}
PLAIN = {key: node for key, node in CUSTOMER["properties"].items() if key not in ("code", "tags")}


def several(label: str, to: str, inverse: str, **more: Any) -> dict[str, Any]:
    return field("links", label, {**IDS, **more.pop("limits", {})}, form=to, inverse=inverse, inverse_label=words(f"{label}的"), **more)


FIRM = form("customer", "name", {**PLAIN, "friends": several("伙伴", "customer", "befriended"), "size": PLAIN["size"]}, ["name"])
EVENT = form("event", "title", {
    "title": field("text", "名称", TEXT), "fee": field("money", "费用", {"type": "number"}),
    "guests": several("来宾", "customer", "events"),
    "biggest": field("rollup", "最大的来宾", {"type": "number", "readOnly": True}, over="guests", fn="max", of="size", result="number"),
}, ["title"])
INVITED = grouping("invited", [group("often", one({"field": "events", "agg": {"fn": "sum", "of": "fee"}, "operator": ">=", "value": 100})),
                               group("once", one({"field": "events", "match": {"mode": "some"}, "operator": "=", "value": {"field": "fee", "operator": ">", "value": 0}}))])
HELPED = grouping("helped", [group("strong", one({"field": "friends", "agg": {"fn": "sum", "of": "size"}, "operator": ">=", "value": 50})),
                             group("some", one({"field": "friends", "operator": "notNull"}))])
BODIES = [("form", FIRM), ("form", EVENT), ("grouping", INVITED), ("grouping", HELPED)]


@pytest.fixture
def town(database: Database, boss: Any) -> Crm:
    return made(database, boss, BODIES)


def groups(town: Crm, record: int) -> set[str]:
    """The groups a customer is stored in."""
    with town.database.read() as conn:
        app = town.app(conn)
        names = [f"{key}/{part}" for key, item in app.groupings.items() for part in item.grouping.groups]
        return {name for name in names if record in town.list(conn, one({"field": "$group", "operator": "in", "value": [name]}))}


def value(town: Crm, form: str, record: int, key: str) -> Any:
    with town.database.read() as conn:
        return town.reader(conn, form).one(record).values[key]


def test_the_order_is_kept_and_a_new_order_is_a_change(town: Crm) -> None:
    a, b, c = town.add_many("customer", [{"name": name} for name in "abc"])
    event = town.add("event", title="x", guests=[c, a, b])
    assert value(town, "event", event, "guests") == [c, a, b]
    town.set("event", event, guests=[str(a), str(c), str(a)])
    assert value(town, "event", event, "guests") == [a, c]
    town.set("event", event, guests=[c, a])
    assert value(town, "event", event, "guests") == [c, a]
    town.set("event", event, guests=[])
    assert value(town, "event", event, "guests") is None


def test_groups_follow_whichever_side_changes(town: Crm) -> None:
    a, b = town.add("customer", name="a", size=60), town.add("customer", name="b", size=10)
    event = town.add("event", title="x", fee=100, guests=[a])
    assert groups(town, a) == {"invited/often"} and groups(town, b) == set() and value(town, "event", event, "biggest") == 60
    town.set("event", event, guests=[b])
    assert groups(town, a) == set() and groups(town, b) == {"invited/often"}
    town.set("event", event, fee=5)
    assert groups(town, b) == {"invited/once"}
    town.drop("event", event)
    assert groups(town, b) == set()
    town.restore("event", event)
    assert groups(town, b) == {"invited/once"}
    town.set("customer", b, friends=[a])
    assert "helped/strong" in groups(town, b)
    town.set("customer", a, size=1)
    assert "helped/some" in groups(town, b)
    town.set("customer", a, size=50)
    assert "helped/strong" in groups(town, b)
    town.drop("customer", a)
    assert "helped/some" in groups(town, b)
    town.restore("customer", a)
    assert "helped/strong" in groups(town, b)


def test_lists_ask_what_sets_are_asked(town: Crm) -> None:
    a, b, c = town.add_many("customer", [{"name": name, "size": n} for n, name in enumerate("abc")])
    both, alone, none = (town.add("event", title=str(n), guests=ids) for n, ids in enumerate(([b, a], [c], [])))
    wanted = {("hasAnyOf", (a, c)): {both, alone}, ("hasAllOf", (a, b)): {both}, ("hasNoneOf", (a,)): {alone, none},
              ("hasExactly", (a, b)): {both}, ("null", ()): {none}, ("notNull", ()): {both, alone}}
    with town.database.read() as conn:
        for (operator, ids), found in wanted.items():
            rule = one({"field": "guests", "operator": operator, **({"value": list(ids)} if ids else {})})
            assert town.list(conn, rule, "event") == found, operator
        count = one({"field": "guests", "agg": {"fn": "count"}, "operator": "=", "value": 2})
        assert town.list(conn, count, "event") == {both}
        first = one({"field": "guests", "agg": {"fn": "last", "of": "name", "by": "size"}, "operator": "=", "value": "c"})
        assert town.list(conn, first, "event") == {alone}
        assert town.reader(conn, "event").ids(Query(sort=(("biggest", False),)))[0][:2] == [both, alone]


def test_what_is_gone_stays_where_it_was_chosen_and_is_not_chosen_anew(town: Crm) -> None:
    a, b = town.add("customer", name="a"), town.add("customer", name="b")
    event = town.add("event", title="x", guests=[a])
    town.drop("customer", a)
    town.set("event", event, guests=[a, b])
    assert value(town, "event", event, "guests") == [a, b]
    with pytest.raises(Invalid) as caught:
        town.add("event", title="y", guests=[b, a])
    assert caught.value.problems[0].code == "link_missing"
    with pytest.raises(Invalid):
        town.add("event", title="y", guests=[999])


def test_fewest_and_most_and_only_some(town: Crm) -> None:
    a, b, c = town.add_many("customer", [{"name": name, "kind": kind} for name, kind in (("a", "enterprise"), ("b", "enterprise"), ("c", "person"))])
    guests = several("来宾", "customer", "events", limits={"minItems": 2, "maxItems": 2},
                     only=one({"field": "kind", "operator": "=", "value": "enterprise"}))
    town.publish(("form", {**EVENT, "properties": {**EVENT["properties"], "guests": guests}}))
    said = {}
    for ids in ([a], [a, b, c], [a, c]):
        with pytest.raises(Invalid) as caught:
            town.add("event", title="x", guests=ids)
        said[len(ids), ids[-1]] = say(caught.value.problems[0], "zh")
    assert said == {(1, a): "至少选 2 条。", (3, c): "最多选 2 条。", (2, c): "「来宾」只能选客户类型是 enterprise的，「c」不是。"}
    assert town.add("event", title="x", guests=[b, a])
