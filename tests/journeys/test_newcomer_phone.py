"""The same person between two visits: customers on a phone, a list from the phone, and the builders to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import PHONE, Browse, Server
from tests.journeys.steps import SAY, Shot
from tests.journeys.test_newcomer import Seen

BASE = "/a/wholesale_crm/customer/"
READ = ("forms/", "forms/customer/", "groupings/", "tags/", "codes/customer")


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_day_on_the_phone(server: Server, browse: Browse, shot: Shot, tmp_path: Path, lang: str, theme: str) -> None:
    page = browse(lang, theme, PHONE)
    see = Seen(page, shot, f"{lang}-{theme}")
    steps.first_run(page, lang)
    if theme == "dark":
        page.locator("[data-side-open]").click()
        page.locator("[data-switch=theme]").first.click()
        page.keyboard.press("Escape")
    steps.install(page, lang)
    find(page, lang, see)
    write(page, lang, see)
    bring(page, lang, see, tmp_path)
    read(page, see)


def find(page: Page, lang: str, see: Seen) -> None:
    """The list as cards, a group by its chip, a name by its letters."""
    steps.go(page, BASE)
    expect(page.locator(".rows .fz-code").first).to_be_visible()
    expect(page.locator(".fz-tree")).to_be_hidden()
    see("phone-1-list")
    page.locator(".fz-pchips a").nth(1).click()
    page.wait_for_url("**g=importance**")
    expect(page.locator("#matching")).to_contain_text("30")
    see("phone-2-group")
    steps.go(page, BASE)
    page.locator("#search").fill("SEL-00057")
    expect(page.locator(".rows tbody tr")).to_have_count(1)
    page.locator(".rows .fz-nm").click()
    expect(page.locator("#record h1")).to_be_visible()
    see("phone-3-record")


def write(page: Page, lang: str, see: Seen) -> None:
    """Edited with what is wrong said at its field, thrown away, brought back."""
    say = SAY[lang]
    page.get_by_role("link", name=say["edit"]).click()
    page.locator("#f-name").fill("")
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("#f-name-error")).to_be_visible()
    see("phone-4-refused")
    page.locator("#f-name").fill(say["first"])
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("#record h1")).to_have_text(say["first"])
    page.get_by_role("button", name=say["more"]).first.click()
    page.get_by_role("menuitem", name=say["bin_it"]).click()
    expect(page.locator("#toasts")).not_to_be_empty()
    steps.go(page, f"{BASE}bin")
    page.locator("[data-row]").check()
    see("phone-5-bin")
    page.get_by_role("button", name=say["restore"]).click()
    steps.go(page, f"{BASE}?q=SEL-00057")
    expect(page.locator(".rows .fz-nm")).to_have_text(say["first"])


def bring(page: Page, lang: str, see: Seen, folder: Path) -> None:
    """A small list from the phone's files, one row of it without a telephone number."""
    path = folder / "list.csv"
    head = "客户名称,手机号,所在地区" if lang == "zh" else "Name,Mobile,Region"
    path.write_text(f"{head}\nA1,13800001111,江苏苏州\nA2,13800002222,浙江杭州\nA3,,上海\n", encoding="utf-8")
    steps.go(page, f"{BASE}import/")
    page.set_input_files("input[type=file]", path)
    expect(page.locator("#n-bad")).to_have_text("1")
    see("phone-6-import")
    page.locator("#run").click()
    page.wait_for_url("**/result")
    expect(page.locator("#outcome .fz-big").first).to_have_text("2")
    see("phone-7-imported")
    steps.go(page, BASE)
    expect(page.locator(".fz-head .fz-num")).to_contain_text("62")


def read(page: Page, see: Seen) -> None:
    """Forms, groups, tags and the code are there to read; what changes them stays on the desk."""
    for path in READ:
        steps.go(page, f"/build/wholesale_crm/{path}")
        expect(page.locator("main")).to_be_visible()
        see(f"phone-8-{path.strip('/').replace('/', '-')}")
        for hidden in ("#publish-open", "#add-group", "#add-root", "#add-seg", ".fz-pal"):
            expect(page.locator(hidden)).to_be_hidden()
