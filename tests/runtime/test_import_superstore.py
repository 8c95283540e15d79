"""A real shop's 9,935 order lines, each linked to its customer, who is made the first time the name is met."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.runtime.imports import World, publish
from tests.shared import shared

FILE = "data/crm/superstore_zh/superstore_zh_flat.xls"
SALES = {"华东": 4_626_821, "中南": 4_147_918, "东北": 2_711_236, "华北": 2_379_684, "西南": 1_303_131, "西北": 815_553}


def field(kind: str, zh: str, json_type: str = "string", **more: Any) -> dict[str, Any]:
    return {"type": json_type, "x-fenzu": {"type": kind, "label": {"zh": zh, "en": zh}, **more}}


def form(key: str, title: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "unevaluatedProperties": False,
        "required": [title],
        "properties": fields,
        "x-fenzu": {
            "kind": "form",
            "format": 1,
            "key": key,
            "label": {"zh": key, "en": key},
            "title_field": title,
            "layout": [],
        },
    }


BUYER = form("buyer", "name", {"name": field("text", "名称")})
LINE = form("line", "number", {
    "number": field("text", "订单 Id"),
    "buyer": field("link", "客户名称", "integer", form="buyer", inverse="lines",
                   create_missing=True),
    "area": field("text", "地区"), "province": field("region", "省/自治区"), "day": field("date", "订单日期"),
    "sales": field("number", "销售额", "number"), "pieces": field("number", "数量", "number"),
})  # fmt: skip


@pytest.fixture
def world(sqlite_database: Database, sqlite_boss: Actor, tmp_path: Path) -> World:
    made = World(sqlite_database, sqlite_boss, tmp_path)
    with sqlite_database.write() as conn:
        app = conn.execute(sa.select(tables.app.c.id)).scalar_one()
        publish(conn, app, "form", BUYER)
        publish(conn, app, "form", LINE)
    return made


def test_the_real_file_comes_in_whole(world: World) -> None:
    found = world.send(shared(FILE).read_bytes(), "superstore_zh_flat.xls", "line")
    looked = world.check(found)
    assert (looked["rows"], looked["ready"], looked["bad"], looked["made"]) == (9935, 9935, 0, {"buyer": 771})
    result = world.bring(found)
    assert (result["created"], result["bad"]) == (9935, 0)
    lines = [record.values for record in world.records("line")]
    assert len({line["number"] for line in lines}) == 2765
    assert len(world.records("buyer")) == 771 == len({line["buyer"] for line in lines})
    assert len({line["province"] for line in lines}) == 31
    assert (min(line["day"] for line in lines), max(line["day"] for line in lines)) == ("2013-01-01", "2016-12-30")
    shared_numbers: dict[str, set[int]] = {}
    for line in lines:
        shared_numbers.setdefault(line["number"], set()).add(line["buyer"])
    assert sum(len(buyers) > 1 for buyers in shared_numbers.values()) == 1395
    for area, total in SALES.items():
        assert round(sum(Decimal(line["sales"]) for line in lines if line["area"] == area)) == total
