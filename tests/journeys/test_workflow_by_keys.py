"""A workflow without a mouse: trigger, branch, approval, action, and its test run; nothing but keys is pressed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests import crm
from tests.journeys.conftest import Browse, Server
from tests.journeys.steps import Shot, enter, go, settled
from tests.journeys.test_layout import to
from tests.journeys.test_newcomer_reads import wrong
from tests.journeys.test_workflows import ROOM, add, publish
from tests.journeys.test_workflows import shop as shop

SAY = {
    "zh": {"name": "大客户报价", "key": "da_ke_hu_bao_jia", "trigger": "修改了", "branch": "分情况", "size": "规模", "if": "如果 规模超过 50", "approve": "审批", "ask": "给大客户打折，同意吗",
           "anyone": "有一个人同意就行", "tag": "打标签", "yes": "当作同意", "done": "跑完了", "settled": "通过了"},
    "en": {"name": "Offer to the big ones", "key": "offer_to_the_big_ones", "trigger": "Changed", "branch": "Branch", "size": "规模", "if": "If 规模 is over 50", "approve": "Approve",
           "ask": "A discount: agreed?", "anyone": "One of them is enough", "tag": "Tag", "yes": "Take as approved", "done": "Done", "settled": "Settled"},
}  # fmt: skip
DONE = {"zh": {"done": "已发布第 1 版"}, "en": {"done": "Version 1 is published"}}


@pytest.mark.parametrize(("lang", "theme"), [("zh", "dark"), ("en", "light")])
def test_trigger_branch_approval_action_and_a_test_run(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    crm.Crm(shop.site.database, shop.site.fenzu.live, shop.site.actor(), "customers", crm.AsOf(crm.NOW, crm.ZoneInfo("Asia/Shanghai"))).add("customer", name="牧羊餐饮", size=80)
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    begin(page, say)
    branch(page, say)
    approval(page, say, lang)
    action(page, say)
    try_it(page, say)
    bad = wrong(page, "the test run")
    shot(page, f"workflow-keys-{lang}-{theme}")
    to(page, "#trial-close", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#do-trial")).to_be_focused()
    publish(page, DONE[lang])
    assert not bad, "\n".join(bad)


def begin(page: Page, say: dict[str, str]) -> None:
    """From the empty list: a name, a form, when it begins."""
    go(page, ROOM)
    to(page, "#new-workflow")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] [name^=label_]")).to_be_focused()
    page.keyboard.type(say["name"])
    choose(page, "#form", "customer")
    choose(page, "#trigger", "changed")
    to(page, "dialog[open] .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/workflows/{say['key']}")
    page.wait_for_selector("html[data-ready]", state="attached")
    expect(page.locator("#card--")).to_contain_text(say["trigger"])


def choose(page: Page, box: str, value: str) -> None:
    """An option of a select box, by walking to it."""
    to(page, box)
    for key in (*["ArrowUp"] * 20, *["ArrowDown"] * 20):
        if page.locator(box).input_value() == value:
            return
        page.keyboard.press(key)
    raise AssertionError(f"{box} has no {value}")


def branch(page: Page, say: dict[str, str]) -> None:
    """Behind the trigger, with a condition for its first way."""
    to(page, "#card--")
    page.keyboard.press("+")
    add(page, say["branch"])
    expect(page.locator("#card-branch")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#drawer-at")).to_have_value("branch.case_1")
    page.keyboard.press("Enter")
    to(page, "#add-root")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(say["size"])
    page.keyboard.press("Enter")
    expect(page.locator("#operator-rules-0")).to_be_visible()
    choose(page, "#operator-rules-0", ">")
    settled(page)
    to(page, "#v0-rules-0")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(page.locator("#canvas .fz-cond.sel")).to_contain_text(say["if"])
    expect(page.locator("#card-branch .d")).to_contain_text(say["size"])


def approval(page: Page, say: dict[str, str], lang: str) -> None:
    """In that way: what is asked, of whom."""
    to(page, "#card-branch\\.case_1", "Shift+Tab")
    page.keyboard.press("+")
    add(page, say["approve"])
    expect(page.locator("#card-approve")).to_be_focused()
    expect(page.locator("#card-approve")).to_have_class("fz-nd sel todo")
    page.keyboard.press("Enter")
    to(page, f"#c-title-{lang}")
    page.keyboard.type(say["ask"])
    to(page, "#c-who")
    page.keyboard.press("Enter")
    to(page, "#who-who .mi")
    page.keyboard.press("Enter")
    expect(page.locator("#card-approve")).to_contain_text(say["anyone"])
    expect(page.locator("#card-approve .st")).to_have_count(0)


def action(page: Page, say: dict[str, str]) -> None:
    """Behind the approval: a tag."""
    to(page, "#card-approve", "Shift+Tab")
    page.keyboard.press("+")
    add(page, say["tag"])
    expect(page.locator("#drawer-at")).to_have_value("tag")
    page.keyboard.press("Enter")
    to(page, "#c-add-ts-control")
    page.keyboard.type("gold")
    expect(page.locator(".ts-dropdown .option.active")).to_contain_text("gold")
    page.keyboard.press("Enter")
    expect(page.locator("#card-tag")).to_contain_text("gold")
    expect(page.locator("#do-problems")).to_have_count(0)


def try_it(page: Page, say: dict[str, str]) -> None:
    """Tried with a customer, the approval taken as given: the path is drawn to its end."""
    to(page, "#do-trial", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#trial-record-ts-control")).to_be_focused()
    page.keyboard.type("牧羊")
    expect(page.locator("#trial .ts-dropdown .option.active")).to_contain_text("牧羊餐饮")
    page.keyboard.press("Enter")
    to(page, "#trial-go")
    page.keyboard.press("Enter")
    expect(page.locator("#as-approve-approved")).to_be_focused()
    expect(page.locator("#as-approve-approved")).to_have_text(say["yes"])
    page.keyboard.press("Enter")
    expect(page.locator(".fz-trial-path")).to_contain_text(say["done"])
    expect(page.locator(".fz-trial-path")).to_contain_text(say["settled"])
    expect(page.locator("#card-tag .tried-mark.ran")).to_be_visible()
