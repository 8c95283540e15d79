"""Before a grouping is published: an example stands in the way, many who move are asked about, and it waits for its hour."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime import clock
from tests.journeys.conftest import Browse, Server
from tests.journeys.steps import enter, fits
from tests.journeys.test_grouping import HIGH, see, shop

__all__ = ["shop"]  # the fixture: pytest finds it here by name
Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"wrong": "对不上", "stop": "还不能发布", "first": "先打勾", "sure": "看过了", "later": "定个时间", "set": "发布", "off": "定时已取消", "silent": "静默发布", "bell": "已按定时发布"},
    "en": {"wrong": "not met", "stop": "cannot be published", "first": "Tick this first", "sure": "I have looked", "later": "At a set time", "set": "Goes out", "off": "Called off", "silent": "Publish silently",
           "bell": "was published as scheduled"},
}


def keep_example(page: Page, name: str) -> None:
    """A customer who must always be in the open group, found by name."""
    page.locator("#exampled section").first.locator(".ts-control").click()
    page.keyboard.type(name)
    expect(page.locator("#exampled .ts-dropdown .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#exampled")).to_contain_text(name)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_an_example_many_movers_and_a_set_hour(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    see(page, f"{HIGH}?tab=examples")
    keep_example(page, "南通江海渔港")
    expect(page.locator("#exampled .fz-pill.ok")).to_have_count(1)
    see(page, HIGH)
    page.locator("#v0-rules-0").fill("22000")
    page.keyboard.press("Tab")
    expect(page.locator("#impact")).to_contain_text(say["wrong"])
    page.locator("#do-publish").click()
    expect(page.locator("#publish")).to_contain_text(say["stop"])
    expect(page.locator("#publish-now")).to_be_disabled()
    shot(page, f"publish-example-{lang}-{theme}")
    page.locator("#publish a", has_text=re.compile("南通")).click()  # the way to the example
    page.locator("#exampled .fz-pill.bad").wait_for()
    page.locator("#exampled .fz-li-c .fz-ib").click()
    expect(page.locator("#exampled .fz-li-c")).to_have_count(0)

    page.locator("#do-publish").click()
    page.locator("#publish-now").click()
    expect(page.locator("#publish")).to_contain_text(say["first"])
    page.locator("#publish").get_by_label(say["sure"]).check()
    page.locator("#publish .fz-when label", has_text=say["later"]).click()
    page.locator("#at").fill(f"{clock.now() + timedelta(days=2):%Y-%m-%dT09:00}")
    page.locator("#publish").get_by_label(say["silent"]).check()
    shot(page, f"publish-later-{lang}-{theme}")
    page.locator("#publish-now").click()
    expect(page.locator("#do-scheduled")).to_contain_text(say["set"])
    expect(page.locator("#publish")).not_to_be_visible()  # the dialog that closes takes what stands in its place with it
    page.locator("#do-scheduled").click()
    expect(page.locator("#scheduled [name=at]")).to_have_value(re.compile("T09:00$"))
    shot(page, f"scheduled-{lang}-{theme}")
    page.locator("#call-off").click()
    expect(page.locator("#toasts")).to_contain_text(say["off"])
    expect(page.locator("#do-scheduled")).to_have_count(0)
    expect(page.locator("#do-publish")).to_be_enabled()
    fits(page)
