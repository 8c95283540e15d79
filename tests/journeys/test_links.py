"""A link that offers only what fits: designed by clicks, used by keyboard and on a phone, seen from the other side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.crm import Crm, made
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import enter, fits, go
from tests.runtime.links import BODIES, sale
from tests.runtime.test_links_field import BODIES as SEVERAL

Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"add": "添加条件", "same": "所属客户和这条记录的客户一样", "only": "只能选所属客户和这条记录的客户一样的", "publish": "发布", "go": "发布第 2 版",
           "published": "已发布第 2 版", "first": "先填「客户」", "make": "新建并选中", "save": "保存", "off": "取消关联", "gone": "已取消关联", "undo": "撤销"},
    "en": {"add": "Add condition", "same": "is the same as this record’s", "only": "Only those where", "publish": "Publish", "go": "Publish version 2",
           "published": "Version 2 is published", "first": "Fill in 客户 first", "make": "Create and choose", "save": "Save", "off": "Unlink",
           "gone": "No longer linked", "undo": "Undo"},
}


@pytest.fixture
def shop(server: Server) -> Crm:
    """Two companies with a contact each, and orders whose links still offer everything."""
    server.site.set_up()
    found = made(server.site.database, server.site.actor(), [*BODIES[:2], ("form", sale({}, {}))])
    found.live = server.site.fenzu.live
    for name, contact in (("甲公司", "张三"), ("乙公司", "李四")):
        found.add("contact", name=contact, customer=found.add("customer", name=name))
    return found


def design(page: Page, lang: str, key: str) -> None:
    """Only contacts of this record's customer, by the picker of conditions; published."""
    say = SAY[lang]
    go(page, f"/build/{key}/forms/order/?sel=contact")
    page.locator("#offers").get_by_role("button", name=say["add"], exact=True).click()
    page.locator(".fz-pick .op-i").filter(has_text=say["same"]).first.click()
    expect(page.locator("#offers")).to_contain_text(say["only"])
    page.get_by_role("button", name=say["publish"], exact=True).click()
    page.get_by_role("button", name=say["go"]).click()
    expect(page.locator("#toasts")).to_contain_text(say["published"])


def picker(page: Page, field: str) -> None:
    """Open a link's list."""
    page.locator(f"#f-{field} + .ts-wrapper .ts-control").click()


def choose(page: Page, field: str, text: str) -> None:
    """Type into a link's list and take what is found first."""
    picker(page, field)
    page.keyboard.type(text)
    expect(page.locator(f"#f-{field}-ts-dropdown .option.active")).to_have_text(text)
    page.keyboard.press("Enter")
    expect(page.locator(f"#f-{field} + .ts-wrapper .item")).to_have_text(text)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_link_offers_what_fits_and_makes_what_is_missing(shop: Crm, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    say, page = SAY[lang], browse(lang, theme)
    enter(page, lang, theme)
    design(page, lang, shop.key)
    go(page, f"/a/{shop.key}/order/new")
    page.locator("#f-number").fill("SO-1")
    picker(page, "contact")
    expect(page.locator("#f-contact-ts-dropdown")).to_contain_text(say["first"])
    page.keyboard.press("Escape")
    choose(page, "customer", "甲公司")
    picker(page, "contact")
    expect(page.locator("#f-contact-ts-dropdown")).to_contain_text("张三")
    expect(page.locator("#f-contact-ts-dropdown")).not_to_contain_text("李四")
    shot(page, f"link-offered-{lang}")
    page.keyboard.type("赵小新")
    expect(page.locator("#f-contact-ts-dropdown .create.active")).to_contain_text("赵小新")
    page.keyboard.press("Enter")
    expect(page.locator("#link-new #q-name")).to_be_focused()
    expect(page.locator("#q-name")).to_have_value("赵小新")
    expect(page.locator("#q-customer + .ts-wrapper .item")).to_have_text("甲公司")
    shot(page, f"link-new-{lang}")
    page.keyboard.press("Enter")
    expect(page.locator("#f-contact + .ts-wrapper .item")).to_have_text("赵小新")
    expect(page.locator("#f-number")).to_have_value("SO-1")
    page.get_by_role("button", name=say["save"], exact=True).click()
    page.wait_for_url("**/order/1")
    other_side(page, shop.key, lang, shot)


def other_side(page: Page, key: str, lang: str, shot: Shot) -> None:
    """The customer's page lists the order; it is taken off and put back."""
    say = SAY[lang]
    go(page, f"/a/{key}/customer/1")
    listed = page.locator(".fz-pf-r .fz-rel").filter(has_text="SO-1")
    expect(listed).to_be_visible()
    shot(page, f"link-other-side-{lang}")
    listed.get_by_role("button", name=say["off"]).click()
    expect(page.locator("#toasts")).to_contain_text(say["gone"])
    expect(page.locator(".fz-pf-r .fz-rel").filter(has_text="SO-1")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name=say["undo"]).click()
    expect(listed).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_phone_a_missing_record_is_made_by_touch(shop: Crm, browse: Browse, shot: Shot, lang: str) -> None:
    say, page = SAY[lang], browse(lang, size=PHONE)
    enter(page, lang, "light")
    go(page, f"/a/{shop.key}/order/new")
    page.locator("#f-number").fill("SO-2")
    page.locator("[data-new-for=f-contact]").tap()
    page.locator("#q-name").fill("王五")
    fits(page)
    shot(page, f"link-new-phone-{lang}")
    page.get_by_role("button", name=say["make"]).tap()
    expect(page.locator("#f-contact + .ts-wrapper .item")).to_have_text("王五")
    expect(page.locator("#f-number")).to_have_value("SO-2")
    page.get_by_role("button", name=say["save"], exact=True).tap()
    page.wait_for_url("**/order/1")


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", PHONE)])
def test_several_are_chosen_in_an_order_and_seen_from_the_other_side(server: Server, browse: Browse, shot: Shot, lang: str, size: tuple[int, int]) -> None:
    say, page = SAY[lang], browse(lang, size=size)
    server.site.set_up()
    town = made(server.site.database, server.site.actor(), SEVERAL)
    town.live = server.site.fenzu.live
    town.add_many("customer", [{"name": name} for name in ("甲公司", "乙公司", "丙公司")])
    enter(page, lang, "light")
    go(page, f"/a/{town.key}/event/new")
    page.locator("#f-title").fill("茶会")
    for name in ("丙公司", "甲公司"):
        picker(page, "guests")
        page.keyboard.type(name)
        expect(page.locator("#f-guests-ts-dropdown .option.active")).to_have_text(name)
        page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.locator("[data-new-for=f-guests]").click()
    page.locator("#q-name").fill("丁公司")
    page.get_by_role("button", name=say["make"]).click()
    expect(page.locator("#f-guests + .ts-wrapper .item")).to_have_count(3)
    fits(page)
    shot(page, f"links-chosen-{lang}")
    page.get_by_role("button", name=say["save"], exact=True).click()
    page.wait_for_url("**/event/1")
    expect(page.locator("#d-guests a")).to_have_text(["丙公司", "甲公司", "丁公司"])
    go(page, f"/a/{town.key}/customer/1")
    expect(page.locator(".fz-pf-r .fz-rel").filter(has_text="茶会")).to_be_visible()
    shot(page, f"links-other-side-{lang}")
