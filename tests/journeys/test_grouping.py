"""Someone divides customers by rules that read as sentences: by mouse and by keyboard; a phone reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder.gallery import catalogue, install
from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import enter

Shot = Callable[[Page, str], Path]
HIGH = "/build/wholesale_crm/groupings/importance/high"
SAY = {
    "zh": {
        "since": "多久没",
        "found": "多久没有新的订单",
        "enter": "会进来",
        "published": "已发布",
        "sure": "看过了",
        "kept": "新签年框",
        "scheme": "活跃度",
        "active": "活跃",
        "rest": "其他",
        "count": "订单数量",
        "make": "设成兜底的组",
    },
    "en": {
        "since": "since the last",
        "found": "How long since the last",
        "enter": "Will enter",
        "published": "Published",
        "sure": "I have looked",
        "kept": "A contract for the year",
        "scheme": "Activity",
        "active": "Active",
        "rest": "Others",
        "count": "Number of orders",
        "make": "Make it the group for the rest",
    },
}


@pytest.fixture
def shop(server: Server) -> Server:
    """The wholesale app with its sample customers."""
    boss, template = server.site.set_up(), catalogue.read("wholesale")
    fenzu = server.site.fenzu
    with fenzu.database.write() as conn:
        app = install.define(conn, template, boss)
    refs: dict[str, dict[str, int]] = {}
    for form in template.samples("zh"):
        refs[form] = install.fill(fenzu.database, fenzu.live, template, app.key, "zh", boss, form, refs)
    with fenzu.database.write() as conn:
        install.finish(conn, app.id, {})
    return server


def see(page: Page, path: str) -> None:
    page.goto(path)
    ready(page)
    page.locator("#count").wait_for()


def pick(page: Page, words: str, wanted: str) -> None:
    """Find a condition by ordinary words and take it with Enter."""
    page.locator("#add-root").click()
    page.locator("#pick-q").fill(words)
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(wanted)
    page.keyboard.press("Enter")
    expect(page.locator("#picker")).to_be_hidden()


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_rule_is_changed_seen_and_published(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    see(page, HIGH)
    expect(page.locator("#hit-rules-0")).to_have_text("31")
    shot(page, f"grouping-{lang}-{theme}")
    page.locator("#v0-rules-0").fill("12000")
    page.keyboard.press("Tab")
    expect(page.locator("#say")).to_contain_text("¥12,000")
    expect(page.locator("#gf-high .ct")).to_have_text("25")
    page.locator("#add-root").click()
    page.locator("#pick-q").fill(say["since"])
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(say["found"])
    shot(page, f"grouping-pick-{lang}-{theme}")
    page.keyboard.press("Enter")
    expect(page.locator("#row-rules-3")).to_be_focused()
    expect(page.locator("#hit-rules-3")).not_to_be_empty()
    page.locator("#row-rules-3 .fz-ib").first.click()
    page.locator("#rm-rules-3 .danger").click()
    expect(page.locator("#row-rules-3")).to_have_count(0)
    page.locator("#do-undo").click()
    expect(page.locator("#row-rules-3")).to_have_count(1)
    page.locator("#do-redo").click()
    expect(page.locator("#row-rules-3")).to_have_count(0)
    page.locator("#do-publish").click()
    expect(page.locator("#publish")).to_contain_text("60")
    shot(page, f"grouping-publish-{lang}-{theme}")
    page.locator("#publish-now").click()
    expect(page.locator("#do-publish")).to_have_text(say["published"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_is_kept_by_hand_and_asked_why(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page = browse(lang)
    enter(page, lang)
    see(page, f"{HIGH}?tab=pins")
    page.locator("#pin-in").click()
    page.locator("#pinning .ts-control").click()
    page.keyboard.type("太仓港区")
    expect(page.locator("#pinning .ts-dropdown .option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.locator("#pinning [name=reason]").fill(SAY[lang]["kept"])
    page.locator("#pinning [type=submit]").click()
    expect(page.locator("#rule .fz-li-c").first).to_contain_text(SAY[lang]["kept"])
    page.locator("#panel-why").click()
    page.locator("#impact .ts-control").click()
    page.keyboard.type("太仓港区")
    expect(page.locator("#impact .ts-dropdown .option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#impact .mk.y").first).to_be_visible()
    expect(page.locator("#impact")).to_contain_text(SAY[lang]["kept"])
    shot(page, f"grouping-why-{lang}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_scheme_from_nothing_by_keyboard(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    page.goto("/build/wholesale_crm/groupings/")
    ready(page)
    page.locator("#new-scheme").press("Enter")
    page.locator(f"#new-grouping [name=label_{lang}]").fill(say["scheme"])
    page.keyboard.press("Enter")
    expect(page.locator("#groups h2")).to_have_text(say["scheme"])
    for name in (say["active"], say["rest"]):
        ready(page)
        page.locator("#add-group").press("Enter")
        page.locator(f"#naming [name=label_{lang}]").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#heading b").first).to_have_text(name)
    rest = page.locator(".fz-gi").nth(1)
    rest.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".fz-gi .nm").first).to_have_text(say["rest"])
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".fz-gi .nm").first).to_have_text(say["active"])
    page.locator(".fz-gi").nth(1).locator(".l1 .fz-ib").press("Enter")
    page.get_by_role("menuitem", name=say["make"]).press("Enter")
    expect(page.locator(".fz-gi.fall")).to_have_count(1)
    page.locator(".fz-gi").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#heading b").first).to_have_text(say["active"])
    pick(page, say["count"], say["count"])
    expect(page.locator("#count")).not_to_have_text("0")
    shot(page, f"grouping-new-{lang}")
    page.locator("#do-publish").click()
    page.locator("#publish-now").click()
    expect(page.locator("#do-publish")).to_have_text(say["published"])


def test_a_phone_reads(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse("zh", size=PHONE)
    enter(page, "zh")
    page.goto(HIGH)
    ready(page)
    expect(page.locator("#say")).to_be_visible()
    expect(page.locator("#add-root")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    shot(page, "grouping-phone")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_code_is_put_together(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page = browse(lang)
    enter(page, lang)
    page.goto("/build/wholesale_crm/codes/customer")
    ready(page)
    page.locator("#add-seg").click()
    page.locator("#add-menu [role=menuitem]", has_text="日期" if lang == "zh" else "Date").click()
    expect(page.locator(".fz-seg-i")).to_have_count(6)
    page.locator("#s5-width").fill("7")
    page.keyboard.press("Tab")
    expect(page.locator("#sample")).to_contain_text("#######")
    shot(page, f"code-{lang}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#do-publish").click()
    expect(page.locator("#do-publish")).to_have_text(SAY[lang]["published"])
