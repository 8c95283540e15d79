"""A form grows by keyboard alone; it is filled in step by step, with script and without; every part of it can be read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from builder.edits import form, layout, pieces, tree
from builder.publish import apply as publishing
from runtime.storage import versions
from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import drag, fits
from tests.journeys.test_designer import enter, order
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
FORM = "/build/kehu/forms/customer/"


def customers(shop: Server) -> dict[str, Any]:
    """Customers on two pages, the second one with tabs, with every kind of piece."""
    with shop.site.database.read() as conn:
        body = versions.find(conn, 1, "form", "customer").body
    for key, kind in (("phone", "phone"), ("level", "choice"), ("since", "date"), ("note", "long_text")):
        body = form.add_field(body, kind, key=key, label={"zh": f"字段{key}", "en": key.title()}).body
    body = form.made.copy(body)
    body["required"] = ["name", "phone"]
    for kind in ("text", "picture", "divider", "button"):
        body = pieces.add(body, kind, section="basic").body
    body = pieces.set_way(body, "piece:button", href="https://example.com/")
    body = tree.add_page(layout.set_columns(body, "basic", 3), after="section:basic").body
    body = layout.move_item(body, "phone", section="section")
    body = tree.add_tabs(body, after="section:section").body
    return layout.set_fold(layout.move_item(body, "note", section="section_2"), "section_2", "closed")


def published(shop: Server) -> None:
    body = customers(shop)
    with shop.site.database.write() as conn:
        publishing.publish_body(conn, 1, "form", body, None)


def to(page: Page, selector: str, key: str = "Tab", most: int = 120) -> None:
    """Press a key until what is meant has the focus."""
    for _ in range(most):
        if page.evaluate("one => document.activeElement?.matches(one)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is out of reach by {key}")


def test_ten_fields_and_a_section_by_keyboard_alone(shop: Server, browse: Browse) -> None:
    page = browse()
    enter(page, "zh")
    to(page, "#find-field")
    for number, word in enumerate(("电话", "邮箱", "日期", "金额", "单选", "数字", "多行文字", "是或否", "百分比"), start=2):
        page.keyboard.press("Control+a")
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        expect(page.locator("#paper .fz-ff")).to_have_count(number)
    page.keyboard.press("Control+a")
    page.keyboard.type("分区")
    page.keyboard.press("Enter")
    expect(page.locator("#paper .fz-fsec")).to_have_count(2)
    to(page, "#paper [data-sel]")
    page.keyboard.press("Enter")
    to(page, "#p-label-zh")
    page.keyboard.press("Control+a")
    page.keyboard.type("合作情况")
    expect(page.locator("#paper .fz-fsec").nth(1)).to_contain_text("合作情况")
    to(page, "#paper [data-sel]", "Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#paper .fz-ff.sel")).to_have_count(1)
    last = order(page)[-1]
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#paper .fz-fg").nth(1).locator(f"#ff-{last}")).to_be_focused()
    to(page, ".tools [popovertarget]")
    page.keyboard.press("Enter")
    expect(page.locator("#place-menu")).to_be_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#paper .fz-fg").first.locator(f"#ff-{last}")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator("#paper .fz-fg").nth(1).locator(f"#ff-{last}")).to_have_count(1)
    to(page, "#publish-open", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#publish [type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("已发布第 2 版")
    page.goto("/a/kehu/customer/new")
    expect(page.locator(".fz-form .fz-f")).to_have_count(10)


def test_a_form_is_filled_in_step_by_step_and_nothing_is_lost(shop: Server, browse: Browse, shot: Shot) -> None:
    published(shop)
    page = browse()
    enter(page, "zh")
    page.goto("/a/kehu/customer/new")
    ready(page)
    expect(page.locator("#step-page_2")).to_be_hidden()
    expect(page.get_by_role("button", name="保存")).to_be_hidden()
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("#f-name[aria-invalid=true]")).to_be_focused()
    page.keyboard.type("苏州沐阳")
    page.keyboard.press("Enter")
    expect(page.locator("#step-page_2")).to_be_visible()
    expect(page.locator("#step-page_2 h2")).to_be_focused()
    page.get_by_role("tab", name="页签 2").focus()
    page.keyboard.press("ArrowLeft")
    page.locator("summary").click()
    page.locator("#f-note").fill("先电话再上门")
    shot(page, "layout-step-2")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#f-phone[aria-invalid=true]")).to_be_visible()
    expect(page.locator("#f-note")).to_have_value("先电话再上门")
    page.get_by_role("button", name="上一步").click()
    expect(page.locator("#f-name")).to_have_value("苏州沐阳")
    page.get_by_role("button", name="下一步").click()
    page.locator("#f-phone").fill("13806132288")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#record h1")).to_have_text("苏州沐阳")
    expect(page.get_by_role("tab", name="页签 1")).to_have_attribute("aria-selected", "true")
    shot(page, "layout-record")


def test_without_script_it_is_one_long_form(shop: Server, chromium: Browser, browse: Browse) -> None:
    published(shop)
    page = browse()
    enter(page, "zh")
    context = chromium.new_context(base_url=shop.url, java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto("/a/kehu/customer/new")
    for key in ("name", "phone", "since"):
        expect(plain.locator(f"#f-{key}")).to_be_visible()
    plain.locator("#f-name").fill("无锡太湖")
    plain.locator("#f-phone").fill("13806132288")
    plain.locator("[type=submit]").click()
    expect(plain.locator("#record h1")).to_have_text("无锡太湖")
    context.close()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark"), ("zh", "dark"), ("en", "light")])
def test_every_part_is_named_and_none_is_too_pale(
    shop: Server, browse: Browse, shot: Shot, lang: str, theme: str
) -> None:
    published(shop)
    page = browse(lang, theme)
    enter(page, lang, theme)
    bad = wrong(page, "designer")
    for part in ("section:basic", "page:page", "tabs:tabs", "tab:tab", "piece:text", "piece:picture", "piece:button"):
        page.goto(f"{FORM}?sel={part}")
        ready(page)
        expect(page.locator("#paper .tools")).to_have_count(1)
        bad += wrong(page, part)
    shot(page, f"layout-designer-{lang}-{theme}")
    page.goto("/a/kehu/customer/new")
    ready(page)
    bad += wrong(page, "form")
    shot(page, f"layout-form-{lang}-{theme}")
    assert not bad, "\n".join(bad)


def test_a_phone_shows_one_column(shop: Server, browse: Browse, shot: Shot) -> None:
    published(shop)
    page = browse(size=PHONE)
    enter(page, "zh")
    page.goto("/a/kehu/customer/new")
    ready(page)
    left = {box["x"] for one in page.locator("#step-page .fz-fg > *").all() if (box := one.bounding_box())}
    assert len(left) == 1
    fits(page)
    shot(page, "layout-form-phone")


def test_sections_and_pieces_are_dragged(shop: Server, browse: Browse) -> None:
    page = browse()
    enter(page, "zh")
    page.locator('.fz-pal-i[data-kind="section"]').click()
    expect(page.locator("#paper .fz-fsec")).to_have_count(2)
    drag(page, page.locator('.fz-pal-i[data-kind="piece:text"]'), page.locator("#ff-name"), page.locator("#paper .fz-pal-i"))
    expect(page.locator("#paper .fz-ff.still")).to_have_count(1)
    page.locator("#paper .fz-fsec h2").nth(1).click()
    expect(page.locator("#paper .fz-fsec.sel .fz-bgrip")).to_be_visible()
    heads = page.locator("#paper .fz-fsec h2")
    drag(page, page.locator("#paper .fz-fsec.sel .fz-bgrip"), heads.first, heads.first.filter(has_text="新分区"))
    expect(page.locator("#paper .fz-fsec h2").first).to_contain_text("新分区")
    expect(page.locator("#paper .fz-ff")).to_have_count(2)
