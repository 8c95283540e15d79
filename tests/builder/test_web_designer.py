"""The builder's pages without a browser: gestures, conflicts, publishing, tags, members' rights."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from builder import apps, drafts
from builder.publish import apply as publishing
from builder.web.designer_settings import OWN
from runtime.fields import FIELD_TYPES
from runtime.fields.reached import Reached
from runtime.storage import versions
from tests.web import Person, Site, visible

FORM = "/build/kehu/forms/customer"


@pytest.fixture
def shop(site: Site) -> Site:
    """An app `kehu` with one form of customers."""
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    return site


def revision(site: Site) -> int:
    with site.database.read() as conn:
        return drafts.open_draft(conn, 1, "form", "customer").revision


def body(site: Site) -> dict[str, Any]:
    with site.database.read() as conn:
        return drafts.open_draft(conn, 1, "form", "customer").body


def do(site: Site, act: str, given: dict[str, Any] | None = None, who: Person | None = None) -> TestResponse:
    """One gesture at the revision that is there now."""
    data = {"act": act, "revision": revision(site), "sel": "", "look": "", **(given or {})}
    return (who or site.person()).htmx("POST", f"{FORM}/edit", data)


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_is_added_shown_and_its_settings_drawn(shop: Site, kind: str) -> None:
    answer = do(shop, "add", {"kind": kind, "sel": "name"})
    html = answer.get_data(as_text=True)
    key = next(key for key in body(shop)["properties"] if key != "name")
    assert answer.status_code == 200
    assert f'id="ff-{key}"' in html
    assert f'data-id="{key}"' in html
    for name, spec in FIELD_TYPES[kind].settings.items():
        asked_in_turn = isinstance(FIELD_TYPES[kind], Reached)  # a question comes when the one before is answered
        if not asked_in_turn and name not in (*OWN, "inverse"):  # some have a panel of their own
            assert spec["x-label"]["zh"] in html, name


def test_only_builders_come_in(shop: Site) -> None:
    for address in ("/build/kehu/", "/build/kehu/forms/", f"{FORM}/", "/build/kehu/tags/", "/build/kehu/people/"):
        assert shop.person("member").get(address).status_code == 403, address
        assert shop.person("builder").get(address).status_code in (200, 303), address
    assert do(shop, "add", {"kind": "date"}, shop.person("member")).status_code == 403


def test_a_gesture_on_an_old_revision_is_told_and_changes_nothing(shop: Site) -> None:
    do(shop, "add", {"kind": "date"})
    before = body(shop)
    answer = do(shop, "add", {"kind": "money", "revision": 0})
    assert answer.status_code == 409
    assert "别人刚刚改了这份草稿" in answer.get_data(as_text=True)
    assert body(shop) == before


def test_typing_is_one_step_and_leaves_the_panel_alone(shop: Site) -> None:
    do(shop, "add", {"kind": "date"})
    for text in ("签", "签约", "签约日"):
        html = do(shop, "type", {"id": "date", "name": "label.zh", "value": text, "sel": "date"}).get_data(as_text=True)
        assert 'id="props"' not in html
    assert body(shop)["properties"]["date"]["x-fenzu"]["label"]["zh"] == "签约日"
    do(shop, "undo")
    assert body(shop)["properties"]["date"]["x-fenzu"]["label"]["zh"] == "日期"
    do(shop, "redo")
    assert body(shop)["properties"]["date"]["x-fenzu"]["label"]["zh"] == "签约日"


def test_a_wrong_setting_stays_in_its_place_with_the_reason(shop: Site) -> None:
    do(shop, "add", {"kind": "money"})
    answer = do(shop, "set", {"id": "money", "name": "decimals", "value": "twelve", "sel": "money"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="twelve"' in html
    assert "填一个数字" in html
    assert do(shop, "set", {"id": "money", "name": "decimals", "value": "9", "sel": "money"}).status_code == 422
    assert do(shop, "set", {"id": "money", "name": "decimals", "value": "0", "sel": "money"}).status_code == 200


def test_dragging_places_a_field_and_keys_move_it(shop: Site) -> None:
    do(shop, "add", {"kind": "date"})
    do(shop, "add", {"kind": "money", "after": "", "section": "basic"})
    assert _order(shop) == ["money", "name", "date"]
    do(shop, "move", {"id": "date", "after": "money", "section": "basic"})
    do(shop, "move", {"id": "money", "to": "down"})
    assert _order(shop) == ["date", "money", "name"]


def _order(site: Site) -> list[str]:
    return [item["field"] for section in body(site)["x-fenzu"]["layout"] for item in section["items"]]


def test_publishing_says_what_changes_and_ends_the_draft(shop: Site) -> None:
    do(shop, "add", {"kind": "choice"})
    do(shop, "option-lines", {"id": "choice", "lines": "企业\n个人", "sel": "choice"})
    do(shop, "type", {"id": "choice", "name": "label.zh", "value": "客户类型"})
    who = shop.person()
    asked = visible(who.htmx("GET", f"{FORM}/publish").get_data(as_text=True))
    assert "新加字段「客户类型」" in asked
    assert "发布第 2 版" in asked
    answer = who.htmx("POST", f"{FORM}/publish", {"revision": revision(shop), "note": "分类型"})
    assert answer.headers["HX-Redirect"] == f"{FORM}/"
    assert "分类型" in who.text(f"{FORM}/versions")
    assert "ke_hu_lei_xing" in body(shop)["properties"]


def test_a_version_comes_back_and_nothing_is_lost(shop: Site) -> None:
    do(shop, "add", {"kind": "date"})
    who = shop.person()
    who.htmx("POST", f"{FORM}/publish", {"revision": revision(shop)})
    do(shop, "add", {"kind": "money"})
    assert who.htmx("POST", f"{FORM}/versions/1").status_code == 409
    who.htmx("POST", f"{FORM}/discard")
    assert who.htmx("POST", f"{FORM}/versions/1").status_code == 204
    kept = [node["x-fenzu"].get("retired", False) for node in body(shop)["properties"].values()]
    assert sorted(kept) == [False, True]


def test_a_link_needs_its_form_before_it_is_published(shop: Site) -> None:
    who = shop.person()
    assert who.post("/build/kehu/forms/", {"name": "订单"}).headers["Location"].endswith("/forms/ding_dan/")
    data = {"act": "add", "kind": "link", "revision": 1, "sel": ""}
    who.htmx("POST", "/build/kehu/forms/ding_dan/edit", data)
    assert "还没选关联哪张表单" in who.text("/build/kehu/forms/ding_dan/publish")
    given = {"act": "set", "id": "link", "name": "form", "value": "customer", "revision": 2, "sel": "link"}
    who.htmx("POST", "/build/kehu/forms/ding_dan/edit", given)
    assert "还没选关联哪张表单" not in who.text("/build/kehu/forms/ding_dan/publish")
    who.htmx("POST", "/build/kehu/forms/ding_dan/publish", {"revision": 3})
    assert who.htmx("POST", "/build/kehu/forms/customer/remove", {"word": "客户"}).status_code == 409


def test_forms_stand_in_the_order_people_give_them_and_drafts_go_on(shop: Site) -> None:
    who = shop.person()
    who.post("/build/kehu/forms/", {"name": "订单"})
    who.htmx("POST", "/build/kehu/forms/ding_dan/publish", {"revision": 1})
    do(shop, "add", {"kind": "date"})
    assert who.htmx("POST", "/build/kehu/forms/order", {"id": "ding_dan", "after": ""}).status_code == 200
    rows = re.findall(r'data-id="(\w+)"', who.text("/build/kehu/forms/"))
    assert rows == ["ding_dan", "customer"]
    assert who.htmx("POST", f"{FORM}/publish", {"revision": revision(shop)}).status_code == 204


def tags(site: Site, data: dict[str, Any], key: str = "xing_wei") -> TestResponse:
    return site.person().htmx("POST", f"/build/kehu/tags/{key}/edit", data)


@pytest.fixture
def tagged(shop: Site) -> Site:
    """The app with one category of two tags."""
    shop.person().post("/build/kehu/tags/", {"zh": "行为"})
    tags(shop, {"act": "add", "lines": "高复购\n常退货"})
    return shop


def names(site: Site) -> list[tuple[str, bool]]:
    with site.database.read() as conn:
        found = versions.find(conn, 1, "vocabulary", "xing_wei")
    assert found is not None
    return [(tag["label"]["zh"], tag.get("retired", False)) for tag in found.body["tags"]]


def test_tags_are_added_named_ordered_and_retired_at_once(tagged: Site) -> None:
    assert names(tagged) == [("高复购", False), ("常退货", False)]
    tags(tagged, {"act": "name", "id": "gao_fu_gou", "zh": "老买家"})
    tags(tagged, {"act": "move", "id": "chang_tui_huo", "after": ""})
    tags(tagged, {"act": "retire", "id": "gao_fu_gou"})
    assert names(tagged) == [("常退货", False), ("老买家", True)]
    page = tagged.person().text("/build/kehu/tags/?c=-")
    assert "老买家" in page
    tags(tagged, {"act": "back", "id": "gao_fu_gou"})
    assert names(tagged)[1] == ("老买家", False)


def test_every_change_of_tags_can_be_taken_back(tagged: Site) -> None:
    who = tagged.person()
    data = {"act": "color", "id": "gao_fu_gou", "color": "zhusha"}
    answer = who.htmx("POST", "/build/kehu/tags/xing_wei/edit", data)
    way = re.search(r"/undo/[\w-]+", answer.headers["HX-Trigger"])
    assert way is not None
    assert 'value="zhusha" aria-label="颜色 1" checked' in who.text("/build/kehu/tags/?c=xing_wei&tag=gao_fu_gou")
    who.htmx("POST", way[0])
    assert 'value="zhusha" aria-label="颜色 1" checked' not in who.text("/build/kehu/tags/?c=xing_wei&tag=gao_fu_gou")


def test_blank_tag_and_unknown_category(tagged: Site) -> None:
    assert tags(tagged, {"act": "add", "lines": " \n "}).status_code == 422
    assert tags(tagged, {"act": "add", "lines": "x"}, "nothing").status_code == 404
    assert tags(tagged, {"act": "fly"}).status_code == 404


def test_members_see_their_own_or_all(shop: Site) -> None:
    do(shop, "add", {"kind": "person"})
    who = shop.person()
    who.htmx("POST", f"{FORM}/publish", {"revision": revision(shop)})
    assert who.htmx("POST", "/build/kehu/people/rows", {"form": "customer", "path": "nobody"}).status_code == 404
    who.htmx("POST", "/build/kehu/people/rows", {"form": "customer", "path": "person"})
    who.htmx("POST", "/build/kehu/people/acts", {"act": "export"})
    with shop.database.read() as conn:
        role = shop.fenzu.live.app(conn, "kehu").roles["member"]
    assert role.rows["customer"]["rules"] == [{"field": "person", "operator": "=", "value": "$me"}]
    assert role.records == {"create", "change", "remove", "import"}
    who.htmx("POST", "/build/kehu/people/rows", {"form": "customer", "path": ""})
    with shop.database.read() as conn:
        assert shop.fenzu.live.app(conn, "kehu").roles["member"].rows == {}


def test_the_pages_speak_both_languages(tagged: Site) -> None:
    who = tagged.person()
    with tagged.database.write() as conn:
        publishing.publish_body(conn, 1, "vocabulary", _english(conn), 1)
    who.post("/me/language", {"value": "en"})
    for address in (
        "/build/kehu/forms/",
        f"{FORM}/?sel=name",
        f"{FORM}/?sel=section:basic",
        "/build/kehu/tags/",
        "/build/kehu/people/",
        f"{FORM}/versions",
        f"{FORM}/publish",
    ):
        shown = visible(who.text(address))
        chinese = re.findall(r"[\u4e00-\u9fff]+", shown)
        assert not set(chinese) - {"王敏", "禾沐食品"}, (address, chinese)


def _english(conn: Any) -> dict[str, Any]:
    found = versions.find(conn, 1, "vocabulary", "xing_wei")
    assert found is not None
    for part in (found.body, *found.body["tags"]):
        part["label"]["en"] = "Thing"
    return found.body
