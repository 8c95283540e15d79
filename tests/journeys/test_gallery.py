"""A newcomer's way through the gallery: look, search, install, first steps, clear the samples, take the app away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import fits

Shot = Callable[[Page, str], Path]
SIZES = {"wide": WIDE, "phone": PHONE}
SAY = {
    "zh": {
        "title": "模板中心",
        "install": "一键安装",
        "name": "批发分销客户管理",
        "clear": "清空示例",
        "yes": "清空",
        "more": "更多操作",
        "drop": "删除应用",
        "sure": "删除",
        "search": "零售",
        "left": "零售会员",
        "close": "关闭",
        "groups": "看看分组",
        "people": "邀请同事",
    },
    "en": {
        "title": "Templates",
        "install": "Install in one click",
        "name": "Wholesale CRM",
        "clear": "Clear it",
        "yes": "Clear",
        "more": "More for",
        "drop": "Delete the app",
        "sure": "Delete",
        "search": "retail",
        "left": "Retail membership",
        "close": "Close",
        "groups": "Look at the groups",
        "people": "Invite people",
    },
}


def sign_in(page: Page, server: Server, lang: str) -> None:
    server.site.set_up(lang)
    page.goto("/sign-in")
    page.locator("[name=login]").fill("boss")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.url}/templates/")


@pytest.mark.parametrize(
    ("lang", "theme", "size"),
    [("zh", "light", "wide"), ("en", "dark", "wide"), ("zh", "light", "phone"), ("en", "light", "wide")],
)
def test_gallery(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: str) -> None:
    say, page, mark = SAY[lang], browse(lang, size=SIZES[size]), f"{lang}-{theme}-{size}"
    sign_in(page, server, lang)
    if theme == "dark":
        expect(page.locator("html")).to_have_attribute("data-ready", "1")
        page.locator("[data-switch=theme]").first.click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_role("heading", name=say["title"])).to_be_visible()
    fits(page)
    shot(page, f"templates-{mark}")
    page.locator("#gallery-q").fill(say["search"])
    expect(page.locator(".fz-tpl")).to_have_count(1)
    expect(page.locator(".fz-tpl b")).to_have_text(say["left"])
    page.locator("#gallery-q").fill("")
    expect(page.locator(".fz-tpl")).to_have_count(3)
    page.locator("#tpl-wholesale").click()
    expect(page.get_by_role("heading", name=say["name"])).to_be_visible()
    fits(page)
    shot(page, f"template-{mark}")
    page.get_by_role("button", name=say["install"]).click()
    expect(page.locator("#install-toast")).to_be_visible()
    expect(page.locator("#welcome")).to_be_visible(timeout=30_000)
    expect(page.locator(".fz-gt tbody tr").first).to_be_visible()
    fits(page)
    shot(page, f"installed-{mark}")
    first_steps(page, server, say)
    clear(page, say)
    take_away(page, say, mark, shot)


def first_steps(page: Page, server: Server, say: dict[str, str]) -> None:
    start = page.url
    page.locator("#welcome").get_by_role("link", name=say["people"]).click()
    expect(page).to_have_url(f"{server.url}/settings/people")
    page.goto(start)
    expect(page.locator("#welcome .done")).to_have_count(1)


def clear(page: Page, say: dict[str, str]) -> None:
    page.locator("#welcome").get_by_role("link", name=say["clear"]).click()
    page.locator("dialog[open]").get_by_role("button", name=say["yes"], exact=True).click()
    expect(page.locator(".fz-empty")).to_be_visible()


def take_away(page: Page, say: dict[str, str], mark: str, shot: Shot) -> None:
    page.goto("/apps")
    page.get_by_role("button", name=say["more"]).click()
    page.get_by_role("menuitem", name=say["drop"]).click()
    sure = page.locator("dialog[open] [type=submit]")
    expect(sure).to_be_disabled()
    shot(page, f"remove-app-{mark}")
    page.locator("dialog[open] [name=word]").fill(say["name"])
    sure.click()
    expect(page.locator(".fz-app-card")).to_have_count(0)


def test_by_keyboard(server: Server, browse: Browse) -> None:
    """Search, open, close and install without a mouse."""
    page = browse("zh")
    sign_in(page, server, "zh")
    expect(page.locator("html")).to_have_attribute("data-ready", "1")
    page.keyboard.press("/")
    page.keyboard.type("pffx")
    expect(page.locator(".fz-tpl")).to_have_count(1)
    page.locator("#tpl-wholesale").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer")).to_be_visible()
    page.locator("#drawer [name=sample]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#welcome")).to_be_visible(timeout=30_000)
    expect(page.locator(".fz-empty")).to_be_visible()
