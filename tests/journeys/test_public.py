"""A form is opened to everybody in the designer, and a stranger fills it in on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import settled
from tests.journeys.test_designer import enter
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
ROOM = "/build/kehu/forms/customer/public/"


def opened(page: Page) -> str:
    """Switch it on, give it a title in both languages, publish; the link."""
    enter(page, "zh")
    page.goto(ROOM)
    ready(page)
    page.locator("#public-on").check()
    page.locator("#say-title-zh").fill("留个联系方式")
    page.locator("#say-title-zh").press("Tab")
    page.locator("#say-title-en").fill("Leave your details")
    page.locator("#say-title-en").press("Tab")
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("留个联系方式")
    page.locator("#publish-open").click()
    page.locator("dialog[open] .btn-primary").last.click()
    settled(page)
    page.goto(ROOM)
    expect(page.get_by_text("正在收")).to_be_visible()
    return page.locator("#share-address").input_value()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_stranger_on_a_phone(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    room = browse("zh")
    link = opened(room)
    assert not wrong(room, "room")
    shot(room, f"share-room-{lang}")
    page = browse(lang, theme, PHONE)
    page.goto(link)
    ready(page)
    if theme == "dark":
        page.locator("[data-switch=theme]").click()
        page.wait_for_load_state("networkidle")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        ready(page)
    expect(page.locator("h1")).to_have_text("留个联系方式" if lang == "zh" else "Leave your details")
    assert not wrong(page, page.url)
    page.wait_for_timeout(2100)
    page.locator("[type=submit]").click()
    expect(page.locator("#f-name-error")).to_be_visible()
    assert not wrong(page, page.url)
    shot(page, f"public-form-{lang}")
    page.locator("#f-name").fill("沐阳小馆")
    page.locator("[type=submit]").click()
    expect(page.get_by_text("收到了" if lang == "zh" else "Received")).to_be_visible()
    assert not wrong(page, page.url)
    room.reload()
    expect(room.get_by_text("收到 1 份")).to_be_visible()
