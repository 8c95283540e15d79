"""A tree of one's own options: any level is a value, and rules ask for everything under one."""

from __future__ import annotations

from typing import Any

import pytest

from builder import apps
from builder.publish.apply import publish_body
from runtime.accounts.actor import Actor
from runtime.definitions import form_check
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form
from tests.web import Site

KEY = {"type": "string", "pattern": "^[a-z0-9_]{1,60}$"}
TREE = [{"key": "food", "label": {"zh": "食品", "en": "Food"}, "level": 0}, {"key": "frozen", "label": {"zh": "冷冻"}, "level": 1},
        {"key": "dumpling", "label": {"zh": "水饺"}, "level": 2}, {"key": "dry", "label": {"zh": "干货"}, "level": 1},
        {"key": "ware", "label": {"zh": "餐具"}, "level": 0}]


def body(tree: Any = TREE, **more: Any) -> dict[str, Any]:
    asked = {"name": field("text", "品名", crm.TEXT), "line": field("cascade", "品类", KEY, tree=tree, **more)}
    return form("goods", "name", asked, ["name"])


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, [*crm.BODIES, ("form", body())])


@pytest.mark.parametrize(("operator", "value", "fits"), [
    ("under", ["food"], {1, 2, 3}), ("under", ["frozen", "ware"], {2, 3, 4}), ("notUnder", ["food"], {4, 5}), ("=", "food", {1}),
    ("!=", "food", {2, 3, 4, 5}), ("in", ["dumpling", "ware"], {3, 4}), ("null", None, {5}), ("notNull", None, {1, 2, 3, 4})])
def test_rules_ask_for_everything_under_a_row(shop: Crm, operator: str, value: Any, fits: set[int]) -> None:
    shop.add_many("goods", [{"name": "甲", "line": "食品"}, {"name": "乙", "line": "食品/冷冻"}, {"name": "丙", "line": "水饺"},
                            {"name": "丁", "line": "ware"}, {"name": "戊"}])
    with shop.database.read() as conn:
        assert shop.list(conn, crm.one({"field": "line", "operator": operator, "value": value}), "goods") == fits


def test_a_row_that_moved_takes_its_records_along(shop: Crm) -> None:
    one = shop.add("goods", name="甲", line="水饺")
    moved = [TREE[0], TREE[1], TREE[3], TREE[4], {**TREE[2], "level": 1}]
    shop.publish(("form", body(moved)))
    with shop.database.read() as conn:
        assert shop.list(conn, crm.one({"field": "line", "operator": "under", "value": ["ware"]}), "goods") == {one}
        assert shop.list(conn, crm.one({"field": "line", "operator": "under", "value": ["food"]}), "goods") == set()


def test_a_key_twice_is_a_problem() -> None:
    assert [p.code for p in form_check.check(body([*TREE, TREE[0]]))] == ["option_twice"]


def test_people_choose_filter_and_design_it(site: Site) -> None:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("商品", "Goods"))
        publish_body(conn, app.id, "form", body(last=True), site.actor().id)
    boss, place, room = site.person(), f"/a/{app.key}/goods/", f"/build/{app.key}/forms/goods/"
    refused = boss.post(place, {"name": "甲", "line": "food"})
    assert refused.status_code == 422 and "选到最后一级" in refused.get_data(as_text=True)
    assert boss.post(place, {"name": "甲", "line": "dumpling"}).status_code in (302, 303)
    assert "食品 / 冷冻 / 水饺" in boss.text(f"{place}?columns=line")
    made = boss.post(place + "find/filter", {"field": "line", "operator": "under", "value": "food"})
    assert "甲" in boss.text(made.headers["Location"])
    assert "  冷冻" in boss.text(room + "?sel=line") and "食品 | Food" in boss.text(room + "?sel=line")
