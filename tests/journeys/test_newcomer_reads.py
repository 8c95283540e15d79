"""Every screen a newcomer meets is readable by machine: names, roles, contrast, headings, in both languages and themes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server

APP = "/a/wholesale_crm/customer/"
BUILD = "/build/wholesale_crm/"
SCREENS = [APP, f"{APP}1", f"{APP}1/edit", f"{APP}bin", f"{APP}import/", "/templates/", f"{BUILD}forms/customer/",
           f"{BUILD}groupings/", f"{BUILD}groupings/importance/-/map", f"{BUILD}tags/", f"{BUILD}codes/customer"]


def wrong(page: Page, where: str) -> list[str]:
    """What the checker objects to on the page as it stands."""
    found = Axe().run(page).response["violations"]
    return [f"{where}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", WIDE), ("zh", "dark", PHONE)])
def test_nothing_is_unnamed_or_too_pale(server: Server, browse: Browse, lang: str, theme: str, size: tuple[int, int]) -> None:
    page = browse(lang, theme, size)
    steps.first_run(page, lang)
    steps.install(page, lang)
    page.evaluate("theme => document.querySelector('[data-switch=theme]').value === theme"
                  " && document.querySelector('[data-switch=theme]').click()", theme)
    bad = []
    for path in SCREENS:
        steps.go(page, path)
        page.wait_for_load_state("networkidle")
        bad += wrong(page, path)
    if size == WIDE:
        steps.go(page, APP)
        page.locator("[data-row]").first.check()
        page.locator("#bulk button[hx-get]").first.click()
        page.locator("dialog[open]").wait_for()
        bad += wrong(page, "tagging")
    assert not bad, "\n".join(bad)
