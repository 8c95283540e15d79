"""Two designers draw at one form at once: both see both, the same thing done differently is asked about, undo is one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from builder import apps
from tests.journeys.conftest import Browse, Server
from tests.journeys.test_designer import ready

Shot = Callable[[Page, str], Path]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}
SAY = {
    "zh": {"merged": "Builder也在改：已合并", "here": "Builder也在改", "mine": "客户全称", "theirs": "单位名称", "do": "就这样", "why": "没法撤销",
           "publish": "发布", "go": "发布第 2 版", "newer": "刚刚又改了这份草稿", "done": "已发布第 2 版", "keep": "存进草稿"},
    "en": {"merged": "Builder is editing too: merged", "here": "Builder is editing too", "mine": "Full name", "theirs": "Organisation name", "do": "Do it",
           "why": "cannot be undone", "publish": "Publish", "go": "Publish version 2", "newer": "has just changed this draft again",
           "done": "Version 2 is published", "keep": "Keep in the draft"},
}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    boss = server.site.set_up()
    server.site.actor("builder")
    with server.site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, boss.id)
    return server


def enter(page: Page, login: str, lang: str, theme: str) -> None:
    page.goto("/sign-in")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    for name, value in (("language", lang), ("theme", theme)):
        page.request.post(f"/me/{name}", form={"value": value, "csrf_token": token}, headers={"Referer": page.url})
    page.goto("/build/kehu/forms/customer/")
    ready(page)


def two(browse: Browse, lang: str, theme: str) -> tuple[Page, Page]:
    """The administrator and a builder, each with the form open."""
    mine, theirs = browse(lang, theme), browse(lang, theme)
    enter(mine, "boss", lang, theme)
    enter(theirs, "builder", lang, theme)
    return mine, theirs


def choose(page: Page, lang: str) -> None:
    """Select the first field."""
    page.locator("#ff-name").click()
    expect(page.locator(f"#p-label-{lang}[data-id=name]")).to_be_visible()


def name_it(page: Page, lang: str, words: str) -> None:
    """Call the first field something; it goes out a moment after the last letter."""
    choose(page, lang)
    page.locator(f"#p-label-{lang}[data-id=name]").fill(words)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_different_things_are_merged_and_undo_is_ones_own(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    say = SAY[lang]
    mine, theirs = two(browse, lang, theme)
    theirs.locator(".fz-pal-i[data-kind=email]").click()
    expect(theirs.locator("#ff-email")).to_have_count(1)
    mine.locator(".fz-pal-i[data-kind=date]").click()
    expect(mine.locator(".fz-toast")).to_contain_text(say["merged"])
    expect(mine.locator("#ff-email, #ff-date")).to_have_count(2)
    expect(mine.locator("[data-beside]")).to_contain_text(say["here"])
    shot(mine, f"beside-merged-{lang}-{theme}")
    theirs.locator(".fz-pal-i[data-kind=money]").click()
    expect(theirs.locator("#ff-email, #ff-date, #ff-money")).to_have_count(3)
    mine.locator("#undo").click()
    expect(mine.locator("#ff-date")).to_have_count(0)
    expect(mine.locator("#ff-email, #ff-money")).to_have_count(2)
    expect(mine.locator("#undo")).to_be_disabled()
    mine.locator("#redo").click()
    expect(mine.locator("#ff-email, #ff-date, #ff-money")).to_have_count(3)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")])
def test_the_same_name_given_twice_is_asked_about(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    say = SAY[lang]
    mine, theirs = two(browse, lang, theme)
    choose(mine, lang)
    name_it(theirs, lang, say["theirs"])
    expect(theirs.locator("#ff-name")).to_contain_text(say["theirs"])
    mine.locator(f"#p-label-{lang}").fill(say["mine"])
    dialog = mine.locator("#clash")
    expect(dialog).to_contain_text(say["theirs"])
    expect(dialog).to_contain_text("Builder")
    shot(mine, f"beside-clash-{lang}-{theme}")
    found = Axe().run(mine, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    mine.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(mine.locator(f"#p-label-{lang}")).to_have_value(say["mine"])
    mine.locator(f"#p-label-{lang}").press("End")
    mine.locator(f"#p-label-{lang}").press_sequentially("!")
    dialog.get_by_role("radio").nth(1).check()
    dialog.get_by_role("button", name=say["do"]).click()
    expect(mine.locator("#ff-name")).to_contain_text(say["mine"] + "!")
    expect(dialog).to_have_count(0)
    theirs.locator("#undo").click()
    expect(theirs.locator(".fz-toast")).to_contain_text(say["why"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_publishes_what_one_has_seen(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    say = SAY[lang]
    mine, theirs = two(browse, lang, "light")
    mine.locator(".fz-pal-i[data-kind=date]").click()
    expect(mine.locator("#ff-date")).to_have_count(1)
    mine.locator("#publish-open").click()
    expect(mine.locator("#publish")).to_be_visible()
    theirs.locator(".fz-pal-i[data-kind=email]").click()
    expect(theirs.locator("#ff-email, #ff-date")).to_have_count(2)
    mine.get_by_role("button", name=say["go"]).click()
    expect(mine.locator("#publish [role=alert]")).to_contain_text(say["newer"])
    shot(mine, f"beside-publish-{lang}")
    mine.get_by_role("button", name=say["go"]).click()
    expect(mine.locator(".fz-toast")).to_contain_text(say["done"])
    name_it(theirs, lang, say["theirs"])
    expect(theirs.locator("#ff-name")).to_contain_text(say["theirs"])
    expect(theirs.locator("#ff-email, #ff-date")).to_have_count(2)


def test_the_document_in_the_other_room_is_asked_about_too(shop: Server, browse: Browse) -> None:
    mine, theirs = two(browse, "zh", "light")
    mine.goto("/build/kehu/forms/customer/json/")
    ready(mine)
    name_it(theirs, "zh", "单位名称")
    expect(theirs.locator("#ff-name")).to_contain_text("单位名称")
    text = mine.locator("#text").input_value()
    mine.locator("#text").fill(text.replace('"zh": "名称"', '"zh": "客户全称"', 1))
    mine.get_by_role("button", name=SAY["zh"]["keep"]).click()
    dialog = mine.locator("#clash")
    expect(dialog).to_contain_text("改成「单位名称」")
    dialog.get_by_role("radio").nth(0).check()
    dialog.get_by_role("button", name=SAY["zh"]["do"]).click()
    expect(mine.locator("#text")).to_have_value(text.replace('"zh": "名称"', '"zh": "单位名称"', 1))


def test_selecting_something_shows_what_the_other_one_did(shop: Server, browse: Browse) -> None:
    mine, theirs = two(browse, "zh", "light")
    theirs.locator(".fz-pal-i[data-kind=email]").click()
    expect(theirs.locator("#ff-email")).to_have_count(1)
    choose(mine, "zh")
    expect(mine.locator("#ff-email")).to_have_count(1)
    expect(mine.locator(".fz-toast")).to_contain_text(SAY["zh"]["merged"])
