"""A link's picker on the page: it offers what its rule says beside what is typed, and a missing record is made on the spot."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.crm import Crm, one, running, words
from tests.runtime.links import BODIES
from tests.web import Person, Site, visible

READS = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["change"]},
         "rows": {"contact": one({"field": "name", "operator": "!=", "value": "李四"})}}


@pytest.fixture
def shop(site: Site) -> Crm:
    return running(site, BODIES, ("role", READS))


@pytest.fixture
def firm(shop: Crm) -> int:
    return shop.add("customer", name="甲公司", kind="enterprise")


def offered(person: Person, shop: Crm, field: str, **asked: Any) -> list[str]:
    answer = person.client.get(f"/a/{shop.key}/order/pick/{field}", query_string={key.replace("__", "."): v for key, v in asked.items()})
    assert answer.status_code == 200
    return [one["text"] for one in json.loads(answer.get_data(as_text=True))]


def test_the_picker_asks_beside_what_is_typed_and_stored(site: Site, shop: Crm, firm: int) -> None:
    boss, member = site.person(), site.person("member")
    other = shop.add("customer", name="乙公司", kind="enterprise")
    shop.add("customer", name="散客", kind="person")
    shop.add_many("contact", [{"name": "张三", "customer": firm}, {"name": "李四", "customer": firm}, {"name": "王五", "customer": other}])
    order = shop.add("order", number="1", customer=other)
    assert offered(boss, shop, "customer") == ["乙公司", "甲公司"]
    assert offered(boss, shop, "contact", own__customer=firm) == ["李四", "张三"]
    assert offered(boss, shop, "contact", own__customer=firm, q="张") == ["张三"]
    assert offered(boss, shop, "contact", own__customer="") == offered(boss, shop, "contact", own__customer="nonsense") == []
    assert offered(boss, shop, "contact", record=order) == ["王五"]
    assert offered(boss, shop, "contact", record=order, own__customer=firm) == ["李四", "张三"]
    assert offered(boss, shop, "contact") == ["王五", "李四", "张三"]
    assert offered(member, shop, "contact", own__customer=firm) == ["张三"]
    assert boss.get(f"/a/{shop.key}/order/pick/number").status_code == 404


def test_a_missing_record_is_made_on_the_spot_and_chosen(site: Site, shop: Crm, firm: int) -> None:
    boss, new = site.person(), f"/a/{shop.key}/order/pick/contact/new?at=f-contact&own.customer={firm}"
    page = boss.text(f"/a/{shop.key}/order/new")
    assert f'data-new-url="/a/{shop.key}/order/pick/contact/new"' in page and 'data-own="customer"' in page and "先填「客户」" in page
    dialog = boss.text(f"{new}&q=赵小新")
    assert 'value="赵小新"' in dialog and f'<option value="{firm}" selected>甲公司</option>' in dialog
    wrong = boss.htmx("POST", new, {"name": "", "customer": firm})
    assert wrong.status_code == 422 and "请填写姓名" in wrong.get_data(as_text=True)
    made_ = boss.htmx("POST", new, {"name": "赵小新", "customer": firm})
    told = json.loads(made_.headers["HX-Trigger"])
    assert told["made"]["at"] == "f-contact" and told["made"]["text"] == "赵小新" and told["toast"]["text"] == "已新建「赵小新」"
    answer = boss.post(f"/a/{shop.key}/order/", {"number": "1", "customer": str(firm), "contact": str(told["made"]["value"])})
    assert answer.status_code == 303


def test_what_is_made_and_does_not_fit_is_not_chosen(site: Site, shop: Crm, firm: int) -> None:
    new = f"/a/{shop.key}/order/pick/contact/new?at=f-contact&own.customer={firm}"
    told = json.loads(site.person().htmx("POST", new, {"name": "无主", "customer": ""}).headers["HX-Trigger"])
    assert told["made"]["value"] is None and "这里不能选它" in told["toast"]["text"]


def test_who_may_not_create_is_not_offered_it(site: Site, shop: Crm, firm: int) -> None:
    order, member = shop.add("order", number="1", customer=firm), site.person("member")
    assert "data-new-url" not in member.text(f"/a/{shop.key}/order/{order}/edit")
    assert member.get(f"/a/{shop.key}/order/pick/contact/new").status_code == 403
    assert member.htmx("POST", f"/a/{shop.key}/order/pick/contact/new", {"name": "偷偷"}).status_code == 403


def test_a_refused_link_is_told_at_its_field_and_in_one_cell(site: Site, shop: Crm, firm: int) -> None:
    boss, nobody = site.person(), shop.add("customer", name="散客", kind="person")
    answer = boss.post(f"/a/{shop.key}/order/", {"number": "7", "customer": str(nobody)})
    assert answer.status_code == 422 and "「客户」只能选客户类型是 enterprise的，「散客」不是。" in visible(answer.get_data(as_text=True))
    order = shop.add("order", number="1", customer=firm)
    cell = f"/a/{shop.key}/order/{order}/cell/contact"
    assert f"record={order}" in boss.text(cell)
    theirs = shop.add("contact", name="李四")
    answer = boss.htmx("POST", cell, {"contact": str(theirs)})
    assert answer.status_code == 422 and "「李四」不是" in visible(answer.get_data(as_text=True))
