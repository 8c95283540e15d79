"""Somebody says by keyboard when a field is shown, publishes, and fills the form in at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.publish.apply import publish_set
from tests import crm
from tests.crm import TEXT, field
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import enter, fits
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
FORM = "/build/customers/forms/customer/"
KINDS = [{"const": key, "x-fenzu": {"label": {"zh": zh, "en": en}}} for key, zh, en in (
    ("firm", "企业客户", "Business"), ("person", "个人客户", "Person"))]  # fmt: skip
SAY = {
    "zh": {"kind": "客户类型", "firm": "企业客户", "person": "个人客户", "said": "当客户类型是企业客户时，显示「信用代码」。", "badge": "有条件",
           "came": "出现了：信用代码。", "went": "不用填了：信用代码。", "missing": "请填写信用代码。", "save": "保存", "go": "发布第 2 版",
           "done": "已发布第 2 版"},
    "en": {"kind": "Kind", "firm": "Business", "person": "Person", "said": "When Kind is Business, show “Credit code”.", "badge": "Conditional",
           "came": "Now shown: Credit code.", "went": "No longer shown: Credit code.", "missing": "Fill in Credit code.", "save": "Save",
           "go": "Publish version 2", "done": "Version 2 is published"},
}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    """A form of customers that asks everybody for a credit code."""
    boss = server.site.set_up()
    body = crm.form("customer", "name", {
        "name": {**field("text", "客户名称", TEXT), "x-fenzu": {"type": "text", "label": crm.words("客户名称", "Name")}},
        "kind": {"oneOf": KINDS, "x-fenzu": {"type": "choice", "label": crm.words("客户类型", "Kind")}},
        "credit": {**TEXT, "x-fenzu": {"type": "text", "label": crm.words("信用代码", "Credit code")}},
    }, ["name", "credit"])  # fmt: skip
    with server.site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        publish_set(conn, app.id, [("form", body)], boss.by, "")
    return server


def write_condition(page: Page, say: dict[str, str]) -> None:
    """The condition of the field, without a mouse: tab, way, field, value."""
    page.goto(f"{FORM}?sel=credit")
    ready(page)
    page.locator("#tab-when").press("Enter")
    expect(page.locator("#show-always")).to_be_checked()
    page.locator("#show-always").press("ArrowDown")
    page.locator("#add-root").press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(say["kind"])
    page.keyboard.press("Enter")
    page.locator("#pick-rules-0").press("Enter")
    expect(page.locator("#pv-rules-0 input").first).to_be_visible()
    page.locator("#pv-rules-0 input").first.press("Space")
    page.keyboard.press("Escape")
    expect(page.locator("#props .fz-say")).to_contain_text(say["said"])
    expect(page.locator("#ff-credit")).to_contain_text(say["badge"])


def publish(page: Page, say: dict[str, str]) -> None:
    page.locator("#publish-open").click()
    page.get_by_role("button", name=say["go"]).click()
    expect(page.locator("#toasts")).to_contain_text(say["done"])
    ready(page)


def fill_in(page: Page, say: dict[str, str]) -> None:
    """Hidden, shown with its star, refused while blank, hidden again, saved; nothing typed is lost."""
    page.goto("/a/customers/customer/new")
    ready(page)
    code = page.locator("#f-credit")
    expect(code).to_be_hidden()
    page.locator("#f-name").fill("沐阳")
    page.get_by_label(say["firm"]).check()
    expect(code).to_be_visible()
    expect(page.locator("#live")).to_have_text(say["came"])
    expect(page.locator("#f-credit-field [data-required]")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "kind"
    page.get_by_role("button", name=say["save"], exact=True).click()
    expect(page.locator("#f-credit-error")).to_contain_text(say["missing"])
    ready(page)
    page.locator("#f-credit").fill("913205")
    page.get_by_label(say["person"]).check()
    expect(page.locator("#f-credit")).to_be_hidden()
    expect(page.locator("#live")).to_have_text(say["went"])
    page.get_by_label(say["firm"]).check()
    expect(page.locator("#f-credit")).to_have_value("913205")
    fits(page)
    page.get_by_role("button", name=say["save"], exact=True).click()
    expect(page.locator("#record h1")).to_have_text("沐阳")
    expect(page.locator("#d-credit")).to_contain_text("913205")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_condition_by_keyboard_and_the_form_that_follows_it(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    write_condition(page, say)
    shot(page, f"logic-panel-{lang}")
    assert not wrong(page, page.url)
    page.goto(f"{FORM}logic/")
    ready(page)
    expect(page.locator("#logic-list")).to_contain_text(say["said"])
    page.locator("#logic-list a").first.press("Enter")
    expect(page.locator("#logic-open #add-then")).to_be_visible()
    shot(page, f"logic-room-{lang}")
    assert not wrong(page, page.url)
    publish(page, say)
    fill_in(page, say)
    phone = browse(lang, size=PHONE)
    enter(phone, lang)
    fill_in(phone, say)
    shot(phone, f"logic-form-phone-{lang}")


def test_without_script_everything_is_there_to_be_filled_in(shop: Server, chromium: object, browse: Browse) -> None:
    """The server decides when the form comes."""
    page = browse("zh")
    enter(page, "zh")
    write_condition(page, SAY["zh"])
    publish(page, SAY["zh"])
    state = page.context.storage_state()
    plain = page.context.browser.new_context(  # type: ignore[union-attr]
        base_url=shop.url, java_script_enabled=False, storage_state=state, viewport={"width": WIDE[0], "height": WIDE[1]})
    still = plain.new_page()
    still.goto("/a/customers/customer/new")
    still.locator("#f-name").fill("王芳")
    expect(still.locator("#f-credit")).to_be_visible()
    still.locator("#f-credit").fill("not for a person")
    still.get_by_label("个人客户").check()
    still.get_by_role("button", name="保存", exact=True).click()
    expect(still.locator("#record h1")).to_have_text("王芳")
    expect(still.locator("#record")).not_to_contain_text("not for a person")
    plain.close()
