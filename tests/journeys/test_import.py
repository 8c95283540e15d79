"""A real list comes in through the browser: dropped, matched, mended by kind, brought in; on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from runtime.exchange.workbook_writer import write_xlsx
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.runtime.imports import define
from tests.web import PASSWORD

HEAD = ["客户名称", "电话", "省市", "性质", "客户来源", "业务员", "首单日期", "备注标签", "传真", "客户类型"]


def lists(folder: Path) -> Path:
    """A list as people have it: most rows right, some wrong, each in its way."""
    rows: list[list[Any]] = [
        [
            f"苏州沐阳餐饮{n}号店",
            f"138061{n:05d}",
            "江苏苏州",
            "",
            "展会",
            "王敏",
            "2025-02-18",
            "",
            "0512-65228801",
            "企业客户",
        ]
        for n in range(60)
    ]
    for n in range(12):
        rows[n + 3][1] = f"13806{n}"
    for n in range(6):
        rows[n + 20][0] = ""
    for n in range(4):
        rows[n + 30][5] = "小陈"
    for n in range(5):
        rows[n + 40][9] = "个体"
    path = folder / "2025 华东客户名单.xlsx"
    write_xlsx(path, HEAD, rows)
    return path


def enter(page: Page, server: Server, lang: str = "zh", theme: str = "light") -> None:
    """A signed-in administrator in front of an app that is there."""
    boss = server.site.set_up(lang)
    define(server.site.database, "wholesale", boss)
    page.goto("/sign-in")
    if theme == "dark":
        page.locator("[data-switch=theme]").first.click()
    page.fill("[name=login]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.mark.parametrize(
    ("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", WIDE), ("zh", "light", PHONE)]
)
def test_a_list_comes_in(
    server: Server, browse: Browse, shot: Any, tmp_path: Path, lang: str, theme: str, size: tuple[int, int]
) -> None:
    page = browse(lang=lang, theme=theme, size=size)
    enter(page, server, lang, theme)
    name = f"{lang}-{theme}-{'phone' if size == PHONE else 'wide'}"
    page.goto("/a/wholesale/customer/import/")
    shot(page, f"import-1-start-{name}")
    page.set_input_files("input[type=file]", lists(tmp_path))
    page.wait_for_url("**/import/*")
    expect(page.locator("#run")).to_be_enabled()
    expect(page.locator("#n-bad")).to_have_text("27")
    shot(page, f"import-2-columns-{name}")
    page.locator("[name=lenient][value=owner]").click()
    expect(page.locator("#n-bad")).to_have_text("23")
    page.locator("select[name^='v:kind']").first.select_option(index=3)
    expect(page.locator("#n-bad")).to_have_text("18")
    page.locator("#run").click()
    page.wait_for_url("**/result")
    expect(page.locator("#outcome .fz-big").first).to_have_text("42")
    shot(page, f"import-3-result-{name}")
    with page.expect_download() as got:
        page.locator("a[href*='/problems/']").click()
    assert got.value.suggested_filename.endswith(".xlsx")


def test_what_is_no_list_is_refused_where_it_was_chosen(
    server: Server, browse: Browse, shot: Any, tmp_path: Path
) -> None:
    page = browse()
    enter(page, server)
    picture = tmp_path / "名单.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 500)
    page.goto("/a/wholesale/customer/import/")
    page.set_input_files("input[type=file]", picture)
    expect(page.locator("[role=alert] >> text=图片")).to_be_visible()
    shot(page, "import-refused")


def test_a_file_is_sent_when_it_is_chosen_and_stays_with_its_record(
    server: Server, browse: Browse, tmp_path: Path
) -> None:
    page = browse()
    enter(page, server)
    contract = tmp_path / "合同.pdf"
    contract.write_bytes(b"%PDF-1.7 " + b"0" * 300)
    page.goto("/a/wholesale/quote/new")
    with page.expect_response("**/files/*") as answer:
        page.locator("input[type=file][data-upload]").first.set_input_files(contract)
    assert answer.value.ok
    expect(page.locator(".fz-clip", has_text="合同.pdf")).to_be_visible()
