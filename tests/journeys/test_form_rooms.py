"""Someone brings a form in from a file, fills the gaps in its other language, mends what is wrong, and reads its document."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runtime.exchange.workbook_writer import write_xlsx
from tests.journeys.conftest import PHONE, Browse, Server
from tests.journeys.steps import fits
from tests.journeys.test_designer import enter, ready

Shot = Callable[[Page, str], Path]
FORM = "/build/kehu/forms/customer/"
SAY = {
    "zh": {"text": "客户来源", "in": "放进草稿", "list": "用现成的", "keep": "存进草稿", "sets": "所有制", "undo": "撤销", "mine": "我的字段"},
    "en": {"text": "Source", "in": "Make it a draft", "list": "Ready lists", "keep": "Keep in the draft", "sets": "Ownership", "undo": "Undo", "mine": "My fields"},
}  # fmt: skip
# What the rooms are held to; contrast in the bar is the shell's.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]}}


def clean(page: Page) -> None:
    """No barrier for anybody on this page."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_form_is_translated_and_its_problem_mended(
    shop: Server, browse: Browse, shot: Shot, lang: str, theme: str
) -> None:
    say, page, other = SAY[lang], browse(lang, theme), "en" if lang == "zh" else "zh"
    enter(page, lang, theme)
    page.locator(".fz-pal-i[data-kind=choice]").first.click()
    expect(page.locator("#paper .fz-ff.sel")).to_have_attribute("data-id", "choice")
    page.locator(f"#p-label-{lang}").fill(say["text"])
    expect(page.locator("#room-problems .fz-cnt")).to_be_visible()
    page.locator("#room-problems").click()
    ready(page)
    expect(page.locator("#wrongs li")).to_have_count(2)
    clean(page)
    shot(page, f"problems-{lang}-{theme}")
    page.locator("#wrongs li a").filter(has_text=say["text"]).click()
    ready(page)
    page.get_by_role("button", name=say["list"]).click()
    page.locator("#option-sets .fz-set").filter(has_text=say["sets"]).first.click()
    expect(page.locator("#props .fz-opt")).to_have_count(9)
    page.locator("#keep-part").click()
    expect(page.locator("#mine")).to_contain_text(say["text"])
    page.locator("#room-translate").click()
    ready(page)
    page.locator("#gaps a").nth(2).click()
    ready(page)
    gap = page.locator("#grid td.gap input")
    expect(gap).to_have_count(1)
    clean(page)
    shot(page, f"translate-{lang}-{theme}")
    gap.fill("来源" if other == "zh" else "Where from")
    expect(page.locator("#gaps .fz-cnt").nth(1)).to_have_text("0")
    expect(page.locator("#room-problems .fz-cnt")).to_have_count(0)
    page.get_by_role("button", name=say["undo"]).click()
    expect(page.locator("#gaps .fz-cnt").nth(1)).to_have_text("1")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_is_edited_and_says_which_line_is_wrong(
    shop: Server, browse: Browse, shot: Shot, lang: str
) -> None:
    page = browse(lang)
    enter(page, lang)
    page.goto(f"{FORM}json/")
    ready(page)
    put(page, '"title_field"', '"titel_field"')
    page.get_by_role("button", name=SAY[lang]["keep"]).click()
    expect(page.locator("#wrong [data-line]").first).to_be_visible()
    clean(page)
    shot(page, f"json-{lang}")
    expect(page.locator("#undo")).to_be_disabled()
    assert "titel_field" in page.locator("#text").input_value()
    put(page, '"titel_field"', '"title_field"')
    put(page, '"maxLength": 200', '"maxLength": 80')
    page.get_by_role("button", name=SAY[lang]["keep"]).click()
    expect(page.locator("#undo")).to_be_enabled()
    expect(page.locator("#wrong")).to_be_empty()
    page.locator("#undo").click()
    expect(page.locator("#text")).to_have_value(re.compile('"maxLength": 200'))


def put(page: Page, old: str, new: str) -> None:
    """Change some words of the document, as a person's paste does: all at once."""
    page.evaluate(
        "([old, now]) => { const box = document.getElementById('text'); box.value = box.value.replace(old, now);"
        " box.dispatchEvent(new Event('input', { bubbles: true })); }",
        [old, new],
    )


def test_a_list_becomes_a_form(shop: Server, browse: Browse, shot: Shot, tmp_path: Path) -> None:
    page, path = browse(), tmp_path / "拜访.xlsx"
    rows = [[f"客户{n}", "是" if n % 2 else "否", f"2026-01-0{n + 1}", str(n)] for n in range(8)]
    write_xlsx(path, ["客户", "见到人", "日期", "次数"], rows, ["text"] * 4)
    enter(page, "zh")
    page.goto("/build/kehu/forms/")
    page.get_by_role("link", name="导入表单").click()
    ready(page)
    page.locator("input[type=file]").set_input_files(path)
    page.wait_for_url("**/carry/*/")
    ready(page)
    expect(page.locator("select[name^=type-]")).to_have_count(4)
    clean(page)
    shot(page, "carried-zh")
    page.locator("select[name^=type-]").last.select_option("text")
    page.get_by_role("button", name="放进草稿").click()
    page.wait_for_url("**/forms/*/")
    ready(page)
    expect(page.locator("#paper .fz-ff")).to_have_count(4)


@pytest.mark.parametrize("room", ["translate", "problems", "json"])
def test_a_phone_reads_the_rooms(shop: Server, browse: Browse, shot: Shot, room: str) -> None:
    page = browse(size=PHONE)
    enter(page, "zh")
    page.goto(f"{FORM}{room}/")
    ready(page)
    expect(page.locator("#rooms")).to_be_visible()
    fits(page)
    shot(page, f"room-{room}-phone")
