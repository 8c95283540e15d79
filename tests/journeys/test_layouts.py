"""Several layouts of one form: made in the designer, tried, used for adding quickly and on a phone; a stranger sends a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder import apps, drafts
from builder.edits import form, made, public
from builder.publish import apply as publishing
from runtime.records import public_links
from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import fits, settled
from tests.journeys.test_designer import enter
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
FORM, LIST = "/build/kehu/forms/customer/", "/a/kehu/customer/"
SAY = {
    "zh": {"more": "另一种排版", "tried": "什么都没有保存", "saved": "已保存", "all": "全部字段", "lies": "内容不是 PDF", "got": "收到了"},
    "en": {"more": "Another layout", "tried": "nothing was saved", "saved": "Saved", "all": "All fields", "lies": "says it is PDF", "got": "Received"},
}


@pytest.fixture
def shop(server: Server) -> Server:
    """Customers with a required phone, an amount, its double, a note and papers, published."""
    boss = server.site.set_up()
    with server.site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, boss.id)
        body = drafts.open_draft(conn, 1, "form", "customer").body
        for kind, key, zh, en in (("text", "tel", "电话", "Phone"), ("number", "amount", "金额", "Amount"), ("text", "note", "备注", "Note"),
                                  ("file", "papers", "材料", "Papers")):
            body = form.add_field(body, kind, key=key, label={"zh": zh, "en": en}).body
        body = form.add_field(body, "formula", key="double", label={"zh": "双倍", "en": "Double"}, settings={"formula": "amount * 2", "result": "number"}).body
        body = made.copy(public.switch(body, True))
        body["required"] = ["name", "tel"]
        publishing.publish_body(conn, 1, "form", body, None)
    return server


def layout(page: Page, name: str) -> None:
    page.locator("[popovertarget=layout-more]").click()
    page.locator(f"#layout-more [data-value={name}]").click()
    page.wait_for_url(f"**layout={name}*")
    ready(page)


def publish(page: Page) -> None:
    page.locator("#publish-open").click()
    page.locator("dialog[open] .btn-primary").last.click()
    settled(page)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_quick_and_a_phone_layout_are_designed_tried_and_used(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    say, page = SAY[lang], browse(lang, theme)
    enter(page, lang)
    page.goto(LIST)
    ready(page)
    if theme == "dark":
        page.locator("[data-switch=theme]").first.click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto(FORM)
    ready(page)
    layout(page, "quick")
    expect(page.locator("#ff-tel")).to_be_visible()
    expect(page.locator("#ff-amount")).to_have_count(0)
    page.locator("[id='tile-field:amount']").click()
    expect(page.locator("#ff-amount")).to_be_visible()
    assert not wrong(page, "quick layout")
    shot(page, f"layout-quick-{lang}")
    page.locator("#ff-amount").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#ff-amount")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#ff-amount")).to_be_visible()
    layout(page, "phone")
    page.locator("#ff-note").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#ff-note")).to_have_count(0)
    page.locator("#try-open").press("Enter")
    page.wait_for_url("**/try/**")
    tried = page.frame_locator("#tried")
    tried.locator("[type=submit]").click()
    expect(tried.locator("#f-tel-error")).to_be_visible()
    tried.locator("#f-name").fill("沐阳")
    tried.locator("#f-tel").fill("12")
    tried.locator("#f-amount").fill("21")
    expect(tried.locator("#f-double")).to_have_value("42")
    assert not wrong(page, "try it")
    shot(page, f"try-{lang}")
    tried.locator("[type=submit]").click()
    expect(tried.get_by_text(say["tried"])).to_be_visible()
    page.locator("#try-look-phone").click()
    expect(tried.locator("#f-tel")).to_be_visible()
    expect(tried.locator("#f-note")).to_have_count(0)
    assert not wrong(page, "try it on a phone")
    shot(page, f"try-phone-{lang}")
    page.goto(FORM)
    ready(page)
    publish(page)
    use(page, say, shot, lang)
    phone = browse(lang, theme, PHONE)
    enter(phone, lang)
    phone.goto(f"{LIST}new")
    ready(phone)
    expect(phone.locator("#f-tel")).to_be_visible()
    expect(phone.locator("#f-note")).to_have_count(0)
    phone.locator("#f-name").fill("手机上填的")
    phone.locator("[data-onward]").click()
    expect(phone.locator("#f-note")).to_be_visible()
    expect(phone.locator("#f-name")).to_have_value("手机上填的")


def use(page: Page, say: dict[str, str], shot: Shot, lang: str) -> None:
    """Add one quickly by keyboard, and go on from the dialog to all fields with what was typed."""
    page.goto(LIST)
    ready(page)
    page.keyboard.press("n")
    expect(page.locator("#quick #f-name")).to_be_focused()
    page.keyboard.type("沐阳小馆")
    page.locator("#quick [type=submit]").click()
    expect(page.locator("#quick #f-tel-error")).to_be_visible()
    expect(page.locator("#quick #f-name")).to_have_value("沐阳小馆")
    assert not wrong(page, "quick add")
    shot(page, f"quick-add-{lang}")
    page.locator("#quick #f-tel").fill("12")
    page.locator("#quick #f-tel").press("Enter")
    expect(page.get_by_text(say["saved"])).to_be_visible()
    expect(page.get_by_text("沐阳小馆").first).to_be_visible()
    ready(page)
    page.keyboard.press("n")
    expect(page.locator("#quick #f-name")).to_be_focused()
    page.locator("#quick #f-name").fill("第二家")
    page.locator("#quick").get_by_text(say["all"]).click()
    expect(page.locator("#f-note")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("第二家")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_stranger_on_a_phone_sends_a_file(shop: Server, browse: Browse, shot: Shot, tmp_path: Path, lang: str) -> None:
    with shop.site.database.write() as conn:
        public_links.renew(conn, 1, "customer")
        link = public_links.of_form(conn, 1, "customer")
    assert link is not None
    right, lie = tmp_path / "合同.pdf", tmp_path / "假的.pdf"
    right.write_bytes(b"%PDF-1.7 " + b"0" * 300)
    lie.write_bytes(b"MZ" + b"\0" * 300)
    page = browse(lang, "light", PHONE)
    page.goto(f"/f/{link.token}/")
    ready(page)
    page.locator("#f-name").fill("沐阳小馆")
    page.locator("#f-papers").set_input_files(lie)
    expect(page.locator("#f-papers-error")).to_contain_text(SAY[lang]["lies"])
    assert not wrong(page, "a file refused")
    shot(page, f"public-file-{lang}")
    page.locator("#f-papers").set_input_files(right)
    expect(page.locator(".fz-clip", has_text="合同.pdf")).to_be_visible()
    expect(page.locator("#f-papers-error")).to_be_hidden()
    page.locator("#f-tel").fill("12")
    page.wait_for_timeout(2100)
    page.locator("[type=submit]").click()
    expect(page.get_by_text(SAY[lang]["got"])).to_be_visible()
    fits(page)
