"""Formula fields on real records: they are shown, sorted, filtered, grouped and exported like any other field."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from builder.edits import settle
from runtime.accounts import tokens
from runtime.accounts.actor import Actor
from runtime.definitions.checks import check
from runtime.definitions.form import Form
from runtime.definitions.formula_names import FormulaNames
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import whole
from runtime.errors import Invalid
from runtime.exchange import exporter
from runtime.records.names import RecordNames
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.api import Client
from tests.crm import CUSTOMER, NUMBER, ORDER, TAGS, Crm, field, form, group, grouping, made, one, words
from tests.web import Site

PROPS, ORDERS = CUSTOMER["properties"], ORDER["properties"]


def worked(label: str, text: str, result: str = "number", **more: Any) -> dict[str, Any]:
    schema = {"number": NUMBER, "text": {"type": "string"}, "date": {"type": "string", "format": "date"}, "yes_no": {"type": "boolean"}}[result]
    return field("formula", label, {**schema, "readOnly": True}, formula=text, result=result, **more)


WORKED = form("customer", "name", {
    **PROPS,
    "spent": worked("花了多少", "SUM({orders.taxed})", format="money"),
    "grade": worked("等级", 'IF({spent} >= 1000, "A", IF({size} > 50, "B", "C"))', "text"),
    "days": worked("合作天数", "TODAY() - {since}", decimals=0),
    "recent": worked("最近大单", "COUNTIF({orders}, {orders.amount} > {size})", decimals=0),
})
TAXED = form("order", "number", {
    **ORDERS,
    "taxed": worked("含税", "{amount} * 1.06", format="money"),
    "whose": worked("谁的", '{number} & "-" & {customer.name} & {customer.grade}', "text"),
})
BODIES = [("vocabulary", TAGS), ("form", WORKED), ("form", TAXED),
          ("grouping", grouping("grade", [group(key.lower(), one({"field": "grade", "operator": "=", "value": key})) for key in ("A", "B", "C")])),
          ("grouping", grouping("old", [group("old", one({"field": "days", "operator": ">", "value": 10}))])),
          ("grouping", grouping("of_a", [group("a", one({"field": "whose", "operator": "endsWith", "value": "A"}))], form="order"))]


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    return made(database, boss, BODIES)


def values(crm: Crm, record: int, form: str = "customer") -> dict[str, Any]:
    with crm.database.read() as conn:
        return crm.reader(conn, form).one(record).values


def members(crm: Crm, name: str, form: str = "customer") -> set[int]:
    with crm.database.read() as conn:
        return crm.list(conn, one({"field": "$group", "operator": "in", "value": [name]}), form)


def test_a_list_shows_sorts_and_filters_it(crm: Crm) -> None:
    first, second = crm.add("customer", name="沐阳", size=60), crm.add("customer", name="太湖", size=1)
    crm.add("order", number="1", customer=first, amount="100.10")
    crm.add("order", number="2", customer=second, amount="2000")
    assert values(crm, first)["spent"] == Decimal("106.11") and values(crm, first)["grade"] == "B"
    with crm.database.read() as conn:
        reader = crm.reader(conn)
        for desc in (True, False):
            page = reader.page(Query(sort=(("spent", desc),), limit=1))
            assert [record.id for record in page.records] == [second if desc else first]
            rest = reader.page(Query(sort=(("spent", desc),), limit=1, after=page.after))
            assert [record.id for record in rest.records] == [first if desc else second]
        assert crm.list(conn, one({"field": "spent", "operator": ">", "value": 200})) == {second}
        assert crm.list(conn, one({"field": "grade", "operator": "=", "value": "a"})) == {second}
        assert crm.list(conn, one({"field": "customer.grade", "operator": "=", "value": "A"}), "order") == {2}


def test_groups_follow_what_it_reads(crm: Crm) -> None:
    first = crm.add("customer", name="沐阳", size=60)
    assert members(crm, "grade/b") == {first}
    order = crm.add("order", number="1", customer=first, amount=1000)
    assert members(crm, "grade/a") == {first} and members(crm, "of_a/a", "order") == {order}
    crm.set("order", order, amount=1)
    assert members(crm, "grade/b") == {first} and members(crm, "of_a/a", "order") == set()
    crm.set("customer", first, size=1)
    assert members(crm, "grade/c") == {first}
    crm.set("order", order, amount=5000)
    crm.drop("order", order)
    assert members(crm, "grade/c") == {first}


def test_a_link_that_points_elsewhere_takes_it_along(crm: Crm) -> None:
    rich, poor = crm.add("customer", name="rich"), crm.add("customer", name="poor")
    orders = [crm.add("order", number=str(n), customer=rich, amount=900) for n in range(2)]
    assert members(crm, "of_a/a", "order") == set(orders)
    crm.set("order", orders[0], customer=poor)
    assert members(crm, "grade/a") == set() and members(crm, "of_a/a", "order") == set()


def test_time_alone_turns_it(crm: Crm) -> None:
    from runtime.groups import plans

    record = crm.add("customer", name="沐阳", since="2026-11-20")
    assert values(crm, record)["days"] == 2 and members(crm, "old/old") == set()
    with crm.database.read() as conn:
        assert plans.plan_of(crm.app(conn), "customer").deps["old"].time == "day"
    crm.later(days=20)
    assert values(crm, record)["days"] == 22
    with crm.act() as act:
        from runtime.groups import membership

        membership.refresh(act, act.app.form("customer"), [record], None)
    assert members(crm, "old/old") == {record}


def test_a_condition_may_read_the_record_itself(crm: Crm) -> None:
    record = crm.add("customer", name="沐阳", size=50)
    for amount in (10, 60, 70):
        crm.add("order", number=str(amount), customer=record, amount=amount)
    assert values(crm, record)["recent"] == 2


def test_nobody_types_it_and_history_never_lists_it(crm: Crm) -> None:
    with pytest.raises(Invalid) as refused:
        crm.add("customer", name="x", grade="A")
    assert refused.value.problems[0].code == "read_only"
    record = crm.add("customer", name="x")
    from runtime.records import history

    with crm.database.read() as conn:
        lines = history.of_record(conn, crm.app(conn).form("customer").id, record)
        columns = set(crm.app(conn).form("customer").tables.main.c.keys())
    assert set(lines[0].changes) == {"name"} and len([name for name in columns if name.startswith("f_")]) < 20


def test_it_is_exported_as_it_is_shown(crm: Crm) -> None:
    crm.add("order", number="1", customer=crm.add("customer", name="沐阳"), amount=10)
    with crm.database.read() as conn:
        app = crm.app(conn)
        names = RecordNames(conn, app, "zh", "Asia/Shanghai")
        fields, page = app.form("order").form.fields, list(crm.reader(conn, "order").stream(Query()))
        columns = exporter.Columns(app, app.form("order"), ["number", "taxed", "whose"], names)
        assert [list(cells) for cells in columns.cells(conn, page[0])] == [["1", Decimal("10.6"), "1-沐阳C"]]
        shown = [fields[key].type.show(page[0][0].values[key], fields[key].settings, names) for key in ("taxed", "whose")]
        assert shown == ["¥10.60", "1-沐阳C"] and list(columns.header) == ["订单号", "含税", "谁的"]


def test_a_change_of_what_it_reads_is_the_only_line_in_the_history(crm: Crm) -> None:
    from runtime.records import history

    record = crm.add("customer", name="沐阳", size=60)
    crm.set("customer", record, size=1)
    with crm.database.read() as conn:
        lines = history.of_record(conn, crm.app(conn).form("customer").id, record)
    assert [line.changes for line in lines] == [{"size": [60, 1]}, {"name": [None, "沐阳"], "size": [None, 60]}]
    assert values(crm, record)["grade"] == "C"


def test_the_api_reads_it_filters_by_it_and_refuses_to_write_it(site: Site) -> None:
    crm = made(site.database, site.actor(), BODIES)
    with site.database.write() as conn:
        api = Client(site.app, site.actor(), tokens.create(conn, site.actor(), "test")[1])
    place = f"/api/v1/apps/{crm.key}/forms/customer/records"
    one_of = api.ask("POST", place, {"values": {"name": "沐阳", "size": 60}}, 201)
    assert one_of["values"]["grade"] == "B" and one_of["values"]["spent"] == 0
    refused = api.ask("POST", place, {"values": {"name": "太湖", "grade": "A"}}, 422)["errors"]
    assert [(error["path"], error["code"]) for error in refused] == [("values.grade", "read_only")] or refused[0]["code"] == "read_only"
    again = api.send("PATCH", f"{place}/{one_of['id']}", {"values": {"grade": "A"}}, If_Match=f'"{one_of["version"]}"')
    assert again.status_code == 422 and again.get_json()["errors"][0]["message"]
    assert api.get(f"{place}/{one_of['id']}")["values"]["grade"] == "B"
    rule = json.dumps(one({"field": "grade", "operator": "=", "value": "B"}))
    assert [r["id"] for r in api.get(place, rule=rule)["records"]] == [one_of["id"]]


def codes(*bodies: Any) -> list[tuple[str, str]]:
    app = whole([("vocabulary", TAGS), *(("form", body) for body in bodies)])
    return [(problem.path, problem.code) for problem in check("form", bodies[0], app)]


def test_a_circle_is_refused_with_its_path() -> None:
    round_trip = form("customer", "name", {**PROPS, "a": worked("甲", "SUM({orders.b})")})
    other = form("order", "number", {**ORDERS, "b": worked("乙", "{customer.a} + 1")})
    app = whole([("vocabulary", TAGS), ("form", round_trip), ("form", other)])
    found = [problem for problem in check("form", round_trip, app) if problem.code == "computed_circle"]
    assert found and "甲 → 乙 → 甲" in found[0].params["path"].zh


@pytest.mark.parametrize("text, code", [
    ("", "formula_empty"), ("{nope} + 1", "formula_no_field"), ("{name} + 1", "formula_kind"), ("{orders.amount} + 1", "formula_unlinked"),
    ("SUM({orders.number})", "formula_kind"), ('IF({kind} = "没有", 1, 2)', "formula_option"), ("{owner} & 1", "formula_opaque"),
    ("{name}", "formula_result"), ("COUNT({orders.customer.name})", "formula_hops"),
])
def test_what_means_nothing_is_refused(text: str, code: str) -> None:
    body = form("customer", "name", {**PROPS, "x": worked("算", text)})
    assert ("properties.x.x-fenzu.formula", code) in codes(body, ORDER)


def test_what_it_reads_is_in_use() -> None:
    app = whole([("vocabulary", TAGS), ("form", WORKED), ("form", TAXED)])
    assert {use.path for use in uses_of(app, "form", "order", field="amount") if use.part == "computed"} == {"properties.taxed", "properties.recent"}


def test_people_write_labels_and_definitions_hold_keys() -> None:
    names = FormulaNames(whole([("vocabulary", TAGS), ("form", WORKED), ("form", TAXED)]), "customer")
    said = "SUM({订单.含税}) + 规模 * ｛规模｝ + IF({客户类型}=\"enterprise\",1,2)"
    stored = names.stored(said)
    assert stored == "SUM({orders.taxed}) + {size} * {size} + IF({kind}=\"enterprise\",1,2)"
    assert names.stored(names.shown(stored, "zh")) == stored and "{规模}" in names.shown(stored, "zh")


def test_a_new_key_is_followed() -> None:
    body = form("customer", "name", {"name": PROPS["name"], "number": field("number", "单价", NUMBER), "x": worked("算", "{number} * 2")})
    settled = settle.rekey(body, "number", "price", None)
    assert settled["properties"]["x"]["x-fenzu"]["formula"] == "{price} * 2"
    assert Form(settled).fields["x"].type.kind == "number" and words
