"""The other side of a link: a record's page lists what points to it, where the designer wants it, for whoever may see it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runtime.definitions.checks import check
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import whole
from tests.crm import Crm, one, running, words
from tests.runtime.links import BODIES, CONTACT, link
from tests.web import Person, Site, visible

ROLE = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["create"]},
        "rows": {"contact": one({"field": "name", "operator": "!=", "value": "李四"})}}
CUSTOMER = BODIES[0][1]


def placed(inverse: str) -> dict[str, Any]:
    """The customer with a place in its layout for what links to it."""
    section = CUSTOMER["x-fenzu"]["layout"][0]
    layout = [{**section, "items": [*section["items"], {"key": "list", "related": inverse}]}]
    return {**CUSTOMER, "x-fenzu": {**CUSTOMER["x-fenzu"], "layout": layout}}


@pytest.fixture
def shop(site: Site) -> Crm:
    return running(site, BODIES, ("role", ROLE))


@pytest.fixture
def firm(shop: Crm) -> int:
    return shop.add("customer", name="甲公司", kind="enterprise")


def page(person: Person, shop: Crm, firm: int) -> str:
    return person.text(f"/a/{shop.key}/customer/{firm}")


def part(html: str, label: str) -> str:
    """What stands under one heading of the page."""
    found = re.search(rf"<h2>{label}.*?(?=<h2>|</section>)", html, re.DOTALL)
    return found.group(0) if found else ""


def test_it_lists_the_newest_counts_the_rest_and_adds_one(site: Site, shop: Crm, firm: int) -> None:
    shop.add_many("contact", [{"name": f"联系人{n}", "customer": firm} for n in range(7)])
    shop.add_many("order", [{"number": str(n), "customer": firm} for n in range(101)])
    html = page(site.person(), shop, firm)
    people, orders = part(html, "所属客户们"), part(html, "客户们")
    assert re.findall(r"联系人\d", visible(people)) == [f"联系人{n}" for n in (6, 5, 4, 3, 2) for _ in "x"]
    assert visible(people).split()[1] == "7" and "看全部" in people and "99+" in visible(orders)
    assert f"/a/{shop.key}/contact/new?customer={firm}" in people
    assert f'<option value="{firm}" selected>甲公司</option>' in site.person().text(f"/a/{shop.key}/contact/new?customer={firm}")


def test_it_stands_where_the_layout_has_a_place_or_nowhere(site: Site, shop: Crm, firm: int) -> None:
    shop.add("contact", name="张三", customer=firm)
    hidden = {**CONTACT, "properties": {**CONTACT["properties"], "customer": link("所属客户", "customer", "contacts", listed=False)}}
    shop.publish(("form", placed("contacts")))
    html = page(site.person(), shop, firm)
    assert html.count("<h2>所属客户们") == 1 and html.index("<h2>所属客户们") < html.index('class="fz-pf-c"')
    assert "所属客户们" not in site.person().text(f"/a/{shop.key}/customer/{firm}/edit")
    shop.publish(("form", hidden))
    assert "<h2>所属客户们" in page(site.person(), shop, firm)
    shop.publish(("form", CUSTOMER))
    assert "<h2>所属客户们" not in page(site.person(), shop, firm)


def test_one_is_taken_off_and_put_back(site: Site, shop: Crm, firm: int) -> None:
    boss, contact = site.person(), shop.add("contact", name="张三", customer=firm)
    other = shop.add("customer", name="乙公司", kind="enterprise")
    away = f"/a/{shop.key}/customer/{firm}/related/contacts/unlink"
    assert boss.htmx("POST", away.replace(f"/{firm}/", f"/{other}/"), {"id": str(contact)}).headers["HX-Trigger"].count("bad") == 1
    assert boss.htmx("POST", away.replace("contacts", "nothing"), {"id": str(contact)}).status_code == 404
    assert boss.htmx("POST", away, {"id": str(contact)}).status_code == 204
    told = page(boss, shop, firm)
    assert "已取消关联" in told and "张三" not in part(told, "所属客户们")
    boss.htmx("POST", re.findall(r'hx-post="(/undo/[^"]+)"', told)[0])
    assert "张三" in part(page(boss, shop, firm), "所属客户们")


def test_the_reader_sees_and_does_what_the_role_allows(site: Site, shop: Crm, firm: int) -> None:
    shop.add_many("contact", [{"name": "张三", "customer": firm}, {"name": "李四", "customer": firm}])
    people = part(page(site.person("member"), shop, firm), "所属客户们")
    assert "张三" in people and "李四" not in people and "unlink" not in people and "contact/new" in people
    contact = shop.add("contact", name="王五", customer=firm)
    refused = site.person("member").htmx("POST", f"/a/{shop.key}/customer/{firm}/related/contacts/unlink", {"id": str(contact)})
    assert json.loads(refused.headers["HX-Trigger"])["toast"]["tone"] == "bad"


def test_a_place_for_nothing_is_not_published_and_uses_name_it() -> None:
    for inverse, code in (("", ["related_nowhere"]), ("nothing", ["related_nowhere"]), ("contacts", [])):
        assert [problem.code for problem in check("form", placed(inverse), whole(BODIES))] == code
    found = uses_of(whole([*BODIES[1:], ("form", placed("contacts"))]), "form", "contact", field="customer")
    assert [(use.key, use.path) for use in found if use.part == "list"] == [("customer", "x-fenzu.layout[0].items[6]")]
