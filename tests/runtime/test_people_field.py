"""A field that names several people: kept in a link table, asked by rules, filtered by `me`."""

from __future__ import annotations

from typing import Any

import pytest

from builder import apps
from builder.publish.apply import publish_body
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.errors import Invalid
from runtime.records import history
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form
from tests.web import Site

MANY = {"type": "array", "uniqueItems": True, "minItems": 1, "maxItems": 20, "items": {"type": "integer", "minimum": 1}}
VISIT = form("visit", "about", {"about": field("text", "事由", crm.TEXT), "who": field("people", "参加的人", MANY)}, ["about"])


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    made = crm.made(database, boss, [*crm.BODIES, ("form", VISIT)])
    with database.write() as conn:
        for login, name in (("lin", "林晓雨"), ("zhou", "周岚"), ("ada", "Ada")):
            people.add(conn, boss, login, name, "member", "zh")
    return made


def held(shop: Crm, record: int) -> Any:
    with shop.database.read() as conn:
        return shop.reader(conn, "visit").one(record).values["who"]


def test_people_are_kept_changed_and_remembered(shop: Crm, boss: Actor) -> None:
    one = shop.add("visit", about="盘点", who="林晓雨、Ada")
    assert held(shop, one) == [2, 4]
    shop.set("visit", one, who=["4", "2"])
    shop.set("visit", one, who=["3", "$me"])
    assert held(shop, one) == [1, 3]
    with shop.database.read() as conn:
        lines = history.of_record(conn, shop.app(conn).form("visit").id, one)
    assert [line.changes["who"] for line in lines] == [[[2, 4], [1, 3]], [None, [2, 4]]]
    shop.set("visit", one, who=None)
    assert held(shop, one) is None


def test_somebody_who_is_none_of_ours_is_refused(shop: Crm) -> None:
    with pytest.raises(Invalid) as refused:
        shop.add("visit", about="盘点", who=[2, 99])
    assert [(p.path, p.code) for p in refused.value.problems] == [("who", "no_such_person")]


@pytest.mark.parametrize(("operator", "value", "fits"), [
    ("hasAnyOf", [2, 3], {1, 2, 3}), ("hasAllOf", [2, 3], {2}), ("hasNoneOf", [2], {3, 4}), ("hasExactly", [2], {1}),
    ("null", None, {4}), ("notNull", None, {1, 2, 3}), ("hasAnyOf", ["$me"], {3})])
def test_rules_ask_for_people(shop: Crm, operator: str, value: Any, fits: set[int]) -> None:
    shop.add_many("visit", [{"about": "甲", "who": [2]}, {"about": "乙", "who": [3, 2]}, {"about": "丙", "who": [3, 1]}, {"about": "丁"}])
    rule = crm.one({"field": "who", "operator": operator, "value": value})
    with shop.database.read() as conn:
        page = shop.reader(conn, "visit").page(Query(rule)).records
    assert {record.id for record in page} == fits


def test_pages_show_faces_and_filters_know_them(site: Site) -> None:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("走访", "Visits"))
        publish_body(conn, app.id, "form", VISIT, site.actor().id)
    boss, place = site.person(), f"/a/{app.key}/visit/"
    me = site.actor()
    assert boss.post(place, {"about": "盘点", "who": ["", str(me.id)]}).status_code in (302, 303)
    assert me.name in boss.text(place + "1") and me.name in boss.text(f"{place}?columns=who")
    edit = boss.text(place + "1/edit")
    assert f'<option value="{me.id}" selected>{me.name}</option>' in edit
    made = boss.post(place + "find/filter", {"field": "who", "operator": "hasAnyOf", "value": str(me.id)})
    assert made.status_code in (302, 303)
    shown = boss.text(made.headers["Location"])
    assert f"参加的人包含{me.name}" in shown.replace("<b>", "").replace("</b>", "") or me.name in shown
    assert boss.post(place + "1/cell/who", {"who": ["99"], "version": "1"}).status_code == 422


def test_members_may_see_only_what_they_take_part_in(site: Site) -> None:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("走访", "Visits"))
        publish_body(conn, app.id, "form", VISIT, site.actor().id)
    boss, member, place = site.person(), site.person("member"), f"/a/{app.key}/visit/"
    for about, who in (("盘点", [site.actor("member").id, site.actor().id]), ("回访", [site.actor().id])):
        boss.post(place, {"about": about, "who": [str(one) for one in who]})
    assert boss.post(f"/build/{app.key}/people/rows", {"form": "visit", "path": "who"}).status_code in (200, 302, 303)
    seen = member.text(place)
    assert "盘点" in seen and "回访" not in seen
    assert 'value="who" selected' in boss.text(f"/build/{app.key}/people/")
