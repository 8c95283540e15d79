"""Someone sorts the words they put on customers: categories, tags, colours, two languages, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Browse, Server
from tests.journeys.steps import fits
from tests.journeys.test_designer import enter, ready

Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {
        "category": "新建分类",
        "new": "新标签",
        "undo": "撤销",
        "undone": "已撤销",
        "retire": "不再使用",
        "retired": "不用了的",
        "back": "恢复使用",
    },
    "en": {
        "category": "New category",
        "new": "New tags",
        "undo": "Undo",
        "undone": "Undone",
        "retire": "Retire",
        "retired": "Retired",
        "back": "Bring back",
    },
}


def names(page: Page) -> list[str]:
    return [row.get_attribute("data-name") or "" for row in page.locator("#tag-table tbody tr").all()]


def begin(page: Page, lang: str, theme: str = "light") -> None:
    """Make a category and two tags in it."""
    enter(page, lang, theme)
    page.goto("/build/kehu/tags/")
    ready(page)
    page.get_by_role("button", name=SAY[lang]["category"]).first.click()
    page.locator("#category-name").fill("Behaviour")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tags/?c=behaviour")
    ready(page)
    for name in ("Loyal", "Returns"):
        page.get_by_label(SAY[lang]["new"], exact=True).fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#tag-table tbody")).to_contain_text(name)
        expect(page.get_by_label(SAY[lang]["new"], exact=True)).to_be_focused()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_tags_are_made_named_coloured_and_retired(
    shop: Server, browse: Browse, shot: Shot, lang: str, theme: str
) -> None:
    say, page = SAY[lang], browse(lang, theme)
    begin(page, lang, theme)
    page.locator("#tag-table").get_by_role("link", name="Loyal").click()
    page.locator(f"#tag-{'en' if lang == 'zh' else 'zh'}").fill("老买家")
    page.keyboard.press("Tab")
    page.locator(".fz-tag-p label[data-c=zhusha]").click()
    expect(page.locator("#row-loyal .fz-tag")).to_have_attribute("data-c", "zhusha")
    shot(page, f"tags-{lang}-{theme}")
    page.locator("#toasts").get_by_role("button", name=say["undo"]).last.click()
    expect(page.locator("#toasts")).to_contain_text(say["undone"])
    ready(page)
    expect(page.locator("#row-loyal .fz-tag")).not_to_have_attribute("data-c", "zhusha")
    page.locator(".fz-tag-f").get_by_role("button", name=say["retire"]).click()
    expect(page.locator("#tag-table tbody tr")).to_have_count(1)
    page.get_by_role("link", name=say["retired"]).click()
    ready(page)
    page.locator("#tag-table tbody a.fz-plainlink").click()
    expect(page.locator(".fz-tag-p")).to_be_visible()
    page.get_by_role("button", name=say["back"]).last.click()
    expect(page.locator(".fz-tcat", has_text=say["retired"])).to_have_count(0)


def test_order_by_keys_and_many_lines_at_once(shop: Server, browse: Browse) -> None:
    page = browse()
    begin(page, "zh")
    page.locator("#row-loyal").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#tag-table tbody tr").first).to_have_attribute("data-name", "Returns")
    expect(page.locator("#row-loyal")).to_be_focused()
    page.evaluate("navigator.clipboard.writeText('夜间下单\\n只买特价\\n团购带头人')")
    page.get_by_label("新标签", exact=True).focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#tag-table tbody tr")).to_have_count(5)
    assert names(page)[2:] == ["夜间下单", "只买特价", "团购带头人"]
    page.reload()
    assert names(page)[:2] == ["Returns", "Loyal"]
    page.get_by_placeholder("找标签").fill("特价")
    expect(page.locator("#tag-table tbody tr:visible")).to_have_count(1)


def test_a_phone_reads_tags(shop: Server, browse: Browse, shot: Shot) -> None:
    begin(browse(), "zh")
    page = browse(size=PHONE)
    enter(page, "zh")
    page.goto("/build/kehu/tags/")
    expect(page.locator("#tag-table")).to_contain_text("Loyal")
    expect(page.locator("#add-tags")).to_be_hidden()
    fits(page)
    shot(page, "tags-phone")


def test_rights_of_members(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse()
    enter(page, "zh")
    page.goto("/build/kehu/people/")
    ready(page)
    page.locator("#act-export").uncheck()
    expect(page.locator("#toasts")).to_contain_text("改好了")
    page.locator("#toasts").get_by_role("button", name="撤销").last.click()
    expect(page.locator("#act-export")).to_be_checked()
    shot(page, "rights")
