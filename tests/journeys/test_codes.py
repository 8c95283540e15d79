"""Whoever keeps the codes: customers moved, the codes that no longer match are found, changed, still found by the old ones, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import crm
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server

Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"look": "核对一遍", "why": "type：E e → P p", "done": "换了 2 个编码", "former": "以前的编码 1 个", "back": "收回", "used": "在用", "freed": "已收回"},
    "en": {"look": "Check now", "why": "type: E e → P p", "done": "2 codes changed", "former": "1 former code", "back": "Take back", "used": "In use", "freed": "Taken back"},
}


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_codes_are_checked_changed_and_taken_back(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    server.site.set_up(lang=lang)
    found = crm.running(server.site)
    ids = found.add_many("customer", [{"name": f"n{n}", "kind": "enterprise"} for n in range(4)])
    for i in ids[:2]:
        found.set("customer", i, kind="person")
    say, page = SAY[lang], browse(lang, theme, size)
    page.on("dialog", lambda dialog: dialog.accept())
    steps.enter(page, lang, theme)
    steps.go(page, f"/build/{found.key}/codes/customer/check")
    page.locator("#look").click()
    expect(page.locator("table")).to_contain_text(say["why"])
    steps.fits(page)
    shot(page, f"codes-check-{lang}-{theme}")
    page.locator("#change-all").click()
    expect(page.locator("#main")).to_contain_text(say["done"])
    steps.go(page, f"/a/{found.key}/customer/?q=LE-0001")
    page.get_by_role("link", name="n0").click()
    expect(page.locator("#record")).to_contain_text("LP-0001" if size == PHONE else "0001")
    page.get_by_text(say["former"]).click()
    expect(page.locator(".fz-former")).to_contain_text("LE-0001")
    steps.fits(page)
    steps.go(page, f"/build/{found.key}/codes/customer/check")
    page.get_by_role("button", name=say["back"]).click()
    expect(page.locator("#main .fz-note")).to_have_count(0)
    steps.go(page, f"/a/{found.key}/customer/codes/?q=LP-000")
    expect(page.locator("#list")).to_contain_text(say["freed"])
    page.locator("#s1").select_option("E")
    page.locator("#codes-q").fill("L")
    page.locator("#codes-q").press("Enter")
    expect(page.locator("#list tbody tr")).to_have_count(4)
    steps.fits(page)
    shot(page, f"codes-register-{lang}-{theme}")
