"""Talking about a customer: a colleague mentioned by @ in pinyin, who finds it from the bell; changed, deleted and back; wide and phone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runtime.accounts import people
from tests.crm import BODIES, Crm, running
from tests.flows import flow, step
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import Shot
from tests.runtime.test_comments import OWN
from tests.web import PASSWORD

SAY = {
    "zh": {"send": "发表", "unseen": "看不到这条记录", "edit": "编辑", "save": "保存", "edited": "改过", "remove": "删除", "undo": "撤销", "tab": "评论", "bell": "提到了你"},
    "en": {"send": "Comment", "unseen": "may not see this record", "edit": "Edit", "save": "Save", "edited": "edited", "remove": "Delete", "undo": "Undo", "tab": "Comments", "bell": "mentioned you"},
}
ANSWER = step("a", "notify", who=[{"starter": True}], text={"zh": "收到：{$comment}", "en": "Noted: {$comment}"})


def town(server: Server) -> Crm:
    """A customer, a builder who sees it and a member who does not; a workflow answers whoever comments."""
    boss = server.site.set_up()
    crm = running(server.site, BODIES, ("role", OWN), flow("answer", {"type": "commented"}, ANSWER))
    with server.site.database.write() as conn:
        people.add(conn, boss, "zhou", "周子航", "builder", "zh", PASSWORD)
        people.add(conn, boss, "zhu", "朱文", "member", "zh", PASSWORD)
    crm.add("customer", name="上海锦江团餐", owner=boss.id)
    return crm


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_talking_about_a_customer(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    crm, say = town(server), SAY[lang]
    page = browse(lang, theme, size)
    steps.enter(page, lang, theme)
    steps.go(page, f"/a/{crm.key}/customer/1?show=comments")
    clean(page, shot, f"comments-{lang}-1")
    mention(page, say, size)
    shot(page, f"comments-{lang}-2")
    page.get_by_role("button", name=say["send"], exact=True).click()
    expect(page.locator(".fz-said .fz-quote")).to_have_text("请 @周子航 周四带样品过去。\n<b>早上</b>")
    expect(page.locator(".fz-said .fz-at")).to_have_text("@周子航")
    expect(page.locator("#say-text")).to_have_value("")
    refused(page, say)
    change(page, say)
    clean(page, shot, f"comments-{lang}-3")
    there_and_back(page, say)
    answered(page)
    heard(browse, say, lang, size)


def clean(page: Page, shot: Shot, name: str) -> None:
    shot(page, name)
    steps.fits(page)
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]


def mention(page: Page, say: dict[str, str], size: tuple[int, int]) -> None:
    """By keyboard where there is one, by touch on a phone; who may not see the record is there and cannot be taken."""
    box, offered = page.locator("#say-text"), page.locator("#say-text-at [role=option]")
    box.click()
    box.press_sequentially("请 ")
    if size == PHONE:
        page.locator('[data-mention="say-text"]').tap()
        expect(offered.first).to_be_visible()
        offered.filter(has_text="周子航").tap()
    else:
        box.press_sequentially("@z")
        expect(offered).to_have_count(2)
        expect(offered.filter(has_text=say["unseen"])).to_have_attribute("aria-disabled", "true")
        assert not Axe().run(page).response["violations"]
        box.press_sequentially("zh")
        expect(offered).to_have_count(1)
        page.keyboard.press("Enter")
    expect(box).to_have_value("请 @周子航 ")
    expect(offered).to_have_count(0)
    box.press_sequentially("周四带样品过去。")
    box.press("Enter")
    box.press_sequentially("<b>早上</b>")


def refused(page: Page, say: dict[str, str]) -> None:
    """Somebody who may not see it, typed by hand: said at the box, with every word still there."""
    page.locator("#say-text").fill("让 @朱文 也看看")
    page.locator("#say-text").press("Control+Enter")
    expect(page.locator("#say-wrong")).to_contain_text(say["unseen"])
    expect(page.locator("#say-text")).to_have_value("让 @朱文 也看看")
    page.locator("#say-text").fill("先记一句")
    page.get_by_role("button", name=say["send"], exact=True).click()
    expect(page.locator(".fz-said")).to_have_count(2)


def change(page: Page, say: dict[str, str]) -> None:
    first = page.locator(".fz-said").first
    first.locator(".fz-ib").click()
    page.get_by_role("menuitem", name=say["edit"]).click()
    first.locator("textarea").fill("先记两句")
    first.get_by_role("button", name=say["save"]).click()
    expect(first).to_contain_text(say["edited"])
    expect(first.locator(".fz-quote")).to_have_text("先记两句")


def there_and_back(page: Page, say: dict[str, str]) -> None:
    page.locator(".fz-said").first.locator(".fz-ib").click()
    page.get_by_role("menuitem", name=say["remove"]).click()
    expect(page.locator(".fz-said")).to_have_count(1)
    page.locator(".fz-toast").get_by_role("button", name=say["undo"]).click()
    expect(page.locator(".fz-said")).to_have_count(2)
    page.get_by_role("link", name=say["tab"], exact=True).click()
    expect(page.locator("#timeline .fz-tl-i")).to_have_count(2)


def answered(page: Page) -> None:
    """The workflow that waits for comments has answered with the words of one."""
    steps.go(page, "/notices/")
    expect(page.locator(".fz-notices")).to_contain_text(re.compile("(收到：|Noted: )请 @周子航 周四带样品过去"))


def heard(browse: Browse, say: dict[str, str], lang: str, size: tuple[int, int]) -> None:
    """The colleague's bell leads to the comment."""
    page = browse(lang, "light", size)
    page.goto("/sign-in")
    page.fill("[name=login]", "zhou")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto("/notices/")
    ready(page)
    page.get_by_role("link", name=re.compile("王敏")).first.click()
    expect(page.locator(".fz-said:target")).to_contain_text("@周子航")
    expect(page.locator(".fz-said:target")).to_be_in_viewport()
