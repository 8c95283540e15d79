"""Somebody builds a workflow: a trigger, a branch with a condition, a tag, a notice; by mouse, and by keyboard alone; then it runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.publish.apply import publish_set
from tests import crm
from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import enter, fits, go, settled
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
ROOM = "/build/customers/workflows/"
SAY = {
    "zh": {"name": "大客户欢迎礼", "key": "da_ke_hu_huan_ying_li", "branch": "分情况", "tag": "打标签", "notify": "站内通知", "size": "规模", "gold": "gold", "member": "成员",
           "text": "来了大客户 {name}", "if": "如果 规模超过 50", "more": "超过", "done": "已发布第 1 版", "problems": "处要改", "hello": "欢迎第一步", "off": "停用"},
    "en": {"name": "Welcome the big ones", "key": "welcome_the_big_ones", "branch": "Branch", "tag": "Tag", "notify": "Notify", "size": "规模", "gold": "gold", "member": "member",
           "text": "A big one: {name}", "if": "If 规模 is over 50", "more": "is over", "done": "Version 1 is published", "problems": "to mend", "hello": "First hello", "off": "Off"},
}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    """The app of tests.crm."""
    boss = server.site.set_up()
    with server.site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        publish_set(conn, app.id, crm.BODIES, boss.by, "")
    return server


def begin(page: Page, say: dict[str, str], lang: str) -> None:
    """A new workflow, from the empty list on, without a mouse."""
    go(page, ROOM)
    page.locator("#new-workflow").press("Enter")
    expect(page.locator(f"dialog[open] #label_{lang}")).to_be_focused()
    page.keyboard.type(say["name"])
    page.locator("dialog[open] #form").select_option("customer")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/workflows/{say['key']}")
    ready(page)


def chosen(page: Page) -> str:
    return page.locator("#canvas .sel").get_attribute("data-at") or ""


def add(page: Page, words: str) -> None:
    """Find a step in the menu that is open by its words, and take it."""
    expect(page.locator("#steps-q")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def condition(page: Page, say: dict[str, str]) -> None:
    """More than 50, in the rule of the branch that is open."""
    page.locator("#add-root").press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(say["size"])
    page.keyboard.press("Enter")
    expect(page.locator("#operator-rules-0")).to_be_visible()
    page.locator("#operator-rules-0").select_option(">")
    expect(page.locator("#canvas .fz-cond.sel")).to_contain_text(say["more"])
    page.locator("#v0-rules-0").fill("50")
    page.locator("#v0-rules-0").press("Enter")
    expect(page.locator("#canvas .fz-cond.sel")).to_contain_text(say["if"])


def publish(page: Page, say: dict[str, str]) -> None:
    expect(page.locator("#do-problems")).to_have_count(0)
    page.locator("#do-publish").press("Enter")
    expect(page.locator("dialog[open] #publish-now")).to_be_enabled()
    page.locator("#publish-now").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["done"])
    ready(page)


def it_runs(shop: Server, page: Page) -> None:
    """A customer of 60 gets the tag, one of 10 does not."""
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    for name, size in (("a", "60"), ("b", "10")):
        page.request.post("/a/customers/customer/", form={"name": name, "size": size, "csrf_token": token}, headers={"Referer": page.url})
    shop.site.jobs()
    go(page, "/a/customers/customer/1")
    expect(page.locator("#main .fz-tag", has_text="gold").first).to_be_visible()
    go(page, "/a/customers/customer/2")
    expect(page.locator("#main .fz-tag", has_text="gold")).to_have_count(0)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_by_keyboard_alone(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    begin(page, say, lang)
    page.locator("#card--").focus()
    page.keyboard.press("+")
    add(page, say["branch"])
    expect(page.locator("#card-branch")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#drawer-at")).to_have_value("branch.case_1")
    condition(page, say)
    page.locator("#card-branch\\.case_1").focus()
    page.keyboard.press("+")
    add(page, say["tag"])
    expect(page.locator("#card-tag")).to_be_focused()
    expect(page.locator("#drawer-at")).to_have_value("tag")
    page.locator("#c-add-ts-control").focus()
    page.keyboard.type(say["gold"])
    expect(page.locator(".ts-dropdown .option.active")).to_contain_text(say["gold"])
    page.keyboard.press("Enter")
    expect(page.locator("#card-tag")).to_contain_text(say["gold"])
    page.locator("#card-tag").focus()
    page.keyboard.press("+")
    add(page, say["notify"])
    expect(page.locator("#drawer-at")).to_have_value("notify")
    page.keyboard.press("Enter")  # into the drawer
    expect(page.locator(f"#name-{lang}")).to_be_focused()
    page.locator("#c-who").press("Enter")
    page.locator("#who-who .mi", has_text=say["member"]).press("Enter")
    expect(page.locator("#card-notify")).to_contain_text(say["member"])
    page.locator(f"#c-text-{lang}").fill(say["text"])
    page.locator(f"#c-text-{lang}").press("Tab")
    expect(page.locator("#do-problems")).to_have_count(0)
    bad = wrong(page, "the canvas")
    fits(page)
    shot(page, f"workflow-{lang}-{theme}")
    publish(page, say)
    assert not bad, "\n".join(bad)
    it_runs(shop, page)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_by_mouse(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, say = browse(lang, theme), SAY[lang]
    enter(page, lang, theme)
    begin(page, say, lang)
    page.locator("#add--").click()
    page.locator("#step-branch").click()
    page.locator("#card-branch\\.case_1").click()
    expect(page.locator("#drawer-at")).to_have_value("branch.case_1")
    condition(page, say)
    page.locator("#add-branch\\.case_1-").click()
    page.locator("#step-tag").click()
    expect(page.locator("#drawer-at")).to_have_value("tag")
    page.locator("#c-add-ts-control").click()
    page.locator(".ts-dropdown .option", has_text=say["gold"]).click()
    expect(page.locator("#card-tag")).to_contain_text(say["gold"])
    page.locator("#add--tag").click() if page.locator("#add--tag").count() else page.locator("#add-branch\\.case_1-tag").click()
    page.locator("#step-notify").click()
    expect(page.locator("#card-notify .st")).to_be_visible()
    page.locator("#do-problems").click()
    page.locator("#problems .mi").first.click()
    expect(page.locator("#drawer-at")).to_have_value("notify")
    page.locator("#c-who").click()
    page.locator("#who-who .mi", has_text=say["member"]).click()
    expect(page.locator("#card-notify")).to_contain_text(say["member"])
    page.locator(f"#c-text-{lang}").fill(say["text"])
    page.locator("#drawer-title").click()
    expect(page.locator("#do-problems")).to_have_count(0)
    moving_and_undoing(page, say, lang)
    publish(page, say)
    it_runs(shop, page)
    listed(page, say, shot, f"workflows-{lang}-{theme}")


def moving_and_undoing(page: Page, say: dict[str, str], lang: str) -> None:
    """A step moves to another branch by its menu, is taken back, is named, duplicated and removed."""
    page.locator("#card-notify").click()
    expect(page.locator("#drawer-at")).to_have_value("notify")
    page.locator("[popovertarget=card-more]").click()
    page.locator("#do-place").click()
    page.locator("#add-branch\\.rest-").click()
    expect(page.locator("#card-notify")).to_have_attribute("data-inside", "branch.rest")
    page.locator("#do-undo").click()
    expect(page.locator("#card-notify")).to_have_attribute("data-inside", "branch.case_1")
    by_hand(page)
    page.locator(f"#name-{lang}").fill(say["hello"])
    page.locator("#drawer-title").click()
    expect(page.locator("#card-notify")).to_contain_text(say["hello"])
    page.locator("[popovertarget=card-more]").click()
    page.locator("#do-copy").click()
    expect(page.locator("#card-notify_2")).to_be_focused()
    expect(page.locator("#drawer-at")).to_have_value("notify_2")
    page.keyboard.press("Delete")
    expect(page.locator("#card-notify_2")).to_have_count(0)
    expect(page.locator("#drawer-at")).to_have_value("notify")


def by_hand(page: Page) -> None:
    """The same step is taken by its card and put down in the other branch; let go elsewhere it stays."""
    card = page.locator("#card-notify")
    for target, inside in (("#add-branch\\.rest-", "branch.rest"), ("#add-branch\\.case_1-tag", "branch.case_1")):
        settled(page)
        start = card.bounding_box()
        assert start is not None
        page.mouse.move(start["x"] + 80, start["y"] + 20)
        page.mouse.down()
        page.mouse.move(start["x"] + 90, start["y"] + 30, steps=3)
        expect(page.locator(".fz-flow-ghost")).to_be_visible()
        end = page.locator(target).bounding_box()  # measured now: the canvas rolls along with the hand
        assert end is not None
        page.mouse.move(end["x"] + 20, end["y"] + 14, steps=8)
        expect(page.locator(target)).to_have_class("pl hot")
        page.mouse.up()
        expect(card).to_have_attribute("data-inside", inside)
        expect(page.locator("#drawer-at")).to_have_value("notify")


def test_what_is_typed_while_an_answer_comes_stays(shop: Server, browse: Browse) -> None:
    from tests.flows import flow, step
    with shop.site.database.write() as conn:
        publish_set(conn, 1, [flow("welcome", {"type": "created", "when": crm.one({"field": "size", "operator": ">", "value": 50})}, step("s", "stop"))], None, "")
    page = browse("zh")
    enter(page, "zh")
    go(page, f"{ROOM}welcome")
    slow = [True]
    page.route("**/rule/**", lambda route: (page.wait_for_timeout(1500) if slow.pop() else None, route.continue_()) if slow else route.continue_())
    page.locator("#operator-rules-0").select_option(">=")
    page.locator("#v0-rules-0").fill("75")
    expect(page.locator("#card--")).to_contain_text("不少于 50")
    expect(page.locator("#v0-rules-0")).to_have_value("75")
    page.locator("#drawer-title").click()
    expect(page.locator("#card--")).to_contain_text("不少于 75")


def listed(page: Page, say: dict[str, str], shot: Shot, name: str) -> None:
    """In the list it is on, has run, and is turned off."""
    go(page, ROOM)
    row = page.locator(".fz-frow", has_text=say["name"])
    expect(row.locator("[role=switch]")).to_be_checked()
    bad = wrong(page, "the list")
    assert not bad, "\n".join(bad)
    shot(page, name)
    row.locator("[role=switch]").click()
    expect(page.locator("#toasts")).to_contain_text(say["name"])
    expect(row).to_contain_text(say["off"])


def test_on_a_phone_it_is_read(shop: Server, browse: Browse, shot: Shot) -> None:
    from tests.flows import flow, step, way
    when = crm.one({"field": "size", "operator": ">", "value": 50})
    with shop.site.database.write() as conn:
        publish_set(conn, 1, [flow("welcome", {"type": "created"}, step("b", "branch", branches=[way("x", step("t", "tag", field="tags", add=["gold"]), when=when), way("y")]))], None, "")
    page = browse("zh", "light", PHONE)
    enter(page, "zh")
    go(page, f"{ROOM}welcome")
    expect(page.locator("#card-t")).to_contain_text("gold")
    expect(page.get_by_text("手机上只能看")).to_be_visible()
    expect(page.locator("#add--")).to_be_hidden()
    fits(page)
    bad = wrong(page, "the phone")
    shot(page, "workflow-phone")
    assert not bad, "\n".join(bad)
