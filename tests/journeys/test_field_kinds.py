"""Somebody fills in every simple kind of field with the keyboard alone; every screen of it can be read by machine."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from runtime.fields import FIELD_TYPES
from tests.contract.every_type import publish
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import fits, go
from tests.journeys.test_newcomer_reads import wrong
from tests.web import Site

KINDS = ("time", "date_range", "duration", "url", "id_number", "company_code", "rating", "scale", "slider", "colour", "barcode")
TYPED = {
    "duration": "1h30m", "url": "muyang.cn/menu", "id_number": "11010519491231002x", "company_code": "91320508MA1XK9Q35G",
    "colour": "#F2B65A", "barcode": "6901234567892",
}


def made(site: Site, lang: str) -> str:
    """An app with one field of each kind; gives the address of its records."""
    boss = site.set_up(lang)
    with site.database.write() as conn:
        return f"/a/{publish(conn, boss, {name: FIELD_TYPES[name] for name in KINDS})}/every/"


def opened(page: Page, path: str, theme: str) -> None:
    page.goto(path)
    page.locator("[name=login]").fill("boss")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    ready(page)
    page.evaluate("theme => document.querySelector('[data-switch=theme]').value === theme"
                  " && document.querySelector('[data-switch=theme]').click()", theme)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", WIDE), ("zh", "dark", PHONE), ("en", "light", PHONE)])
def test_each_kind_by_keyboard(server: Server, browse: Browse, lang: str, theme: str, size: tuple[int, int]) -> None:
    page = browse(lang, theme, size)
    place = made(server.site, lang)
    opened(page, place, theme)
    go(page, f"{place}new")
    bad = wrong(page, "new")
    page.locator("[name=name]").fill("沐阳")
    for name, text in TYPED.items():
        page.locator(f"[name=the_{name}]").focus()
        page.keyboard.insert_text(text)
    page.locator("[name=the_time]").fill("09:30")
    for end, day in ((0, "2025-01-01"), (1, "2026-12-31")):
        page.locator("[name=the_date_range]").nth(end).fill(day)
    for name, presses in (("rating", 4), ("scale", 9)):
        page.locator(f"[name=the_{name}][value='{1 if name == 'rating' else 0}']").focus()
        page.keyboard.press("Space")
        for _ in range(presses - (name == "rating")):
            page.keyboard.press("ArrowRight")
    page.locator("#f-the_slider-field [type=range]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[name=the_slider]")).to_have_value("3")
    expect(page.locator("#f-the_colour-field [type=color]")).to_have_value("#f2b65a")
    fits(page)
    bad += wrong(page, "filled")
    page.locator("[name=the_barcode]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{place}1")
    ready(page)
    shown = {name: page.locator(f"#d-the_{name}") for name in KINDS}
    expect(shown["rating"].locator("svg.on")).to_have_count(4)
    expect(shown["scale"]).to_have_text("9")
    expect(shown["id_number"]).to_have_text("11010519491231002X")
    expect(shown["url"].locator("a")).to_have_attribute("href", "https://muyang.cn/menu")
    bad += wrong(page, "one")
    go(page, f"{place}?cols=" + ",".join(f"the_{name}" for name in KINDS))
    assert "19491231" not in page.content()
    bad += wrong(page, "list")
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_cannot_be_read_stays_to_be_mended(server: Server, browse: Browse, lang: str) -> None:
    page = browse(lang)
    place = made(server.site, lang)
    opened(page, place, "light")
    go(page, f"{place}new")
    page.locator("[name=name]").fill("沐阳")
    for name in TYPED:
        page.locator(f"[name=the_{name}]").fill("条码 red")
    for end, day in ((0, "2026-01-01"), (1, "2025-12-31")):
        page.locator("[name=the_date_range]").nth(end).fill(day)
    page.locator("[name=the_slider]").fill("400")
    page.locator("[name=the_barcode]").press("Enter")
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    for name in (*TYPED, "date_range", "slider"):
        expect(page.locator(f"#f-the_{name}-error")).not_to_be_empty()
    expect(page.locator("[name=the_date_range]").nth(1)).to_have_value("2025-12-31")
    assert not (bad := wrong(page, "wrong")), "\n".join(bad)
