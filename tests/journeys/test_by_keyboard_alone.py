"""A form of ten fields with a section, a condition and a formula, from the first key to the first record, without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Browse, Server, ready
from tests.journeys.steps import settled
from tests.journeys.test_designer import enter
from tests.journeys.test_layout import to

SAY = {
    "zh": {"kinds": ("电话", "邮箱", "日期", "金额", "单选", "数字", "多行文字", "是或否"), "section": "分区", "formula": "公式", "money": "金额",
           "choice": "单选", "when": "当单选是选项 1", "badge": "有条件", "done": "已发布第 2 版"},
    "en": {"kinds": ("phone", "email", "date", "money", "choice", "number", "long text", "yes"), "section": "section", "formula": "formula",
           "money": "Money", "choice": "Single choice", "when": "When Single choice is Option 1", "badge": "Conditional", "done": "Version 2 is published"},
}  # fmt: skip


def find(page: Page, word: str) -> None:
    """Look for something in the palette and put it on the form."""
    to(page, "#find-field", "Shift+Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type(word)
    page.keyboard.press("Enter")


def select(page: Page, field: str) -> None:
    """Walk over the form until a field is selected."""
    to(page, "#paper [data-sel]", "Shift+Tab")
    for key in (*["ArrowUp"] * 12, *["ArrowDown"] * 12):
        if page.evaluate("one => document.activeElement?.closest('.fz-ff')?.dataset.id === one", field):
            break
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("#paper .fz-ff.sel")).to_have_attribute("data-id", field)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ten_fields_a_section_a_condition_and_a_formula(shop: Server, browse: Browse, lang: str) -> None:
    say, page = SAY[lang], browse(lang)
    enter(page, lang)
    to(page, "#find-field")
    for number, word in enumerate(say["kinds"], start=2):
        find(page, str(word))
        expect(page.locator("#paper .fz-ff")).to_have_count(number)
    find(page, str(say["section"]))
    expect(page.locator("#paper .fz-fsec")).to_have_count(2)
    find(page, str(say["formula"]))
    expect(page.locator("#paper .fz-ff")).to_have_count(10)
    expect(page.locator("#paper .fz-ff.sel")).to_have_attribute("data-id", "formula")
    to(page, "#p-formula")
    page.keyboard.type("{" + str(say["money"])[:2])
    expect(page.locator("#p-formula-list").get_by_role("option").first).to_contain_text(str(say["money"]))
    page.keyboard.press("Enter")
    page.keyboard.type(" * 2")
    page.keyboard.press("Escape")
    expect(page.locator("#p-formula")).to_have_value("{" + str(say["money"]) + "} * 2")
    expect(page.locator("#p-formula-said")).not_to_contain_text("⚠")
    select(page, "email")
    to(page, "#tab-when")
    page.keyboard.press("Enter")
    to(page, "#show-always")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#add-root")).to_be_visible()
    settled(page)
    to(page, "#add-root")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(str(say["choice"]))
    page.keyboard.press("Enter")
    expect(page.locator("#pick-rules-0")).to_be_visible()
    to(page, "#pick-rules-0")
    page.keyboard.press("Enter")
    expect(page.locator("#pv-rules-0 input").first).to_be_visible()
    to(page, "#pv-rules-0 input")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#props .fz-say")).to_contain_text(str(say["when"]))
    expect(page.locator("#ff-email")).to_contain_text(str(say["badge"]))
    to(page, "#publish-open", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#publish [type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(str(say["done"]))
    fill_in(page)


def fill_in(page: Page) -> None:
    """The form is there: its condition holds, its formula works, its section stands."""
    page.goto("/a/kehu/customer/new")
    ready(page)
    expect(page.locator("#f-email")).to_be_hidden()
    to(page, "#f-name")
    page.keyboard.type("沐阳")
    to(page, "#f-money")
    page.keyboard.type("12.5")
    to(page, "[name=choice]")
    page.keyboard.press("ArrowDown")  # from "none", which stands last, to the first option
    expect(page.locator("#f-email")).to_be_visible()
    to(page, "#f-email", "Shift+Tab")
    page.keyboard.type("a@muyang.cn")
    page.keyboard.press("Enter")
    expect(page.locator("#record h1")).to_have_text("沐阳")
    expect(page.locator("#d-formula")).to_contain_text("25")
    expect(page.locator("#d-email")).to_contain_text("a@muyang.cn")
