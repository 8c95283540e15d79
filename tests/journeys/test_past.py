"""Before a workflow is published it is said for whom it would have run last month, and who they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder import drafts
from runtime.words import Words
from tests import crm
from tests.crm import running
from tests.flows import flow, step
from tests.journeys.conftest import WIDE, Browse, Server, ready
from tests.journeys.steps import enter, fits, go
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
ROOM = "/build/customers/workflows/welcome"
SAY = {"zh": {"told": "过去一个月会为 23 条customer运行", "who": "看看是谁", "more": "再看 20 个", "none": "过去会跑几次算不出来"},
       "en": {"told": "Last month it would have run for 23 records", "who": "See who", "more": "Show 20 more", "none": "its past cannot be told"}}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    """The app of tests.crm with customers of this month, a workflow that meets them and one that waits for a button."""
    server.site.set_up()
    found = running(server.site, crm.BODIES, flow("welcome", {"type": "created"}, step("end", "stop")), flow("pressed", {"type": "button"}, step("end", "stop")))
    found.add_many("customer", [{"name": f"客户 {n}"} for n in range(23)])
    with server.site.database.write() as conn:
        drafts.apply(conn, found.app(conn).id, "workflow", "welcome", drafts.open_draft(conn, found.app(conn).id, "workflow", "welcome").revision,
                     lambda body: {**body, "label": crm.words("欢迎", "Welcome")}, Words("改名", "Renamed"), found.boss.id)
    return server


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", WIDE)])
def test_its_past_is_told_while_it_is_tried_and_before_it_is_published(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    page, say = browse(lang, theme, size), SAY[lang]
    enter(page, lang, theme)
    go(page, ROOM)
    told = page.locator("#trial .fz-lately")
    page.locator("#do-trial").click()
    expect(told).to_contain_text(say["told"])
    chooses = page.locator("#trial .ts-dropdown")  # the list of records that one may try it with lies above it
    expect(chooses.locator(".option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(chooses).to_be_hidden()
    told.get_by_text(say["who"]).click()
    expect(told.locator("li a")).to_have_count(20)
    told.get_by_role("button", name=say["more"]).click()
    expect(told.locator("li a")).to_have_count(23)
    shot(page, f"past-{lang}-{theme}")
    fits(page)
    bad = wrong(page, "past")
    go(page, ROOM)
    page.locator("#do-publish").click()
    expect(page.locator("dialog[open] .fz-lately")).to_contain_text(say["told"])
    go(page, "/build/customers/workflows/pressed")
    page.locator("#do-trial").click()
    expect(page.locator("#trial .fz-lately")).to_contain_text(say["none"])
    assert not bad, "\n".join(bad)
    ready(page)
