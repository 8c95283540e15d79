"""Someone puts a sub-form on a form, fills in rows by mouse and keyboard, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Browse, Server
from tests.journeys.steps import fits
from tests.journeys.test_designer import SAY, enter, ready, selected

Shot = Callable[[Page, str], Path]
WORDS = {
    "zh": {"price": "单价", "save": "保存", "rows": "2 行", "edit": "编辑", "off": "去掉第 1 行", "told": "去掉 1 行", "bad": "有 1 格要改"},
    "en": {"price": "Price", "save": "Save", "rows": "2 rows", "edit": "Edit", "off": "Remove row 1", "told": "1 row removed", "bad": "1 cell needs"},
}


def design(page: Page, lang: str) -> None:
    """A sub-form with one column more, which is added up; published."""
    page.locator(".fz-pal-i[data-kind=rows]").click()
    expect(selected(page)).to_have_attribute("data-id", "rows")
    page.locator("#p-row-add").select_option("money")
    expect(page.locator("#paper th.pick.sel")).to_have_attribute("data-id", "rows.money")
    page.locator(f"#p-label-{lang}").fill(WORDS[lang]["price"])
    expect(page.locator("#paper th.pick.sel")).to_contain_text(WORDS[lang]["price"])
    page.locator('#props [data-choose="rows"]').click()
    page.locator("#sum-money").check()
    expect(page.locator("#paper th.pick")).to_have_count(3)
    page.locator('#paper th.pick[data-id="rows.item"]').click()
    page.locator("#p-required").check()
    expect(page.locator("#paper th.pick.sel .rq")).to_have_count(1)
    page.locator("#undo").click()
    expect(page.locator("#paper th.pick .rq")).to_have_count(0)
    page.get_by_role("button", name=SAY[lang]["publish"], exact=True).click()
    page.get_by_role("button", name=SAY[lang]["go"]).click()
    expect(page.locator("#toasts")).to_contain_text(SAY[lang]["published"])


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_rows_are_designed_filled_in_and_corrected(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    say, page = WORDS[lang], browse(lang, theme)
    enter(page, lang, theme)
    design(page, lang)
    page.goto("/a/kehu/customer/new")
    ready(page)
    page.locator("#f-name").fill("Muyang")
    page.locator("[data-row-add]").click()
    page.keyboard.type("Rice")
    page.keyboard.press("Enter")  # down the column: a new row
    page.keyboard.type("Oil")
    expect(page.locator("[data-row-count]")).to_have_text(say["rows"])
    prices = page.locator("tbody td:nth-child(3) input")
    prices.nth(0).fill("12.5")
    prices.nth(1).fill("x")
    expect(page.locator("[data-sum]")).to_have_text("¥12.50")
    page.get_by_role("button", name=say["save"], exact=True).click()
    expect(page.locator("td.err")).to_have_count(1)
    expect(page.locator("main")).to_contain_text(say["bad"])
    shot(page, f"subform-wrong-{lang}-{theme}")
    page.locator("tbody td:nth-child(3) input").nth(1).fill("8")
    expect(page.locator("[data-sum]")).to_have_text("¥20.50")
    page.get_by_role("button", name=say["save"], exact=True).click()
    expect(page.locator(".fz-rows.read")).to_contain_text("¥20.50")
    shot(page, f"subform-record-{lang}-{theme}")
    page.get_by_role("link", name=say["edit"], exact=True).click()
    ready(page)
    page.get_by_role("button", name=say["off"]).click()
    expect(page.locator("tbody [data-row]")).to_have_count(1)
    page.get_by_role("button", name=say["save"], exact=True).click()
    expect(page.locator("#timeline")).to_contain_text(say["told"])


def test_rows_typed_on_a_phone_outlive_a_closed_page(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse("zh")
    enter(page, "zh")
    design(page, "zh")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto("/a/kehu/customer/new")
    ready(page)
    page.locator("[data-row-add]").click()
    page.locator('tbody [name$=".item"]').fill("东北大米")
    page.locator("[data-row-copy]").click()
    expect(page.locator('tbody [name$=".item"]').nth(1)).to_have_value("东北大米")
    page.locator('tbody [name$=".item"]').nth(1).fill("面粉")
    page.wait_for_timeout(600)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/a/kehu/customer/new")
    ready(page)
    expect(page.locator('tbody [name$=".item"]')).to_have_count(2)
    expect(page.locator('tbody [name$=".item"]').nth(1)).to_have_value("面粉")
    fits(page)
    shot(page, "subform-phone")


def test_rows_that_are_there_work_without_script(shop: Server, browse: Browse) -> None:
    page = browse("zh")
    enter(page, "zh")
    design(page, "zh")
    page.goto("/a/kehu/customer/new")
    ready(page)
    page.locator("#f-name").fill("Muyang")
    page.locator("[data-row-add]").click()
    page.keyboard.type("米")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".fz-rows.read")).to_contain_text("米")
    plain = page.context.browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state(), base_url=page.url)  # type: ignore[union-attr]
    bare = plain.new_page()
    bare.goto(f"{page.url}/edit")
    bare.locator('tbody [name$=".item"]').fill("面")
    bare.get_by_role("button", name="保存", exact=True).click()
    expect(bare.locator(".fz-rows.read")).to_contain_text("面")
    plain.close()
