"""A formula written by keyboard alone: fields and functions are offered, a mistake is told, the result is a real record's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Browse, Server
from tests.journeys.steps import settled
from tests.journeys.test_designer import enter, ready, selected

Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"price": "单价", "label": "小计", "wrong": "是文字", "kind": "算出来是文字", "later": "发布以后", "name": "名称",
           "publish": "发布", "go": "发布第 {n} 版", "done": "已发布第 {n} 版", "for": "以「沐阳」为例", "big": "大单", "small": "小单"},
    "en": {"price": "Price", "label": "Size of deal", "wrong": "is text", "kind": "The result is text", "later": "once it is published",
           "name": "Name", "publish": "Publish", "go": "Publish version {n}", "done": "Version {n} is published", "for": "For “沐阳”", "big": "big",
           "small": "small"},
}


def published(page: Page, say: dict[str, str], n: int) -> None:
    page.get_by_role("button", name=say["publish"], exact=True).press("Enter")
    page.get_by_role("button", name=say["go"].format(n=n)).press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["done"].format(n=n))
    ready(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_formula_is_written_by_keyboard(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    say, page = SAY[lang], browse(lang)
    enter(page, lang)
    page.locator(".fz-pal-i[data-kind=money]").press("Enter")
    expect(selected(page)).to_have_attribute("data-id", "money")
    page.locator(f"#p-label-{lang}").fill(say["price"])
    expect(selected(page)).to_contain_text(say["price"])
    page.locator(".fz-pal-i[data-kind=formula]").press("Enter")
    expect(selected(page)).to_have_attribute("data-id", "formula")
    box, told, offers = page.locator("#p-formula"), page.locator("#p-formula-said"), page.locator("#p-formula-list")
    box.focus()
    page.keyboard.type("{" + say["price"][:2])
    expect(offers.get_by_role("option").first).to_contain_text(say["price"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("{" + say["price"] + "}")
    page.keyboard.type(" + {")
    page.keyboard.type(say["name"])
    page.keyboard.press("Enter")
    expect(told).to_contain_text(say["wrong"])
    shot(page, f"formula-wrong-{lang}")
    page.keyboard.press("Control+a")
    page.keyboard.type("i")
    expect(offers.get_by_role("option").first).to_contain_text("IF")
    page.keyboard.press("Tab")
    page.keyboard.type("{" + say["price"] + "} > 1000, \"" + say["big"] + "\", \"" + say["small"] + "\")")
    page.keyboard.press("Escape")
    expect(told).to_contain_text(say["kind"])
    expect(told).to_contain_text(say["later"])
    expect(page.locator("#p-controls .fz-f")).to_have_count(0)
    page.locator(f"#p-label-{lang}").fill(say["label"])
    expect(selected(page)).to_contain_text(say["label"])
    published(page, say, 2)
    page.goto("/a/kehu/customer/new")
    ready(page)
    page.locator("[name=name]").fill("沐阳")
    page.get_by_label(say["price"]).fill("2000")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "new" not in url)
    expect(page.locator("main")).to_contain_text(say["big"])
    page.goto("/build/kehu/forms/customer/")
    ready(page)
    page.locator("#paper .fz-ff").last.click()
    expect(told).to_contain_text(say["for"])
    expect(told).to_contain_text(say["big"])
    shot(page, f"formula-{lang}")


def test_a_late_answer_says_nothing_of_another_field(shop: Server, browse: Browse) -> None:
    page = browse("zh")
    enter(page, "zh")
    held: list[Route] = []
    page.route("**/formula/*", lambda route: held.append(route))
    for kind in ("formula", "money"):
        page.locator(f".fz-pal-i[data-kind={kind}]").press("Enter")
        expect(selected(page)).to_have_attribute("data-id", kind)
    expect(page.locator("#p-controls .fz-f")).not_to_have_count(0)
    before = page.locator("#p-controls").inner_html()
    assert held, "the box asks as soon as it is there"
    with page.expect_response("**/formula/*"):
        held[0].continue_()
    settled(page)
    assert page.locator("#p-controls").inner_html() == before
