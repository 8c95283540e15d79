"""Somebody looks who will move by themselves, opens them as a list, and sees what the night has checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.jobs import queue
from tests.journeys.conftest import Browse, Server, ready
from tests.journeys.steps import enter, fits
from tests.journeys.test_grouping import HIGH, see, shop

__all__ = ["shop"]  # a fixture: pytest finds it here by name
Shot = Callable[[Page, str], Path]
SAY = {"zh": {"menu": "这个方案", "due": "快到期的", "right": "都对", "none": "没有快到期的手动安排"},
       "en": {"menu": "This scheme", "due": "Coming up", "right": "All right", "none": "No decisions by hand end soon"}}


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_who_moves_by_themselves_is_seen_and_opened_as_a_list(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    with shop.site.database.write() as conn:
        queue.put(conn, "clock", {})
    shop.site.jobs()
    with shop.site.database.write() as conn:
        queue.put(conn, "audit", {})
    shop.site.jobs()
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    see(page, HIGH)
    page.get_by_role("button", name=say["menu"]).click()
    page.get_by_role("menuitem", name=say["due"]).click()
    drawer = page.locator("#due")
    expect(drawer).to_contain_text(say["none"])
    expect(drawer).to_contain_text(say["right"])
    page.locator("#due-30").click()
    expect(page.locator("#due-30")).to_have_attribute("aria-pressed", "true")
    count = re.findall(r"\d+", page.locator("#due-count").inner_text())[0]
    shot(page, f"due-{lang}-{theme}")
    fits(page)
    page.locator("#due-list").click()
    ready(page)
    expect(page.locator("tbody tr")).to_have_count(int(count))
    shot(page, f"due-list-{lang}-{theme}")
