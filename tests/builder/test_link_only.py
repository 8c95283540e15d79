"""Which records a link offers, designed by clicks: the rule editor, what publishing says, what follows a new key, where it is used."""

from __future__ import annotations

from typing import Any

import pytest

from builder import drafts
from builder.edits import settle
from builder.publish.apply import publish_set
from builder.publish.plan import plan
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import whole
from tests.crm import Crm, running
from tests.runtime.links import BODIES, SAME, sale
from tests.web import Site, visible


@pytest.fixture
def shop(site: Site) -> Crm:
    return running(site, BODIES)


def revision_of(shop: Crm) -> str:
    with shop.database.read() as conn:
        return str(drafts.open_draft(conn, shop.app(conn).id, "form", "order").revision)


def test_conditions_are_clicked_together_and_taken_off_again(site: Site, shop: Crm) -> None:
    boss, room = site.person(), f"/build/{shop.key}/forms/order/"
    with shop.database.write() as conn:
        publish_set(conn, shop.app(conn).id, [("form", sale({}, {}))], shop.boss.by)
    offered = boss.text(f"{room}reach/contact/pick?path=")
    assert "所属客户和这条记录的客户一样" in offered
    leaf = '{"field": "customer", "operator": "=", "valueSource": "field", "value": "$own.customer"}'
    answer = boss.htmx("POST", f"{room}reach/contact/rule/add", {"leaf": leaf, "path": "", "revision": "0", "sel": "contact"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    page = visible(boss.text(f"{room}?sel=contact"))
    assert "只能选所属客户和这条记录的客户一样的" in page and "不加条件，就都能选" not in page
    answer = boss.htmx("POST", f"{room}reach/contact/rule/duplicate", {"path": "rules[0]", "revision": revision_of(shop), "sel": "contact"})
    assert answer.status_code == 200 and 'id="row-rules-1"' in answer.get_data(as_text=True)
    assert "$own" not in boss.text(f"{room}reach/contact/rule/aside/save?path=rules[1]") and "正在填的记录" in boss.text(f"{room}reach/contact/rule/aside/out")
    boss.htmx("POST", f"{room}reach/contact/rule/remove", {"path": "rules[1]", "revision": revision_of(shop), "sel": "contact"})
    answer = boss.htmx("POST", f"{room}reach/contact/rule/remove", {"path": "rules[0]", "revision": revision_of(shop), "sel": "contact"})
    assert answer.status_code == 200 and "不加条件，就都能选" in visible(boss.text(f"{room}?sel=contact"))


def test_publishing_says_it_and_uses_are_found() -> None:
    before, after = sale({}, {}), sale(SAME, {})
    assert [change.act for change in plan("form", before, after)] == ["offers_changed"]
    every = whole(BODIES)
    of = {(use.key, use.path) for use in uses_of(every, "form", "contact", field="customer") if use.part == "rule"}
    assert of == {("order", "properties.contact.x-fenzu.only.rules[0]")}
    own = {(use.key, use.path) for use in uses_of(every, "form", "order", field="customer") if use.part == "rule"}
    assert own == {("order", "properties.contact.x-fenzu.only.rules[0].value")}


def test_a_rule_follows_the_new_key_of_a_field() -> None:
    body: Any = settle.rekey(sale(), "customer", "buyer", None)
    assert body["properties"]["contact"]["x-fenzu"]["only"]["rules"][0]["value"] == "$own.buyer"
    assert body["properties"]["contact"]["x-fenzu"]["only"]["rules"][0]["field"] == "customer"
