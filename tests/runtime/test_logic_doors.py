"""A form's logic holds at every door: a list that is brought in, and the API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.accounts.actor import Actor
from runtime.definitions.form import Form
from runtime.storage.db import Database
from tests.api import CUSTOMERS, Installation, served
from tests.conftest import database_url
from tests.crm import one
from tests.runtime.imports import World, publish
from tests.shared import ROOT

LOGIC = [
    {"key": "firms", "when": one({"field": "kind", "operator": "in", "value": ["enterprise"]}), "then": [{"show": "credit_code"}]},
    {"key": "shops", "when": one({"field": "kind", "operator": "in", "value": ["retail"]}),
     "then": [{"set": {"field": "invoice", "value": "none"}}, {"refuse": {"zh": "零售先不收", "en": "No retail yet"}}]},
]


def ruled(database: Database, app_id: int) -> Form:
    """The form of customers where firms alone are asked for their credit code, and must give it."""
    body = json.loads((ROOT / "app_templates/wholesale/forms/customer.json").read_text("utf-8"))
    body["x-fenzu"]["logic"], body["required"] = LOGIC, [*body["required"], "credit_code"]
    with database.write() as conn:
        publish(conn, app_id, "form", body)
    return Form(body)


@pytest.fixture
def world(database: Database, boss: Actor, tmp_path: Path) -> World:
    found = World(database, boss, tmp_path)
    ruled(database, found.app.id)
    return found


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Installation]:
    with served(database_url(database), tmp_path) as found:
        ruled(found.fenzu.database, 1)
        yield found


def test_a_list_is_told_what_logic_asks_before_anything_is_stored(world: World) -> None:
    found = world.upload([
        ["客户名称", "手机号", "客户类型", "所在地区", "统一社会信用代码"], ["甲公司", "13806132288", "企业客户", "江苏/苏州", ""],
        ["王芳", "13806132289", "个人客户", "江苏/苏州", "91320508MA00008253"], ["小店", "13806132290", "零售客户", "江苏/苏州", ""],
        ["乙公司", "13806132291", "企业客户", "江苏/苏州", "91320508MA00008245"]])  # fmt: skip
    checked = world.check(found)
    assert (checked["ready"], checked["bad"]) == (2, 2)
    assert world.records() == []
    assert world.bring(found)["created"] == 2
    assert [(r.values["name"], r.values["credit_code"]) for r in world.records()] == [("王芳", None), ("乙公司", "91320508MA00008245")]


def test_the_api_discards_sets_and_refuses(site: Installation) -> None:
    boss, base = site.boss, {"mobile": "13806132288", "region": "320508"}
    made = boss.ask("POST", CUSTOMERS, {"values": {**base, "name": "王芳", "kind": "person", "credit_code": "X"}}, 201)
    assert made["values"]["credit_code"] is None
    told = boss.ask("POST", CUSTOMERS, {"values": {**base, "mobile": "13806132289", "name": "甲", "kind": "enterprise"}}, 422)
    assert [(error["path"], error["code"]) for error in told["errors"]] == [("credit_code", "blank")]
    told = boss.ask("POST", CUSTOMERS, {"values": {**base, "mobile": "13806132289", "name": "乙", "kind": "retail"}}, 422)
    assert [error["path"] for error in told["errors"]] == [""] and "零售先不收" in told["errors"][0]["message"]
    change = {"values": {"kind": "enterprise"}, "version": made["version"]}
    assert boss.ask("PATCH", f"{CUSTOMERS}/{made['id']}", change, 422)["errors"][0]["path"] == "credit_code"
    change["values"]["credit_code"] = "91320508MA00008245"
    assert boss.ask("PATCH", f"{CUSTOMERS}/{made['id']}", change)["values"]["credit_code"] == "91320508MA00008245"
    rows = {"records": [{"values": {**base, "mobile": f"1380613229{n}", "name": str(n), "kind": kind}} for n, kind in enumerate(["person", "retail"])]}
    told = boss.ask("POST", f"{CUSTOMERS}/bulk", rows)
    assert (told["created"], told["failed"]) == (1, 1)
