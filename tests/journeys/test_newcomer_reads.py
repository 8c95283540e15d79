"""Every screen a newcomer meets is readable by machine: names, roles, contrast, headings, in both languages and themes."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from runtime import clock
from runtime.accounts import actor
from runtime.clock import AsOf
from runtime.workflows import todos
from tests.crm import Crm
from tests.flows import Flows
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server

APP = "/a/wholesale_crm/customer/"
BUILD = "/build/wholesale_crm/"
SCREENS = [APP, f"{APP}1", f"{APP}1/edit", f"{APP}bin", f"{APP}import/", "/templates/", f"{BUILD}forms/customer/",
           f"{BUILD}groupings/", f"{BUILD}groupings/importance/-/map", f"{BUILD}tags/", f"{BUILD}codes/customer"]
FLOWS = f"{BUILD}workflows/"
ALIVE = [FLOWS, f"{FLOWS}quote_approval?at=approve", f"{FLOWS}going_quiet?at=still.quiet", f"{FLOWS}quote_approval/runs", f"{FLOWS}quote_approval/runs/1", "/today?task=1",
         "/today", "/today/tasks", "/outbox/wholesale_crm/", "/settings/sending/", "/me/away/", "/notices/"]


def alive(server: Server) -> str:
    """An approval that waits, a follow-up that is late; gives the address of the record they are about."""
    site = server.site
    with site.database.read() as conn:
        me = actor.load(conn, 1)
    assert me is not None
    crm = Crm(site.database, site.fenzu.live, me, "wholesale_crm", AsOf(clock.now(), ZoneInfo("Asia/Shanghai")))
    quote = crm.add("quote", number="Q-77", customer=1, quoted_on=crm.as_of.today.isoformat(), amount=48600, status="draft", discount=85)
    with crm.act() as act:
        todos.put(act, {"zh": "问清上月退货原因", "en": "Ask about the returns"}, [me.id], due=todos.end_of(crm.as_of.today - timedelta(days=2), crm.as_of), form="customer", record=1)
    Flows(crm).work()
    return f"/a/wholesale_crm/quote/{quote}"


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
    for path in [*SCREENS, alive(server), *ALIVE]:
        steps.go(page, path)
        page.wait_for_load_state("networkidle")
        steps.fits(page)
        bad += wrong(page, path)
    if size == WIDE:
        steps.go(page, APP)
        page.locator("[data-row]").first.check()
        page.locator("#bulk button[hx-get]").first.click()
        page.locator("dialog[open]").wait_for()
        bad += wrong(page, "tagging")
        bad += trying(page)
    assert not bad, "\n".join(bad)


def trying(page: Page) -> list[str]:
    """The dialogs and panels of a workflow that is drawn: publishing what lacks something, the list of it, a test run."""
    steps.go(page, f"{FLOWS}going_quiet")
    page.locator("#add--").click()
    page.locator("#step-notify").click()
    page.locator("#card-notify.sel").wait_for()
    page.locator("#do-trial").click()
    page.locator("#trial-go").wait_for()
    page.locator("#do-problems").click()
    bad = wrong(page, "what lacks")
    page.keyboard.press("Escape")
    page.locator("#do-publish").click()
    page.locator("dialog[open]").wait_for()
    return bad + wrong(page, "publishing")
