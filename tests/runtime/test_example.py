"""A rule found from examples: on real customers it recovers rules that were planted there, and answers what nothing tells apart."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.groups.example import Suggestion, suggest
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.storage import system_tables as tables
from tests.conftest import set_up, sqlite_copy
from tests.runtime.imports import World, publish
from tests.runtime.test_import_superstore import BUYER, FILE, LINE, field, form
from tests.shared import shared

RFM = "data/crm/rfm_r/expected_rfm_orders_2006-12-31.csv"
SCORED = form("scored", "name", {
    "name": field("text", "姓名"), "recency": field("number", "未购天数", "number"),
    "count": field("number", "次数", "number"), "amount": field("money", "金额", "number"),
    "r": field("number", "R", "number"), "f": field("number", "F", "number"), "m": field("number", "M", "number"),
    "segment": field("text", "分层"),
})  # fmt: skip
NAMES = {"customer_id": "姓名", "recency_days": "未购天数", "transaction_count": "次数", "amount": "金额", "recency_score": "R",
         "frequency_score": "F", "monetary_score": "M", "segment": "分层"}  # fmt: skip


def leaf(name: str, operator: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"field": name, "operator": operator, "value": value, **more}


def every(*rules: Any) -> dict[str, Any]:
    return {"combinator": "and", "rules": list(rules)}


def some(*rules: Any) -> dict[str, Any]:
    return {"combinator": "or", "rules": list(rules)}


def lines(fn: str, of: str | None, operator: str, value: Any) -> dict[str, Any]:
    return leaf("lines", operator, value, agg={"fn": fn} | ({"of": of} if of else {}))


class Found:
    """A world of records, and who of them a rule fits."""

    def __init__(self, world: World, form: str) -> None:
        self.world, self.form = world, form

    def ids(self, rule: Any = None) -> list[int]:
        with self.world.database.read() as conn:
            app = self.world.live.app(conn, self.world.key)
            live = app.form(self.form)
            query = sa.select(live.tables.main.c.id).order_by(live.tables.main.c.id)
            if rule is not None:
                query = query.where(compile_rule(rule, RecordTarget(app, live, shown(app)), self.world.now()).where)
            return list(conn.execute(query).scalars())

    def suggest(self, ins: list[int], outs: list[int]) -> list[Suggestion]:
        with self.world.database.read() as conn:
            app = self.world.live.app(conn, self.world.key)
            return suggest(conn, app, app.form(self.form), ins, outs, self.world.now())

    def recovers(self, rule: Any) -> None:
        """Everybody the rule fits as examples, and everybody else as counterexamples: what comes back fits the same."""
        mine = self.ids(rule)
        others = sorted(set(self.ids()) - set(mine))
        assert mine and others, "the planted rule tells nobody apart"
        found = self.suggest(mine, others)
        assert found and self.ids(found[0].rule) == mine, [one.rule for one in found]
        assert (found[0].kept, found[0].left_out, found[0].total) == (len(mine), len(others), len(mine))
        assert found == self.suggest(mine, others), "the same examples give the same rules"


@pytest.fixture(scope="module")
def scored(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Found]:
    rows = list(csv.DictReader(io.StringIO(shared(RFM).read_text("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(NAMES.values())
    writer.writerows([[row[name] for name in NAMES] for row in rows])
    with opened(sqlite_template, tmp_path_factory.mktemp("rfm"), SCORED) as world:
        world.bring(world.send(out.getvalue().encode(), "rfm.csv", "scored"))
        yield Found(world, "scored")


@pytest.fixture(scope="module")
def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(sqlite_template, tmp_path_factory.mktemp("shop"), BUYER, LINE) as world:
        world.bring(world.send(shared(FILE).read_bytes(), "superstore_zh_flat.xls", "line"))
        yield world


@contextmanager
def opened(template: Path, folder: Path, *forms: dict[str, Any]) -> Iterator[World]:
    """A world that the tests of this file only look at."""
    with sqlite_copy(template, folder) as database:
        world = World(database, set_up(database), folder)
        with database.write() as conn:
            app = conn.execute(sa.select(tables.app.c.id)).scalar_one()
            for body in forms:
                publish(conn, app, "form", body)
        yield world


@pytest.mark.parametrize("rule", [
    every(leaf("recency", "<=", 200)),
    every(leaf("amount", ">=", 500), leaf("count", ">=", 5)),
    every(leaf("r", ">=", 4), leaf("f", ">=", 4), leaf("m", ">=", 4)),
    every(leaf("segment", "in", ["Champions", "Loyal Customers"])),
    every(leaf("segment", "!=", "Lost"), leaf("amount", ">", 450), leaf("recency", "<", 300)),
    some(leaf("amount", ">=", 800), leaf("count", ">=", 9)),
    some(leaf("r", "=", 5), leaf("recency", ">", 600)),
    every(leaf("r", ">=", 3), some(leaf("amount", ">=", 700), leaf("segment", "=", "Champions"))),
    some(leaf("amount", ">=", 900), every(leaf("r", "=", 5), leaf("f", ">=", 4))),
], ids=str)  # fmt: skip
def test_planted_rules_come_back_among_scored_customers(scored: Found, rule: Any) -> None:
    scored.recovers(rule)


@pytest.mark.parametrize("rule", [
    every(leaf("area", "=", "华东")),
    every(leaf("area", "in", ["华东", "华北"]), leaf("sales", ">=", 2000)),
    every(leaf("province", "under", ["440000"]), leaf("pieces", ">=", 5)),
    every(leaf("day", ">=", "2015-01-01"), leaf("area", "!=", "西北"), leaf("sales", "<", 300)),
    some(leaf("sales", ">=", 8000), leaf("pieces", ">=", 13)),
], ids=str)  # fmt: skip
def test_planted_rules_come_back_among_ten_thousand_lines(shop: World, rule: Any) -> None:
    Found(shop, "line").recovers(rule)


@pytest.mark.parametrize("rule", [
    every(lines("sum", "sales", ">=", 30_000)),
    every(lines("count", None, ">=", 15), lines("sum", "sales", "<", 20_000)),
    every(lines("max", "day", ">=", "2016-06-01"), lines("sum", "pieces", ">=", 60)),
], ids=str)  # fmt: skip
def test_planted_sums_come_back_among_customers(shop: World, rule: Any) -> None:
    Found(shop, "buyer").recovers(rule)


def test_a_handful_of_examples_is_enough_for_something_to_look_at(scored: Found) -> None:
    rule = every(leaf("amount", ">=", 800))
    mine = scored.ids(rule)
    others = sorted(set(scored.ids()) - set(mine))
    found = scored.suggest(mine[:6], others[:6])
    assert 1 <= len(found) <= 3
    assert all(one.kept == 6 and one.left_out == 6 and one.total >= 6 for one in found)
    assert all(1 <= len(one.rule["rules"]) <= 4 for one in found)


def test_examples_on_one_side_only_or_the_same_on_both_find_nothing(scored: Found) -> None:
    everybody = scored.ids()
    assert scored.suggest(everybody[:5], []) == [] == scored.suggest([], everybody[:5])
    assert scored.suggest(everybody[:5], everybody[:5]) == []


def test_what_no_short_rule_tells_apart_is_said_with_its_errors(scored: Found) -> None:
    """Every third customer: whatever comes back says how many of the examples it gets wrong."""
    everybody = scored.ids()
    mine, others = everybody[::3], sorted(set(everybody) - set(everybody[::3]))
    for one in scored.suggest(mine, others):
        right = set(scored.ids(one.rule))
        assert one.kept == len(right & set(mine)) and one.left_out == len(others) - len(right & set(others))
        assert one.total == len(right)
