"""A day at the desk: ticked off and taken back, moved, a task of one's own, from the keyboard too; on a wide screen and on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runtime import clock
from runtime.workflows import todos
from tests.crm import BODIES, Crm, one, running
from tests.flows import Flows, flow, step
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import Shot
from tests.workflows.test_today import TALK

SAY = {
    "zh": {"late": "已逾期", "undo": "撤销", "add": "加一件任务", "put": "加上", "own": "寄样品给半山茶事", "tomorrow": "明天", "yes": "同意", "no": "不同意", "why": "利润太薄", "refused": "没同意"},
    "en": {"late": "Late", "undo": "Undo", "add": "Add a task", "put": "Add", "own": "Send the samples", "tomorrow": "Tomorrow", "yes": "Approve", "no": "Refuse", "why": "Too little left", "refused": "refused"},
}
NAMES = ("宁波甬江生鲜配送", "绍兴鉴湖酒家", "上海云雀零售有限公司", "苏州沐阳餐饮管理有限公司")


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_a_day(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    desk(server)
    page = browse(lang, theme, size)
    steps.enter(page, lang, theme)
    steps.go(page, "/today")
    clean(page, shot, f"today-{lang}-1")
    tick(page, SAY[lang]["undo"])
    put_off(page, lang)
    own(page, lang)
    answer(page, lang)
    clean(page, shot, f"today-{lang}-2")
    page.locator(".fz-fu .what").first.locator("a").first.click()
    expect(page.locator("#record h1")).to_have_text(NAMES[0])
    steps.go(page, "/today/tasks")
    clean(page, shot, f"today-{lang}-3")
    page.locator(".fz-fu .fn").first.click()
    expect(page.locator("dialog#task")).to_be_visible()
    clean(page, shot, f"today-{lang}-4")
    if size == WIDE:
        by_keyboard(page)


def desk(server: Server) -> Crm:
    """Four customers to call: two of them late, two today; and a form in which talks are written down."""
    server.site.set_up()
    crm = running(server.site, [*BODIES, ("form", TALK)])
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    me = server.site.actor().id
    crm.publish(flow("deal", {"type": "created", "when": one({"field": "size", "operator": ">", "value": 80})},
                     step("a", "approve", title={"zh": "95 折报价", "en": "5% off"}, who=[{"person": me}])))
    for name, by in zip(NAMES, (-3, -1, 0, 0), strict=True):
        record = crm.add("customer", name=name, owner=me, size=90 if by else 60)
        with crm.act() as act:
            todos.put(act, {"zh": "问清上月退货原因", "en": "Ask about the returns"}, [me], due=todos.end_of(crm.as_of.today + timedelta(days=by), crm.as_of),
                      form="customer", record=record)
    Flows(crm).work()
    return crm


def clean(page: Page, shot: Shot, name: str) -> None:
    """Nothing hangs over, nothing that a machine reads is missing."""
    shot(page, name)
    steps.fits(page)
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]


def tick(page: Page, undo: str) -> None:
    """Done, with a way back that brings the row back."""
    row = page.locator(".fz-fu:not(.done)", has_text=NAMES[1])
    row.get_by_role("checkbox").click()
    expect(page.locator(".fz-fu.done", has_text=NAMES[1])).to_be_visible()
    expect(page.locator("#today-count").first).to_contain_text("5")
    page.locator(".fz-toast").get_by_role("button", name=undo).click()
    expect(page.locator(".fz-fu:not(.done)", has_text=NAMES[1])).to_be_visible()
    row.get_by_role("checkbox").click()
    expect(page.locator(".fz-fu.done", has_text=NAMES[1])).to_be_visible()


def put_off(page: Page, lang: str) -> None:
    """Another day for one of them."""
    row = page.locator(".fz-fu", has_text=NAMES[3])
    row.hover()
    row.locator(".acts .fz-ib").click()
    page.locator("dialog#task").get_by_role("button", name=SAY[lang]["tomorrow"]).click()
    expect(page.locator(".fz-fu", has_text=NAMES[3])).to_have_count(0)


def own(page: Page, lang: str) -> None:
    """A task for oneself, noted and done."""
    say = SAY[lang]
    page.locator("#add-task").click()
    page.locator("#task-title").fill(say["own"])
    page.locator("dialog#task-new").get_by_role("button", name=say["put"], exact=True).click()
    expect(page.locator(".fz-fr", has_text=say["own"])).to_be_visible()
    page.locator(".fz-fr", has_text=say["own"]).get_by_role("checkbox").click()
    expect(page.locator(".fz-fr.done", has_text=say["own"])).to_be_visible()


def answer(page: Page, lang: str) -> None:
    """One approved in place, one refused, which asks why."""
    say = SAY[lang]
    page.locator(".fz-ask-i", has_text=NAMES[0]).get_by_role("button", name=say["yes"], exact=True).click()
    expect(page.locator(".fz-ask-i")).to_have_count(1)
    page.locator(".fz-ask-i", has_text=NAMES[1]).get_by_role("button", name=say["no"], exact=True).click()
    said = page.locator("dialog#answer")
    said.locator("#answer-opinion").fill(say["why"])
    said.get_by_role("button", name=say["no"], exact=True).click()
    expect(page.locator(".fz-ask-i")).to_have_count(0)
    steps.go(page, "/today/tasks?show=ended")
    expect(page.locator(".fz-fu", has_text=say["why"])).to_contain_text(say["refused"])
    steps.go(page, "/today")


def by_keyboard(page: Page) -> None:
    """↓ goes to the rows, Space ticks, N writes down the talk with the customer filled in."""
    steps.go(page, "/today")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(".fz-fu.done", has_text=NAMES[2])).to_be_visible()
    steps.go(page, "/today")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")
    expect(page.locator("dialog#contact")).to_contain_text(NAMES[0])
