"""A pool, from its room to the customer: turned on and published, given back with a reason, claimed, refused with why and when."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runtime.accounts import people
from tests.crm import Crm, running
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import Shot, enter, fits, go
from tests.pools import FORMS, SHOP, shop

SAY = {
    "zh": {"go": "发布第 2 版", "give": "退回公海", "pool": "customer公海", "claim": "领取", "undo": "撤销", "in": "在公海里", "taken": "领到了 1 个",
           "full": "您名下已有 1 个，最多 1 个", "again": "起可以再领", "why": "已经停业", "yours": "您负责", "cause": "退回公海", "soon": "接下来 7 天"},
    "en": {"go": "Publish version 2", "give": "Give back", "pool": "customer pool", "claim": "Claim", "undo": "Undo", "in": "In the pool", "taken": "1 claimed",
           "full": "You have 1 of 1", "again": "you may claim it again from", "why": "Closed down", "yours": "Yours", "cause": "given back", "soon": "In the next 7 days"},
}
NAMES = ("宁波甬江生鲜配送", "绍兴鉴湖酒家", "上海云雀零售有限公司")


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_claimed_and_given_back(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    server.site.set_up(lang)
    crm = running(server.site, [("form", SHOP), FORMS[1]])
    for name in NAMES:
        crm.add("customer", name=name)
    with crm.database.write() as conn:
        people.insert(conn, "li", "李明", "member", lang, "correct horse")
    if size == WIDE:
        turned_on(browse(lang, theme, size), crm, shot, lang)
    else:
        crm.publish(shop(most=1, again=7))
    page = browse(lang, theme, size)
    salesperson(page, lang, theme)
    claimed(page, crm, shot, lang, size)
    given_back(page, shot, lang)
    assert not server.wrong


def turned_on(page: Page, crm: Crm, shot: Shot, lang: str) -> None:
    """The builder says what is allowed, sees what would return, and publishes."""
    say = SAY[lang]
    enter(page, lang)
    go(page, f"/build/{crm.key}/forms/customer/pool/")
    page.locator("#pool-on").click()
    for name, value in (("most", "1"), ("again", "7"), ("days", "30"), ("warn", "5")):
        page.locator(f"#pool-{name}").fill(value)
        page.keyboard.press("Tab")
        expect(page.locator(f"#pool-{name}")).to_have_attribute("value", value)
    expect(page.locator("#pool-seen")).to_contain_text(say["soon"])
    clean(page, shot, f"pool-room-{lang}")
    page.locator("#publish-open").click()
    page.get_by_role("button", name=say["go"]).click()
    expect(page.locator("#publish-open")).to_be_disabled()


def salesperson(page: Page, lang: str, theme: str) -> None:
    """Somebody who may not build signs in."""
    page.goto("/sign-in")
    page.locator("[name=login]").fill("li")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    page.request.post("/me/theme", form={"value": theme, "csrf_token": token}, headers={"Referer": page.url})


def claimed(page: Page, crm: Crm, shot: Shot, lang: str, size: tuple[int, int]) -> None:
    """By the sidebar to the pool; one is claimed on its row, a second one is one too many."""
    say = SAY[lang]
    go(page, f"/a/{crm.key}/customer/")
    if size == PHONE:
        page.locator("[data-side-open]").click()
    page.locator("#side").get_by_role("link", name=say["pool"]).click()
    expect(page.locator(".fz-claim")).to_have_count(3)
    ready(page)
    fits(page)
    clean(page, shot, f"pool-{lang}")
    page.locator(".fz-claim").first.click()
    expect(page.locator(".fz-toast").last).to_contain_text(say["taken"])
    expect(page.locator(".fz-claim")).to_have_count(2)
    page.locator(".fz-claim").first.click()
    expect(page.locator(".fz-toast").last).to_contain_text(say["full"])
    go(page, f"/a/{crm.key}/customer/3")
    expect(page.locator("#pool")).to_contain_text(say["yours"])


def given_back(page: Page, shot: Shot, lang: str) -> None:
    """A reason is asked for; undone it is mine again, done once more it says from when I may have it back."""
    say = SAY[lang]
    back(page, say)
    page.locator(".fz-toast").get_by_role("button", name=say["undo"]).or_(page.locator(".fz-toast").get_by_role("link", name=say["undo"])).first.click()
    expect(page.locator("#pool")).to_contain_text(say["yours"])
    back(page, say)
    expect(page.locator("#pool")).to_contain_text(say["again"])
    expect(page.locator("#pool").get_by_role("button", name=say["claim"])).to_have_count(0)
    expect(page.locator("#record")).to_contain_text(say["why"])
    clean(page, shot, f"pool-again-{lang}")


def back(page: Page, say: dict[str, str]) -> None:
    page.locator("#pool").get_by_role("button", name=say["give"]).click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#pool-why").fill(say["why"])
    dialog.get_by_role("button", name=say["give"]).click()
    expect(page.locator("#pool")).to_contain_text(say["in"])


def clean(page: Page, shot: Shot, name: str) -> None:
    """Kept as a picture; nothing that keeps anybody out."""
    fits(page)
    shot(page, name)
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
