"""Sub-forms: rows inside a record, kept in a table of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.errors import Invalid
from runtime.records import history
from runtime.records.names import RecordNames
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form, words

MONEY = field("money", "单价", {"type": "number"})
LINES: dict[str, Any] = {
    "type": "array",
    "minItems": 0,
    "maxItems": 500,
    "items": {
        "type": "object",
        "properties": {
            "goods": field("text", "货品", {"type": "string", "minLength": 1, "maxLength": 200}),
            "count": field("number", "数量", {"type": "number", "maximum": 99}),
            "price": MONEY,
            "day": field("date", "到货", {"type": "string", "format": "date"}),
            "who": field("person", "经手", {"type": "integer", "minimum": 1}),
            "customer": field("link", "收货", {"type": "integer", "minimum": 1}, form="customer"),
        },
        "required": ["goods"],
    },
    "x-fenzu": {"type": "rows", "label": words("明细", "Lines"), "order": ["goods", "price", "count"], "totals": ["price"]},
}
SALE = form("sale", "number", {"number": field("text", "单号", crm.TEXT), "lines": LINES}, ["number"])


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, [*crm.BODIES, ("form", SALE)])


def rows_of(shop: Crm, record: int) -> Any:
    with shop.database.read() as conn:
        return shop.reader(conn, "sale").one(record).values["lines"]


def bare(rows: Any) -> Any:
    """Rows without their numbers."""
    return [{key: cell for key, cell in row.items() if key != "$id"} for row in rows or ()]


def test_rows_are_stored_and_come_back_in_order(shop: Crm) -> None:
    given = [{"goods": "米", "price": "¥12.5", "count": 2, "day": "2026-11-01"}, {"goods": "面", "price": 8}]
    one = shop.add("sale", number="A1", lines=given)
    many = shop.add_many("sale", [{"number": f"B{n}", "lines": given[:n]} for n in range(3)])
    stored = rows_of(shop, one)
    assert bare(stored) == [{"goods": "米", "price": Decimal("12.5"), "count": 2, "day": "2026-11-01"}, {"goods": "面", "price": 8}]
    assert len({row["$id"] for row in stored}) == 2
    assert [len(rows_of(shop, record) or ()) for record in many] == [0, 1, 2]


def test_a_change_keeps_rows_adds_rows_and_takes_rows_away(shop: Crm) -> None:
    record = shop.add("sale", number="A", lines=[{"goods": "米", "price": 1}, {"goods": "面", "price": 2}, {"goods": "油"}])
    first, second, third = rows_of(shop, record)
    shop.set("sale", record, lines=[third, {**first, "price": 5}, {"goods": "盐"}])
    now = rows_of(shop, record)
    assert bare(now) == [{"goods": "油"}, {"goods": "米", "price": 5}, {"goods": "盐"}]
    assert [row["$id"] for row in now][:2] == [third["$id"], first["$id"]]
    assert now[2]["$id"] not in (first["$id"], second["$id"], third["$id"])
    with shop.database.read() as conn:
        live = shop.app(conn).form("sale")
        line = history.of_record(conn, live.id, record)[0]
        lines = live.form.fields["lines"]
        old, new = line.changes["lines"]
        said = lines.type.differs(old, new, lines.settings, RecordNames(conn, shop.app(conn), "zh", "Asia/Shanghai"))
        assert said == "加了 1 行，改了 1 行，去掉 1 行，调整了顺序"


def test_the_same_rows_without_numbers_are_no_change(shop: Crm) -> None:
    record = shop.add("sale", number="A", lines=[{"goods": "米", "price": 1}, {"goods": "面"}])
    before = rows_of(shop, record)
    shop.set("sale", record, lines=bare(before))
    with shop.database.read() as conn:
        stored = shop.reader(conn, "sale").one(record)
        assert (stored.version, stored.values["lines"]) == (1, before)


def test_numbers_of_another_record_are_not_taken(shop: Crm) -> None:
    one = shop.add("sale", number="A", lines=[{"goods": "米"}])
    two = shop.add("sale", number="B", lines=rows_of(shop, one))
    shop.set("sale", two, lines=[*rows_of(shop, two), *rows_of(shop, one)])
    assert [bare(rows_of(shop, record)) for record in (one, two)] == [[{"goods": "米"}], [{"goods": "米"}] * 2]


def wrong(shop: Crm, lines: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        shop.add("sale", number="X", lines=lines)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_each_wrong_cell_is_told_at_its_cell(shop: Crm) -> None:
    found = wrong(shop, [{"goods": "米", "price": "x"}, {}, {"count": "三"}, {"goods": "面", "count": 100}])
    assert sorted(found) == [("lines[0].price", "not_a_number"), ("lines[1].count", "not_a_number"), ("lines[1].goods", "blank"),
                             ("lines[2].count", "number_too_large")]
    assert wrong(shop, [{"goods": "面", "count": 100}])[0][0] == "lines[0].count"
    assert wrong(shop, [{"goods": "面"}, {"goods": "米", "customer": 99}]) == [("lines[1].customer", "link_missing")]
    assert wrong(shop, [{"goods": "面", "who": 99}]) == [("lines[0].who", "no_such_person")]
    assert wrong(shop, [{"goods": "面", "no": 99}]) == [("lines", "rows_no_field")]


def test_five_thousand_rows_are_refused_clearly(shop: Crm) -> None:
    assert wrong(shop, [{"goods": str(n)} for n in range(5000)]) == [("lines", "rows_too_many")]
    shop.add("sale", number="A", lines=[{"goods": str(n)} for n in range(500)])


def test_a_retired_column_keeps_what_it_holds(shop: Crm) -> None:
    record = shop.add("sale", number="A", lines=[{"goods": "米", "price": 3}, {"goods": "面", "price": 4}])
    before = rows_of(shop, record)
    items = LINES["items"]
    retired = {**items["properties"]["price"], "x-fenzu": {**MONEY["x-fenzu"], "retired": True}}
    changed = {**LINES, "items": {**items, "properties": {**items["properties"], "price": retired}},
               "x-fenzu": {**LINES["x-fenzu"], "totals": []}}
    shop.publish(("form", {**SALE, "properties": {**SALE["properties"], "lines": changed}}))
    shop.set("sale", record, lines=[{**row, "count": 1} for row in rows_of(shop, record)])
    assert [row.keys() for row in rows_of(shop, record)] == [{"$id", "goods", "count"}] * 2
    shop.publish(("form", SALE))
    assert [row["price"] for row in rows_of(shop, record)] == [row["price"] for row in before]


def test_a_new_column_is_added_to_the_table_that_is_there(shop: Crm) -> None:
    record = shop.add("sale", number="A", lines=[{"goods": "米"}])
    items = LINES["items"]
    more = {**LINES, "items": {**items, "properties": {**items["properties"], "note": field("text", "备注", crm.TEXT)}}}
    shop.publish(("form", {**SALE, "properties": {**SALE["properties"], "lines": more}}))
    shop.set("sale", record, lines=[{**rows_of(shop, record)[0], "note": "轻放"}])
    assert bare(rows_of(shop, record)) == [{"goods": "米", "note": "轻放"}]


def count_rows(shop: Crm) -> int:
    with shop.database.read() as conn:
        table = shop.app(conn).form("sale").tables.rows["lines"].main
        return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_rules_count_and_add_up_rows(shop: Crm) -> None:
    empty = shop.add("sale", number="0")
    small = shop.add("sale", number="1", lines=[{"goods": "米", "price": 10}])
    large = shop.add("sale", number="2", lines=[{"goods": "米", "price": 60}, {"goods": "面", "price": 70, "count": 2}])
    assert count_rows(shop) == 3
    of = {"field": "lines", "operator": ">="}
    with shop.database.read() as conn:
        def found(**leaf: Any) -> set[int]:
            return shop.list(conn, crm.one({**of, **leaf}), "sale")

        assert found(operator="null") == {empty}
        assert found(value=2) == {large}
        assert found(agg={"fn": "sum", "of": "price"}, value=100) == {large}
        assert found(agg={"fn": "count", "where": crm.one({"field": "goods", "operator": "=", "value": "米"})}, value=1) == {small, large}
        assert found(operator="=", match={"mode": "all"}, value={"field": "goods", "operator": "=", "value": "米"}) == {small}


def test_groups_follow_the_rows(shop: Crm) -> None:
    big = crm.group("big", crm.one({"field": "lines", "agg": {"fn": "sum", "of": "price"}, "operator": ">=", "value": 100}))
    shop.publish(("grouping", crm.grouping("bulk", [big, crm.group("rest")], fallback="rest", form="sale")))
    record = shop.add("sale", number="A", lines=[{"goods": "米", "price": 60}])

    def inside() -> set[int]:
        with shop.database.read() as conn:
            return shop.list(conn, crm.one({"field": "$group", "operator": "in", "value": ["bulk/big"]}), "sale")

    assert inside() == set()
    shop.set("sale", record, lines=[{"goods": "米", "price": 60}, {"goods": "面", "price": 40}])
    assert inside() == {record}
    shop.set("sale", record, lines=None)
    assert inside() == set()
    assert count_rows(shop) == 0
