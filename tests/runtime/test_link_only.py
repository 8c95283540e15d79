"""A link may offer only some records: the picker, every writer and the import keep to it, and what is stored stays."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.commands import checks
from runtime.errors import Invalid
from runtime.messages import say
from runtime.records import offered
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.crm import Crm, made, one
from tests.runtime.links import BODIES, sale


@pytest.fixture
def shop(database: Database, boss: Any) -> Crm:
    return made(database, boss, BODIES)


def refused(shop: Crm, **values: Any) -> str:
    with pytest.raises(Invalid) as caught:
        shop.add("order", number="1", **values)
    assert [problem.path for problem in caught.value.problems] == ["contact" if "contact" in values else "customer"]
    return say(caught.value.problems[0], "zh")


def people(shop: Crm) -> tuple[int, int, int, int]:
    firm, other = shop.add("customer", name="甲公司", kind="enterprise"), shop.add("customer", name="乙公司", kind="enterprise")
    return firm, other, shop.add("contact", name="张三", customer=firm), shop.add("contact", name="李四", customer=other)


def test_only_what_the_rule_lets_through_is_stored(shop: Crm) -> None:
    firm, _, mine, theirs = people(shop)
    nobody = shop.add("customer", name="散客", kind="person")
    assert shop.add("order", number="1", customer=firm, contact=mine)
    assert refused(shop, customer=nobody) == "「客户」只能选客户类型是 enterprise的，「散客」不是。"
    assert refused(shop, customer=firm, contact=theirs) == "「联系人」只能选所属客户和这条记录的客户一样的，「李四」不是。"
    assert "李四" in refused(shop, contact=theirs)


def test_what_is_stored_stays_until_it_is_changed(shop: Crm) -> None:
    firm, other, mine, theirs = people(shop)
    order = shop.add("order", number="1", customer=firm, contact=mine)
    shop.set("customer", firm, kind="person")
    shop.set("order", order, number="2", customer=firm, contact=mine)
    shop.set("order", order, customer=other)
    with pytest.raises(Invalid):
        shop.set("order", order, customer=firm)
    shop.set("order", order, contact=theirs)
    with pytest.raises(Invalid):
        shop.set("order", order, contact=mine)
    shop.set("contact", theirs, customer=firm)
    shop.drop("order", order)
    shop.restore("order", order)


def test_the_picker_offers_what_the_writer_takes(shop: Crm) -> None:
    firm, other, mine, theirs = people(shop)
    with shop.database.read() as conn:
        app, reader = shop.app(conn), shop.reader(conn, "contact")
        form = app.form("order").form
        for own, wanted in (({"customer": firm}, [mine]), ({"customer": other}, [theirs]), ({}, []), ({"customer": 999}, [])):
            where = offered.condition(app, form, form.fields["contact"], own, shop.boss, shop.as_of)
            assert reader.ids(Query(where=where))[0] == wanted
            assert reader.page(Query(where=where, search="四" if wanted == [theirs] else "")).ids == wanted
    with shop.act() as act:
        live = act.app.form("order")
        rows = [{"customer": c, "contact": p} for c in (firm, other, None) for p in (mine, theirs)]
        found = checks.check(act, live, rows)
        assert [bool(each) for each in found] == [False, True, True, False, True, True]


@pytest.mark.parametrize(("only", "code"), [
    (one({"field": "nothing", "operator": "=", "value": 1}), "no_such_field"),
    (one({"field": "customer", "operator": "=", "valueSource": "field", "value": "$own.nothing"}), "no_such_field"),
    (one({"field": "name", "operator": "=", "valueSource": "field", "value": "$own.customer"}), "rule_other_kind"),
    (one({"field": "customer", "operator": "=", "valueSource": "field", "value": "$own.contact"}), "only_other_form"),
])
def test_a_rule_that_means_nothing_is_not_published(shop: Crm, only: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        shop.publish(("form", sale(only)))
    assert (caught.value.problems[0].code, caught.value.problems[0].path) == (
        code, caught.value.problems[0].path) and "properties.contact.x-fenzu.only" in caught.value.problems[0].path
