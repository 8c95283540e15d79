"""Someone builds a rule and reads beside every condition what it does; a large form answers with an estimate first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.web import groupings_counts
from runtime.groups import sampling
from tests.journeys.conftest import PHONE, Browse, Server
from tests.journeys.steps import enter, fits
from tests.journeys.test_grouping import HIGH, see, shop

__all__ = ["shop"]  # a fixture: pytest finds it here by name
Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"left": "还剩 30 位", "more": "由它带进来的有 41 位", "adds": "新增"},
    "en": {"left": "Left after this one: 30", "more": "Added by this one: 41", "adds": "Adds"},
}


def numbers(page: Page, row: str, alone: str, after: str) -> None:
    """What stands beside a condition: how many fit it alone, how many remain."""
    expect(page.locator(f"#hit-{row}")).to_have_text(alone)
    expect(page.locator(f"#after-{row}")).to_have_text(after)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_every_condition_says_what_it_does(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    see(page, HIGH)
    numbers(page, "rules-0", "31", "31")
    numbers(page, "rules-1", "43", "30")
    numbers(page, "rules-1-rules-0", "41", "+41")
    numbers(page, "rules-1-rules-1", "7", "+2")
    expect(page.locator("#hit-root")).to_have_text("30")
    expect(page.locator("#said-rules-2")).to_contain_text(say["left"])
    expect(page.locator("#said-rules-1-rules-0")).to_contain_text(say["more"])
    shot(page, f"funnel-{lang}-{theme}")
    page.locator("#any-root").click()
    expect(page.locator("#rule > .fz-row > .fz-fun")).to_contain_text(say["adds"])
    numbers(page, "rules-0", "31", "+31")
    expect(page.locator("#after-rules-1")).to_have_text("+13")
    first, second, third = (int(page.locator(f"#after-rules-{at}").inner_text()) for at in range(3))
    expect(page.locator("#hit-root")).to_have_text(str(first + second + third))
    page.locator("#do-undo").click()
    numbers(page, "rules-1", "43", "30")


def test_a_large_form_is_estimated_first(shop: Server, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, small in (("SMALL", 10), ("RUN", 3), ("RUNS", 15)):
        monkeypatch.setattr(sampling, name, small)
    monkeypatch.setattr(groupings_counts, "SOON", 0)
    page = browse("zh")
    enter(page, "zh")
    with (
        page.expect_response(lambda answer: "impact" in answer.url and "exact" not in answer.url) as estimate,
        page.expect_response(lambda answer: "exact=1" in answer.url) as exact,
    ):
        see(page, HIGH)
    assert "≈" in estimate.value.text() and 'id="estimated"' in estimate.value.text()
    assert "≈" not in exact.value.text()
    expect(page.locator("#again")).to_be_visible()
    numbers(page, "rules-1", "43", "30")
    with page.expect_response(lambda answer: "exact=1" in answer.url):
        page.locator("#v0-rules-0").fill("12000")
        page.keyboard.press("Tab")
    expect(page.locator("#gf-high .ct")).to_have_text("25")
    expect(page.locator("#hit-rules-0")).not_to_contain_text("≈")
    expect(page.locator("#rule .fz-stale")).to_have_count(0)


def test_a_phone_reads_the_numbers(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse("zh", size=PHONE)
    enter(page, "zh")
    page.goto(HIGH)
    numbers(page, "rules-1", "43", "30")
    fits(page)
    shot(page, "funnel-phone")
