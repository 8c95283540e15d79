"""Someone looks at which groups share customers, is told of a rule that contradicts itself, and divides a group three levels deep."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import enter, fits
from tests.journeys.test_grouping import HIGH, pick, see, shop

__all__ = ["shop"]  # a fixture: pytest finds it here by name
Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {"count": "订单数量", "both": "共有", "never": "没有客户会符合「高价值」", "against": "标出的条件互相矛盾", "fine": "没有发现矛盾",
           "kid": "连锁", "deep": "直营", "rest": "其余的进这里", "make": "设成其余的", "last": "已经是第四层"},
    "en": {"count": "Number of orders", "both": "in both", "never": "No customer can ever fit “High value”", "against": "The marked conditions contradict",
           "fine": "No contradictions", "kid": "Chains", "deep": "Own shops", "rest": "the rest", "make": "Make it the rest", "last": "This is the fourth level"},
}  # fmt: skip


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_the_map_opens_lists_and_the_rules_are_thought_through(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    see(page, HIGH)
    page.locator("#open-map").click()
    expect(page.locator(".fz-cross tbody tr")).to_have_count(5)
    expect(page.locator(".fz-find")).to_have_count(0)
    expect(page.get_by_text(say["fine"])).to_be_visible()
    page.locator("#map-with").select_option("channel")
    expect(page.locator(".fz-cross thead th")).to_have_count(4)
    assert "with=channel" in page.url
    shot(page, f"map-{lang}-{theme}")
    cell = page.locator(".fz-cross td a").first
    said = cell.get_attribute("aria-label") or ""
    assert say["both"] in said
    count = cell.inner_text().split()[0]
    cell.click()
    expect(page.locator("h1")).to_be_visible()
    assert "importance%2Fhigh" in page.url and "channel%2F" in page.url
    expect(page.locator("tbody tr")).to_have_count(int(count))
    see(page, HIGH)
    for at in (3, 4):
        pick(page, say["count"], say["count"])
        expect(page.locator(f"#row-rules-{at}")).to_be_visible()
        ready(page)
    for at, operator, value in ((3, ">=", "9"), (4, "<", "4")):
        page.locator(f"#operator-rules-{at}").select_option(operator)
        expect(page.locator(f"#operator-rules-{at}")).to_have_value(operator)
        ready(page)
        page.locator(f"#v0-rules-{at}").fill(value)
        page.keyboard.press("Tab")
        expect(page.locator("#say")).to_contain_text(value)
        ready(page)
    expect(page.locator("#note-rules-3")).to_contain_text(say["against"])
    expect(page.locator("#note-rules-4")).to_contain_text(say["against"])
    expect(page.locator("#note-rules-0")).to_have_count(0)
    shot(page, f"map-contradiction-{lang}-{theme}")
    page.locator("#g-high .fz-noted").first.click()
    expect(page.locator("#row-rules-3")).to_be_in_viewport()
    page.locator("#do-publish").click()
    expect(page.locator("#publish")).to_contain_text(say["never"])
    page.keyboard.press("Escape")
    page.locator("#open-map").click()
    expect(page.locator(".fz-find").first).to_contain_text(say["never"])
    page.locator(".fz-find").first.click()
    expect(page.locator("#note-rules-3")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_groups_within_groups_are_built_moved_and_read_on_a_phone(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    see(page, HIGH.replace("high", "catering?tab=kids"))

    def add(name: str) -> None:
        ready(page)
        page.locator("#add-kid").press("Enter")
        page.locator(f"#naming [name=label_{lang}]").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#heading b").first).to_have_text(name)
        ready(page)

    add(say["kid"])
    expect(page.locator("#above a")).to_have_count(2)
    page.locator("#above a").last.click()
    ready(page)
    add("B")
    page.locator("#above a").last.click()
    ready(page)
    page.locator("[id^=kid-]").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[id^=kid-]").first).to_contain_text("B")
    page.get_by_role("button", name=say["make"]).first.click()
    expect(page.locator("[id^=kid-]").last).to_contain_text(say["rest"])
    page.locator(f"[id^=kid-]:has-text('{say['kid']}') a").click()
    ready(page)
    page.locator(".fz-tabs a").nth(3).click()
    ready(page)
    add(say["deep"])
    pick(page, SAY[lang]["count"], SAY[lang]["count"])
    page.locator(".fz-tabs a").nth(3).click()
    expect(page.locator("#rule")).to_contain_text(say["last"])
    expect(page.locator("#add-kid")).to_have_count(0)
    expect(page.locator("#g-high .fz-kids .fz-kids .fz-kids")).to_contain_text(say["deep"])
    shot(page, f"nested-{lang}")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.reload()
    ready(page)
    fits(page)
    expect(page.locator("#g-high .fz-kids .fz-kids .fz-kids")).to_be_visible()
    shot(page, f"nested-phone-{lang}")
    page.goto("/build/wholesale_crm/groupings/importance/-/map")
    expect(page.locator(".fz-cross tbody tr")).to_have_count(5)
    fits(page)
