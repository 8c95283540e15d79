"""Rules about what happened and about orders that fit: "from individual to enterprise in the last 30 days", all orders signed for; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.commands import change
from runtime.records import entry
from runtime.records.act import acting
from tests.journeys.conftest import Browse, Server
from tests.journeys.steps import enter, settled
from tests.journeys.test_grouping import HIGH, pick, see, shop
from tests.journeys.test_layout import to

__all__ = ["shop"]  # a fixture: pytest finds it here by name
Shot = Callable[[Page, str], Path]
KINDS = {"zh": ("个人客户", "企业客户"), "en": ("Individual", "Enterprise")}
SAY = {
    "zh": {"changed": "客户类型变过", "found": "客户类型最近变过", "said": "客户类型在最近 30 天内从个人客户变成企业客户", "all": "所有订单", "fit": "所有订单都符合条件",
           "status": "状态", "signed": "已签收", "every": "每笔订单都满足（状态是已签收）", "exactly": "正好有 2 笔"},
    "en": {"changed": "type changed", "found": "Type changed recently", "said": "type changed from Individual to Enterprise in the last 30 days", "all": "all orders",
           "fit": "All orders fit", "status": "status", "signed": "Received", "every": "every order fits", "exactly": "has exactly 2 orders"},
}  # fmt: skip


def become(server: Server, kind: str) -> None:
    """Let the first sample customer change its kind."""
    fenzu = server.site.fenzu
    with acting(fenzu.database, fenzu.live, "wholesale_crm", server.site.actor()) as act:
        form = act.app.form("customer").form
        change.change(act, "customer", 1, entry.read(form, {"kind": kind}, act.names, whole=False), version=None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_change_and_all_orders_by_mouse(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    become(shop, "person")
    become(shop, "enterprise")
    page, say = browse(lang, "light" if lang == "zh" else "dark"), SAY[lang]
    enter(page, lang, "light" if lang == "zh" else "dark")
    see(page, HIGH)
    pick(page, say["changed"], say["found"])
    row = "rules-3"
    for side, label in zip(("from", "to"), KINDS[lang], strict=True):
        page.locator(f"#operator-{row}-value-{side}").select_option("=")
        expect(page.locator(f"#miss-{row}")).to_be_visible()
        page.locator(f"#pick-{row}-value-{side}").click()
        page.locator(f"#pv-{row}-value-{side} label", has_text=label).click()
        page.locator(f"#pv-{row}-value-{side} .btn-primary").click()
        expect(page.locator(f"#pick-{row}-value-{side}")).to_contain_text(label)
    expect(page.locator("#say")).to_contain_text(say["said"])
    expect(page.locator(f"#hit-{row}")).to_have_text("1")
    pick(page, say["all"], say["fit"])
    expect(page.locator("#miss-rules-4")).to_be_visible()
    page.locator("#add-rules-4-value").click()
    page.locator("#pick-q").fill(say["status"])
    expect(page.locator("#pick-opts .op-i.on kbd")).to_be_visible()  # what the words found, not what stood there before
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(say["status"], ignore_case=True)
    page.locator("#pick-opts .op-i").first.click()
    inner = "rules-4-value-rules-0"
    page.locator(f"#pick-{inner}").click()
    page.locator(f"#pv-{inner} label", has_text=say["signed"]).click()
    page.locator(f"#pv-{inner} .btn-primary").click()
    expect(page.locator("#say")).to_contain_text(say["every"])
    page.locator("#match-rules-4").select_option("exactly")
    page.locator("#n-rules-4").fill("2")
    page.keyboard.press("Tab")
    expect(page.locator("#say")).to_contain_text(say["exactly"])
    expect(page.locator("#hit-rules-4")).not_to_be_empty()
    page.locator("#row-rules-3").scroll_into_view_if_needed()
    shot(page, f"what-happened-{lang}")


def test_the_same_by_keyboard_alone(shop: Server, browse: Browse) -> None:
    become(shop, "person")
    become(shop, "enterprise")
    page, say = browse("en"), SAY["en"]
    enter(page, "en")
    see(page, HIGH)
    to(page, "#add-root")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(say["changed"])
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(say["found"])
    page.keyboard.press("Enter")
    expect(page.locator("#row-rules-3")).to_be_focused()
    for side, label in zip(("from", "to"), KINDS["en"], strict=True):
        settled(page)
        to(page, f"#operator-rules-3-value-{side}")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#pick-rules-3-value-{side}")).to_be_visible()
        settled(page)  # the counts have come; nothing moves under the keys
        to(page, f"#pick-rules-3-value-{side}")
        page.keyboard.press("Enter")
        to(page, f"#pv-rules-3-value-{side} input[type=radio]")
        for _ in range(6):
            if page.locator(f"#pv-rules-3-value-{side} label", has_text=label).locator("input").is_checked():
                break
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        expect(page.locator(f"#pick-rules-3-value-{side}")).to_contain_text(label)
    expect(page.locator("#say")).to_contain_text(say["said"])
    expect(page.locator("#hit-rules-3")).to_have_text("1")
