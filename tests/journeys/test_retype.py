"""A field that is in use becomes another kind of field, and back: rehearsed, published, undone in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Browse, Server, ready
from tests.journeys.test_designer import Shot, enter

NAMES = ("12", "约 30 人", "0045")


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_text_becomes_a_number_and_text_again(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page = browse(lang, theme)
    enter(page, lang, theme)
    page.locator(".fz-pal-i[data-kind=text]").click()
    expect(page.locator("#ff-text")).to_have_count(1)
    _publish(page)
    for name in NAMES:
        page.goto("/a/kehu/customer/new")
        ready(page)
        page.locator("#f-name").fill(name)
        page.locator("[id^='f-'][name^='text'], [id^='f-'][name^='dan']").first.fill(name)
        page.locator("form button[type=submit]").last.click()
        expect(page.locator("#record h1")).to_have_text(name)
    last = page.url
    page.goto("/build/kehu/forms/customer/")
    ready(page)
    field = page.locator("#paper .fz-ff").nth(1)
    field.click()
    page.locator("[popovertarget^='retype-']").click()
    page.locator("[data-act=retype][data-to=number]").click()
    page.locator("#publish-open").click()
    expect(page.locator("#publish")).to_contain_text("约 30 人")
    shot(page, f"retype-{lang}-{theme}")
    page.locator("#publish button.btn-primary").click()
    expect(page.locator("#toasts")).to_contain_text("3")
    page.goto(last)
    expect(page.locator("#record")).to_contain_text("45")
    page.goto("/build/kehu/forms/customer/")
    ready(page)
    page.locator("button[hx-get$='/versions']").click()
    page.locator("#versions .fz-ver button").first.click()
    page.locator("#publish button.btn-primary").click()
    expect(page.locator("#toasts")).to_contain_text("4")
    page.goto(last)
    expect(page.locator("#record")).to_contain_text("0045")


def _publish(page: Page) -> None:
    page.locator("#publish-open").click()
    page.locator("#publish button.btn-primary").click()
    expect(page.locator("#toasts")).to_contain_text("2")
    ready(page)
