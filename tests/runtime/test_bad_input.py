"""What goes wrong in daily use is answered at its place, in words, and nothing that was there or typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from builder import drafts
from runtime.accounts.actor import Actor
from runtime.errors import Invalid
from runtime.messages import say
from runtime.records.queries import Query
from runtime.storage.db import Database
from runtime.words import LANGUAGES
from tests import crm as crm_app
from tests.crm import CUSTOMER, NUMBER, ORDER, TAGS, Crm, field, form, made, one
from tests.runtime.test_formula_fields import codes, worked
from tests.runtime.test_subform import SALE
from tests.web import Site, visible


@pytest.fixture
def shop(site: Site) -> Crm:
    """Customers, orders and sales, as pages and as commands see them."""
    return crm_app.running(site, [*crm_app.BODIES, ("form", SALE)])


# --- an option that is removed while in use ---------------------------------------------------------------------


def test_an_option_that_is_removed_stays_with_whoever_has_it(site: Site, shop: Crm) -> None:
    record, boss, room = shop.add("customer", name="沐阳", kind="agent"), site.person(), f"/build/{shop.key}/forms/customer/"
    with site.database.read() as conn:
        revision = drafts.open_draft(conn, shop.app(conn).id, "form", "customer").revision
    gone = boss.htmx("POST", f"{room}edit", {"act": "option-remove", "id": "kind", "sel": "kind", "option": "agent", "revision": revision, "look": ""})
    assert gone.status_code == 200
    dialog = visible(boss.text(f"{room}publish"))
    assert "agent" in dialog and "1 条" in dialog and "选了它的记录保持不变" in dialog
    with site.database.read() as conn:
        revision = drafts.open_draft(conn, shop.app(conn).id, "form", "customer").revision
    assert boss.htmx("POST", f"{room}publish", {"revision": revision}).status_code < 400
    place = f"/a/{shop.key}/customer/"
    assert "agent" in visible(boss.text(f"{place}{record}")) and "agent" in visible(boss.text(f"{place}?cols=kind"))
    shop.set("customer", record, name="沐阳小馆")
    assert shop_values(shop, record)["kind"] == "agent"
    refused = boss.post(place, {"name": "新来的", "kind": "agent"})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422 and 'value="新来的"' in html and re.search(r'id="f-kind-error"[^>]*>.*?[一-鿿]', html, re.DOTALL)


def shop_values(shop: Crm, record: int, form: str = "customer") -> dict[str, Any]:
    with shop.database.read() as conn:
        return shop.reader(conn, form).one(record).values


# --- formulas ---------------------------------------------------------------------------------------------------

RATIO = form("customer", "name", {
    **CUSTOMER["properties"],
    "left": field("number", "剩下", NUMBER),
    "ratio": worked("比例", "{size} / {left}"),
    "said": worked("说", 'IF({ratio} > 1, "多", "少")', "text"),
    "rest": worked("余数", "MOD({size}, {left})"),
})  # fmt: skip


def test_dividing_by_nothing_is_blank_and_stops_nothing(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [("vocabulary", TAGS), ("form", RATIO), ("form", ORDER)])
    zero, blank, four = (crm.add("customer", name=str(left), size=8, left=left) for left in (0, None, 4))
    assert [shop_values(crm, record)["ratio"] for record in (zero, blank, four)] == [None, None, 2]
    assert [shop_values(crm, record)["rest"] for record in (zero, four)] == [None, 0]
    assert shop_values(crm, zero)["said"] in (None, "少")
    with database.read() as conn:
        page = crm.reader(conn).page(Query(sort=(("ratio", True),)))
        assert page.records[0].id == four and len(page.records) == 3
        assert crm.list(conn, one({"field": "ratio", "operator": "null"})) == {zero, blank}
        assert crm.list(conn, one({"field": "ratio", "operator": ">", "value": 1})) == {four}


@pytest.mark.parametrize("text", ["{price} + {name}", "SUM({price}, {name})", "{name} * 2", "{price} > {name}"])
def test_money_and_text_do_not_mix_and_it_says_where(text: str) -> None:
    body = form("customer", "name", {"name": CUSTOMER["properties"]["name"], "price": field("money", "价格", NUMBER), "sum": worked("合计", text)})
    [(path, code)] = codes(body, ORDER)
    assert path == "properties.sum.x-fenzu.formula" and code.startswith("formula_")
    from runtime.definitions.checks import check
    from runtime.definitions.whole import whole

    [problem] = check("form", body, whole([("vocabulary", TAGS), ("form", ORDER)]))
    assert "客户名称" in say(problem, "zh") or "name" in say(problem, "zh")
    assert all(re.search(r"\d", say(problem, lang)) or "{" not in say(problem, lang) for lang in LANGUAGES)


# --- a link to a record that is gone ----------------------------------------------------------------------------


def test_a_link_to_a_deleted_record_is_said_and_comes_back_with_it(site: Site, shop: Crm) -> None:
    customer = shop.add("customer", name="沐阳")
    order, boss = shop.add("order", number="1", customer=customer), site.person()
    shop.drop("customer", customer)
    place = f"/a/{shop.key}/order/"
    assert boss.get(f"{place}{order}").status_code == 200 and boss.get(f"{place}?cols=customer").status_code == 200
    refused = boss.post(place, {"number": "2", "customer": str(customer)})
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "找不到了" in visible(html.split('id="f-customer-error"')[1][:400]) and 'value="2"' in html
    with pytest.raises(Invalid) as gone:
        shop.add("order", number="3", customer=customer)
    assert [(p.path, p.code) for p in gone.value.problems] == [("customer", "link_missing")]
    shop.set("order", order, amount=10)  # what is there already is no part of another change
    assert shop_values(shop, order, "order")["customer"] == customer
    shop.restore("customer", customer)
    assert "沐阳" in visible(boss.text(f"{place}{order}"))


# --- a sub-form with 5,000 rows ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_five_thousand_rows_typed_are_refused_with_the_number_allowed(bare_site: Site, lang: str) -> None:
    boss_actor = bare_site.set_up(lang)
    crm = crm_app.made(bare_site.database, boss_actor, [*crm_app.BODIES, ("form", SALE)])
    boss, sent = bare_site.person(), MultiDict([("number", "A1"), ("lines", "")])
    for at in range(5000):
        sent.add("lines", str(at))
        sent.add(f"lines.{at}.goods", f"米{at}")
    sent.add("csrf_token", boss.token)
    answer = boss.client.post(f"/a/{crm.key}/sale/", data=sent)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "500" in visible(html.split('id="f-lines-error"')[1][:600])
    assert 'value="A1"' in html and "米0" in html
    with bare_site.database.read() as conn:
        assert crm.reader(conn, "sale").count(Query())[0] == 0


def test_what_is_too_long_or_blank_keeps_everything_typed(site: Site, shop: Crm) -> None:
    boss = site.person()
    answer = boss.post(f"/a/{shop.key}/customer/", {"name": "", "size": "八", "since": "2026-13-40", "kind": "person"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for key, typed in (("size", "八"), ("since", "2026-13-40")):
        assert f'id="f-{key}-error"' in html and typed in html
    assert 'id="f-name-error"' in html and re.search(r'value="person"[^>]*checked|checked[^>]*value="person"', html)
