"""Somebody asks others: sees whom it waits for, reminds, withdraws; takes an answer of their own back; superiors, lunar days and two ways are set up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from runtime import clock
from runtime.accounts import people
from tests.crm import Crm, one, running
from tests.flows import Flows, flow, step
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import Shot
from tests.journeys.test_today import clean

SAY = {
    "zh": {"mine": "我发起的", "remind": "提醒", "reminded": "提醒过", "withdraw": "撤回", "gone": "撤回了", "ended": "近 30 天办完的", "yes": "同意", "undo": "撤销", "save": "保存"},
    "en": {"mine": "Asked by me", "remind": "Remind", "reminded": "reminded", "withdraw": "Withdraw", "gone": "Withdrawn", "ended": "Ended, last 30 days", "yes": "Approve",
           "undo": "Undo", "save": "Save"},
}
NAMES = ("宁波甬江生鲜配送", "绍兴鉴湖酒家", "上海云雀零售有限公司")
OWN = "苏州沐阳餐饮管理有限公司"


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_what_i_asked(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    crm, say = asked(server), SAY[lang]
    page = browse(lang, theme, size)
    steps.enter(page, lang, theme)
    steps.go(page, "/today")
    mine = page.get_by_role("region", name=say["mine"])
    expect(mine.locator(".fz-ask-i")).to_have_count(3)
    row = mine.locator(".fz-ask-i", has_text=NAMES[0])
    row.get_by_role("button", name=say["remind"], exact=True).click()
    expect(row).to_contain_text(say["reminded"])
    clean(page, shot, f"asked-{lang}-1")
    steps.go(page, "/today/by-me")
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator(".fz-ask-i", has_text=NAMES[1]).get_by_role("button", name=say["withdraw"], exact=True).click()
    expect(page.locator(".fz-ask-i")).to_have_count(2)
    clean(page, shot, f"asked-{lang}-2")
    page.get_by_role("link", name=say["ended"]).click()
    expect(page.locator(".fz-ask-i", has_text=NAMES[1])).to_contain_text(say["gone"])
    clean(page, shot, f"asked-{lang}-3")
    taken_back(page, say)
    superior(page, shot, lang)
    if size == WIDE:
        designed(page, shot, crm)


def asked(server: Server) -> Crm:
    """Three customers about whom two colleagues are asked, one about whom I am."""
    server.site.set_up()
    crm = running(server.site)
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    with server.site.database.write() as conn:
        others = [{"person": people.insert(conn, login, name, "member", "zh", None)} for login, name in (("zhou", "周子涵"), ("chen", "陈浩"))]
    title = {"zh": "95 折报价", "en": "5% off"}
    small = one({"field": "size", "operator": "<", "value": 50})
    crm.publish(flow("deal", {"type": "created", "when": small}, step("a", "approve", title=title, who=others, need="all")),
                flow("own", {"type": "created", "when": one({"field": "size", "operator": ">", "value": 80})},
                     step("a", "approve", title=title, who=[{"person": server.site.actor().id}])))
    for name in NAMES:
        crm.add("customer", name=name, size=5)
    crm.add("customer", name=OWN, size=90)
    Flows(crm).work()
    return crm


def taken_back(page: Page, say: dict[str, str]) -> None:
    """Approved, and thought better of it."""
    steps.go(page, "/today")
    row = page.locator(".fz-ask-i", has_text=OWN)
    row.get_by_role("button", name=say["yes"], exact=True).click()
    expect(row).to_have_count(0)
    page.locator(".fz-toast").get_by_role("button", name=say["undo"]).click()
    expect(row.get_by_role("button", name=say["yes"], exact=True)).to_be_visible()


def superior(page: Page, shot: Shot, lang: str) -> None:
    """Chosen among the colleagues; the list of people says so."""
    steps.go(page, "/settings/people/2/superior/")
    clean(page, shot, f"superior-{lang}")
    page.locator("#superior").select_option("3", force=True)
    page.get_by_role("button", name=SAY[lang]["save"]).click()
    expect(page.locator("main")).to_contain_text("陈浩")
    clean(page, shot, f"people-superior-{lang}")


def designed(page: Page, shot: Shot, crm: Crm) -> None:
    """An approval with a way for yes and one for no, asked of the superior; begun by the moon, then on holidays."""
    steps.go(page, f"/build/{crm.key}/workflows/deal")
    page.locator("#canvas [data-at=a]").first.click()
    page.locator("#c-refused-ways").click()
    expect(page.locator("#canvas [data-at='a.refused']").first).to_be_visible()
    page.locator("#c-who").click()
    page.get_by_role("button", name="发起的人的上级").click()
    expect(page.locator("#c-who-up-2")).to_be_visible()
    page.locator("#c-who-up-2").select_option("2")
    expect(page.locator("#canvas")).to_contain_text("发起的人往上第 2 级")
    clean(page, shot, "approve-two-ways-zh")
    page.locator("#canvas [data-at='-']").first.click()
    page.locator("#start-with").select_option("schedule")
    page.locator("#c-every").select_option("holiday")
    page.locator("label", has_text="中秋节").click()
    expect(page.locator("#canvas")).to_contain_text("中秋节 09:00")
    clean(page, shot, "holidays-zh")
