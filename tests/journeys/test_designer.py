"""Someone who has never programmed designs a form by mouse and by keyboard, in both languages; a phone reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps
from tests.journeys.conftest import PHONE, Browse, Server, ready

Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {
        "find": "找字段，比如「电话」",
        "email": "邮箱",
        "name": "收票邮箱",
        "add": "添加选项",
        "batch": "批量编辑",
        "done": "好了",
        "lines": "企业客户\n个人客户\n代理商",
        "publish": "发布",
        "go": "发布第 2 版",
        "published": "已发布第 2 版",
        "versions": "版本",
        "back": "回到这一版",
        "phone": "手机",
        "undo": "撤销",
        "gone": "字段去掉了",
    },
    "en": {
        "find": "Find a field",
        "email": "Email",
        "name": "Invoice email",
        "add": "Add a choice",
        "batch": "Edit as lines",
        "done": "Done",
        "lines": "Business\nPerson\nAgent",
        "publish": "Publish",
        "go": "Publish version 2",
        "published": "Version 2 is published",
        "versions": "Versions",
        "back": "Go back to it",
        "phone": "Phone",
        "undo": "Undo",
        "gone": "The field is off the form",
    },
}


def enter(page: Page, lang: str, theme: str = "light") -> None:
    """Sign in and open the designer of customers."""
    steps.enter(page, lang, theme)
    page.goto("/build/kehu/forms/customer/")
    ready(page)


def order(page: Page) -> list[str]:
    return [each.get_attribute("data-id") or "" for each in page.locator("#paper .fz-ff").all()]


def selected(page: Page) -> Locator:
    return page.locator("#paper .fz-ff.sel")


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_form_is_designed_published_and_rolled_back(
    shop: Server, browse: Browse, shot: Shot, lang: str, theme: str
) -> None:
    say, page = SAY[lang], browse(lang, theme)
    enter(page, lang, theme)
    page.get_by_placeholder(say["find"]).fill(say["email"])
    page.get_by_role("button", name=say["email"]).press("Enter")
    expect(selected(page)).to_have_attribute("data-id", "email")
    page.locator(f"#p-label-{lang}").fill(say["name"])
    expect(selected(page)).to_contain_text(say["name"])
    expect(page.locator(f"#p-label-{lang}")).to_be_focused()
    page.locator("#p-required").check()
    expect(selected(page).locator(".rq")).to_have_count(1)
    page.get_by_placeholder(say["find"]).fill("")
    page.locator(".fz-pal-i[data-kind=choice]").click()
    page.get_by_role("button", name=say["batch"]).click()
    page.locator("#batch-lines").fill(say["lines"])
    page.get_by_role("button", name=say["done"]).click()
    expect(page.locator("#props .fz-opt")).to_have_count(3)
    shot(page, f"designer-{lang}-{theme}")
    page.get_by_role("button", name=say["publish"], exact=True).click()
    expect(page.locator("#publish .fz-chg")).to_have_count(2)
    shot(page, f"designer-publish-{lang}-{theme}")
    page.get_by_role("button", name=say["go"]).click()
    expect(page.locator("#toasts")).to_contain_text(say["published"])
    ready(page)
    page.get_by_role("button", name=say["versions"]).click()
    page.get_by_role("button", name=say["back"]).click()
    page.locator("#publish button.btn-primary").click()
    expect(page.locator("#paper .fz-ff")).to_have_count(1)


def test_everything_goes_by_keyboard(shop: Server, browse: Browse) -> None:
    page = browse()
    enter(page, "zh")
    for kind in ("text", "number", "date"):
        page.locator(f".fz-pal-i[data-kind={kind}]").press("Enter")
        expect(selected(page)).to_have_attribute("data-id", kind)
    assert order(page) == ["name", "text", "number", "date"]
    page.locator("#ff-date").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#paper .fz-ff").nth(2)).to_have_attribute("data-id", "date")
    expect(page.locator("#ff-date")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#ff-text")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("#paper .fz-ff")).to_have_count(3)
    expect(page.locator("#ff-date")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#paper .fz-ff")).to_have_count(4)
    page.locator("#ff-date").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#props input").first).to_be_focused()


def test_fields_are_dragged_in_and_about(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse()
    enter(page, "zh")
    steps.drag(page, page.locator(".fz-pal-i[data-kind=date]"), page.locator("#ff-name"), page.locator("#paper .fz-pal-i"))
    expect(page.locator("#paper .fz-ff")).to_have_count(2)
    page.locator(".fz-pal-i[data-kind=section]").click()
    expect(page.locator("#paper .fz-fsec")).to_have_count(2)
    shot(page, "designer-sections")
    page.locator("#ff-date").click()
    before = order(page)
    second = page.locator("#paper .fz-fg").nth(1)
    steps.drag(page, page.locator("#ff-date .drag"), second, second.locator("#ff-date"))
    expect(page.locator("#paper .fz-fg").nth(1).locator(".fz-ff")).to_have_count(1)
    assert order(page) != before or before == ["name", "date"]
    page.locator("#ff-date").click()
    page.keyboard.press("Delete")
    expect(page.locator("#toasts")).to_contain_text("字段去掉了")
    page.locator("#toasts button").last.click()
    expect(page.locator("#ff-date")).to_have_count(1)


def slowly(page: Page, address: str) -> None:
    """Answers of an address take a second from now on."""
    page.route(address, lambda route: (page.wait_for_timeout(1000), route.continue_()))


def test_who_is_faster_than_the_answers_loses_nothing(shop: Server, browse: Browse) -> None:
    """What is published is what was typed, and what opens can be typed into, while earlier gestures are still on their way."""
    page = browse()
    enter(page, "zh")
    page.locator(".fz-pal-i[data-kind=text]").click()
    expect(selected(page)).to_have_attribute("data-id", "text")
    slowly(page, "**/edit")
    page.locator("#p-required").check()
    page.locator("#p-label-zh").fill("又一个")
    page.locator("#publish-open").click()
    expect(page.locator("#publish")).to_contain_text("又一个")
    page.keyboard.press("Escape")
    page.unroute("**/edit")
    page.locator("#ff-name").click()
    page.locator("#tab-when").click()
    slowly(page, "**/seen/*")
    with page.expect_request("**/seen/*"):
        page.locator("#show-when").check()
    page.locator("#add-root").press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()


def test_a_phone_reads_and_the_preview_shows_one(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse(size=PHONE)
    enter(page, "zh")
    expect(page.locator("#ff-name")).to_be_visible()
    expect(page.locator(".fz-pal")).to_be_hidden()
    expect(page.locator("#props")).to_be_hidden()
    expect(page.locator("#publish-open")).to_be_hidden()
    steps.fits(page)
    shot(page, "designer-phone")
    wide = browse()
    enter(wide, "zh")
    wide.get_by_role("button", name="手机").click()
    expect(wide.locator("#paper")).to_have_class("fz-pframe")
    wide.locator(".fz-pal-i[data-kind=phone]").click()
    expect(wide.locator("#paper")).to_have_class("fz-pframe")
    shot(wide, "designer-phone-preview")
