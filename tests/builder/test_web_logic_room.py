"""The builder's pages about a form's logic: the panel's condition, the room of all rules, what is offered and refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from builder import apps, drafts
from builder.edits import logic
from builder.publish.apply import publish_set
from tests import crm
from tests.crm import one
from tests.runtime.test_logic_saved import AGENT, customer
from tests.web import Site, visible

FORM = "/build/customers/forms/customer"
ROOM = f"{FORM}/logic"


@pytest.fixture
def shop(site: Site) -> Site:
    """An app with a form whose logic is published."""
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        publish_set(conn, app.id, [("form", customer())], site.actor().by, "")
    for name, kind in (("甲", "enterprise"), ("乙", "person"), ("丙", "person")):
        site.person().post("/a/customers/customer/", {"name": name, "kind": kind, "credit": "1"})
    return site


def body(site: Site) -> dict[str, Any]:
    with site.database.read() as conn:
        return drafts.open_draft(conn, 1, "form", "customer").body


def read(html: str) -> str:
    """What a page says, without its spaces, which marks put between words."""
    return re.sub(r"\s+", "", visible(html))


def post(site: Site, address: str, **given: Any) -> TestResponse:
    """A gesture at the revision that is there now."""
    with site.database.read() as conn:
        given["revision"] = drafts.open_draft(conn, 1, "form", "customer").revision
    return site.person().htmx("POST", address, {"sel": "", "look": "", **given})


def test_a_condition_is_written_beside_its_field(shop: Site) -> None:
    told = post(shop, f"{FORM}/edit", act="show-when", id="note", value="when", sel="note", tab="when").get_data(as_text=True)
    assert 'id="add-root"' in told and "有条件" in told
    key = logic.own_rule(body(shop), "note")
    leaf = json.dumps({"field": "kind", "operator": "in"})
    told = post(shop, f"{ROOM}/{key}/rule/add?at=panel", path="", leaf=leaf, sel="note", tab="when").get_data(as_text=True)
    assert 'id="pick-rules-0"' in told and 'id="facts"' in told
    told = post(shop, f"{ROOM}/{key}/rule/change?at=panel", path="rules[0]", part="values", v=["person", "agent"], sel="note", tab="when")
    assert "当类型是person或agent时，显示「备注」。" in read(told.get_data(as_text=True))
    seen = shop.person().htmx("GET", f"{ROOM}/seen/note").get_data(as_text=True)
    assert read(seen) == "已有customer里，2条会看到它，1条不会。"
    post(shop, f"{FORM}/edit", act="hidden", id="note", value="clear", sel="note", tab="when")
    assert body(shop)["properties"]["note"]["x-fenzu"]["hidden"] == "clear"
    for _ in range(4):
        post(shop, f"{FORM}/edit", act="undo", sel="note", tab="when")
    assert body(shop) == customer()


def test_a_section_can_have_a_condition_too(shop: Site) -> None:
    told = shop.person().htmx("GET", f"{FORM}/?sel=section:firm&tab=when").get_data(as_text=True)
    assert "当类型是enterprise时，显示「企业」。" in read(told)
    post(shop, f"{FORM}/edit", act="show-when", id="section:firm", value="always", sel="section:firm", tab="when")
    assert "firm" not in logic.conditional(body(shop))


def test_the_picker_offers_nothing_that_leads_round_in_a_circle(shop: Site) -> None:
    found = visible(shop.person().htmx("GET", f"{ROOM}/company/pick?path=").get_data(as_text=True))
    assert "类型" in found and "信用代码" not in found and "人数" not in found and "建档时间" not in found
    found = visible(shop.person().htmx("GET", f"{ROOM}/company/pick?path=&q=beizhu").get_data(as_text=True))
    assert "备注" in found


def test_the_room_lists_every_rule_and_takes_gestures(shop: Site) -> None:
    page = read(shop.person().text(f"{ROOM}/?rule=agents"))
    assert "当类型是agent时，「等级」就是b，「日期」必须填，「备注」不能改，「场所」只能选shop。" in page
    assert "不让提交，并且说「超过1000人要填信用代码」" in page
    post(shop, f"{ROOM}/new")
    key = logic.rules_of(body(shop))[-1]["key"]
    post(shop, f"{ROOM}/{key}/do/add", side="then", kind="set")
    post(shop, f"{ROOM}/{key}/do/put", side="then", row="0", kind="set", target="size")
    post(shop, f"{ROOM}/{key}/do/put", side="then", row="0", kind="set", target="size", value="12")
    assert logic.rules_of(body(shop))[-1]["then"] == [{"set": {"field": "size", "value": 12}}]
    assert post(shop, f"{ROOM}/{key}/do/put", side="then", row="0", kind="set", target="size", value="many").status_code == 422
    post(shop, f"{ROOM}/{key}/do/put", side="then", row="0", kind="refuse", **{"text.zh": "不行", "text.en": ""})
    post(shop, f"{ROOM}/{key}/do/move", to="top")
    assert logic.rules_of(body(shop))[0]["key"] == key
    post(shop, f"{ROOM}/{key}/do/remove")
    post(shop, f"{ROOM}/order", id="large", after="company")
    assert [rule["key"] for rule in logic.rules_of(body(shop))] == ["company", "large", "agents"]
    for bad in (f"{ROOM}/nobody/do/remove", f"{ROOM}/company/do/burn", f"{ROOM}/company/rule/burn", f"{ROOM}/nobody/rule/box"):
        assert post(shop, bad, path="").status_code == 404


def test_a_field_that_is_gone_is_a_problem_with_a_way_to_mend_it(shop: Site) -> None:
    post(shop, f"{FORM}/edit", act="remove", id="size", sel="size")
    person = shop.person()
    assert f"{ROOM}/?rule=large" in person.text(f"{FORM}/problems/")
    assert "从规则里去掉它" in person.text(f"{ROOM}/?rule=large")
    post(shop, f"{ROOM}/edit", act="forget", id="size", rule="large")
    assert "从规则里去掉它" not in person.text(f"{ROOM}/?rule=large")
    assert "size" not in json.dumps(logic.rules_of(body(shop)))


def test_a_circle_is_not_published(shop: Site) -> None:
    circle = [{"key": "a", "when": AGENT, "then": [{"show": "note"}]},
              {"key": "b", "when": one({"field": "note", "operator": "notNull"}), "then": [{"show": "kind"}]}]
    changed = {**customer(), "x-fenzu": {**customer()["x-fenzu"], "logic": circle}}
    post(shop, f"{FORM}/json/edit", text=json.dumps(changed))
    told = visible(shop.person().text(f"{FORM}/problems/"))
    assert "联动规则绕成了一圈：" in told and ("类型 → 备注 → 类型" in told or "备注 → 类型 → 备注" in told)


def test_the_condition_of_a_rule_is_copied_saved_and_put_in_as_text_like_any_other(shop: Site) -> None:
    rule, person = f"{ROOM}/agents/rule", shop.person()
    at = next(i for i, one in enumerate(logic.rules_of(body(shop))) if one["key"] == "agents")
    before = logic.rules_of(body(shop))[at]["when"]
    answer = post(shop, f"{rule}/duplicate", path="rules[0]", rule="agents")
    assert json.loads(answer.headers["HX-Trigger-After-Settle"])["rule-at"]["path"] == "rules[1]"
    post(shop, f"{rule}/wrap", path="rules[1]", rule="agents")
    assert logic.rules_of(body(shop))[at]["when"]["rules"][1] == {"combinator": "or", "rules": [before["rules"][0]]}
    post(shop, f"{rule}/remove", path="rules[1]", rule="agents")
    assert post(shop, f"{rule}/aside/save", path="", label_zh="代理").status_code == 200
    saved = person.text(f"{ROOM}/agents/pick?q=")
    assert "代理" in saved and "customer·联动" in read(saved)
    far = json.dumps({"field": "orders", "agg": {"fn": "count"}, "operator": ">", "value": 2})
    assert "条件" in read(post(shop, f"{rule}/aside/in", text=far).get_data(as_text=True))
    told = post(shop, f"{rule}/text", text=far, how="append", rule="agents").get_data(as_text=True)
    assert 'id="miss-rules-1"' in told
    assert logic.rules_of(body(shop))[at]["when"]["rules"][1] == json.loads(far)
    post(shop, f"{rule}/remove", path="rules[1]", rule="agents")
    assert logic.rules_of(body(shop))[at]["when"] == before
    assert json.loads(re.search(r"<textarea[^>]*>(.*?)</textarea>", person.text(f"{rule}/aside/out"), re.DOTALL)[1].replace("&#34;", '"')) == before  # type: ignore[index]
