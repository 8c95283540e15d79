"""A group says how often its customers are contacted; the owner is asked, writes down the call with what comes next, and a plan is begun for chosen rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runtime import clock
from tests.cadences import FORMS, types
from tests.crm import Crm, running
from tests.journeys import steps
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import Shot

SAY = {
    "zh": {"due": "现在有 2 条到了日子没联系", "today": "每周联系一次", "kept": "写好了，下一步也安排了", "next": "寄样品", "talk": "聊了新品", "plan": "跟进计划", "begun": "开始了，2 条", "undo": "撤销",
           "begin": "开始", "press": "开始跟进计划"},
    "en": {"due": "2 are due now", "today": "contact every week", "kept": "Logged, and the next step is planned", "next": "Send samples", "talk": "New products", "plan": "Follow-up plan",
           "begun": "began for 2 records", "undo": "Undo", "begin": "Begin", "press": "Start the follow-up plan"},
}
NAMES = ("宁波甬江生鲜配送", "绍兴鉴湖酒家", "上海云雀零售有限公司")


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_nobody_is_forgotten(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    crm = shop(server, lang)
    page = browse(lang, theme, size)
    steps.enter(page, lang, theme)
    if size == WIDE:
        by_the_week(page, crm, shot, lang)
    else:
        crm.publish(types(e={"cadence": {"every": {"n": 1, "unit": "week"}, "who": "owner"}}))
        server.site.jobs()
    asked(page, lang)
    clean(page, shot, f"cadence-{lang}-today")
    written(page, shot, lang)
    steps.go(page, f"/today/overdue/{crm.key}")
    expect(page.locator(".fz-fu")).to_have_count(1)
    clean(page, shot, f"cadence-{lang}-overdue")
    page.locator(".fz-fu .fn").first.click()
    expect(page.locator("#record h1")).to_have_text(NAMES[1])
    page.locator("#log-contact").click()
    expect(page.locator("dialog#contact")).to_contain_text(NAMES[1])
    if size == WIDE:
        planned(page, crm, shot, lang)


def shop(server: Server, lang: str) -> Crm:
    """Three customers of mine; with two of them nobody has talked for more than a week."""
    server.site.set_up(lang)
    crm = running(server.site, [*FORMS, types()])
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    for name, days in zip(NAMES, (12, 9, 1), strict=True):
        one = crm.add("customer", name=name, kind="enterprise", owner=server.site.actor().id)
        crm.add("talk", about="上回", customer=one, at=clock.text(crm.as_of.at - timedelta(days=days)))
    return crm


def by_the_week(page: Page, crm: Crm, shot: Shot, lang: str) -> None:
    """Said in the group's room, with who is due before it is published."""
    steps.go(page, f"/build/{crm.key}/groupings/type/e?tab=more")
    page.locator("#cadence-on").check()
    expect(page.locator("#cadenced")).to_contain_text(SAY[lang]["due"])
    page.locator("#cadence").scroll_into_view_if_needed()
    clean(page, shot, f"cadence-{lang}-room")
    page.locator("#do-publish").click()
    page.locator("dialog[open] button.btn-primary").last.click()
    expect(page.locator("#do-publish")).to_be_disabled()


def asked(page: Page, lang: str) -> None:
    """The clock asks for both, with the reason."""
    for _ in range(40):
        steps.go(page, "/today")
        if page.locator(".fz-fu").count() == 2:
            break
        page.wait_for_timeout(500)
    expect(page.locator(".fz-fu").first).to_contain_text(SAY[lang]["today"])
    expect(page.locator(".fz-fu", has_text=NAMES[2])).to_have_count(0)


def written(page: Page, shot: Shot, lang: str) -> None:
    """The call, the tick and the next step in one act."""
    row = page.locator(".fz-fu", has_text=NAMES[0])
    row.hover()
    row.locator("[data-talk]").click()
    dialog = page.locator("dialog#contact")
    dialog.locator("[name=about]").fill(SAY[lang]["talk"])
    dialog.locator("[name=way]").first.check(force=True) if dialog.locator("input[name=way]").count() else dialog.locator("[name=way]").select_option("call")
    dialog.locator("#step-title").fill(SAY[lang]["next"])
    dialog.locator("#step-day").fill(f"{clock.now() + timedelta(days=3):%Y-%m-%d}")
    clean(page, shot, f"cadence-{lang}-contact")
    dialog.locator("button[type=submit]").click()
    expect(page.locator(".fz-toast")).to_contain_text(SAY[lang]["kept"])
    expect(page.locator(".fz-fu.done")).to_contain_text(NAMES[0])


def planned(page: Page, crm: Crm, shot: Shot, lang: str) -> None:
    """The ready-made plan, begun for two rows of the list, and taken back."""
    steps.go(page, f"/build/{crm.key}/workflows/")
    page.locator("#ready-workflow").click()
    expect(page.locator("dialog#ready")).to_contain_text(SAY[lang]["plan"])
    clean(page, shot, f"cadence-{lang}-ready")
    page.locator("dialog#ready button[type=submit]").first.click()
    page.locator("#do-publish").click()
    page.locator("dialog[open] button.btn-primary").last.click()
    expect(page.locator("#do-publish")).to_be_disabled()
    steps.go(page, f"/a/{crm.key}/customer/")
    for name in NAMES[:2]:
        page.locator("[data-row]").nth(NAMES.index(name)).check()
    page.get_by_role("button", name=SAY[lang]["press"]).first.click()
    page.locator("dialog#pressing").get_by_role("button", name=SAY[lang]["begin"], exact=True).click()
    expect(page.locator(".fz-toast")).to_contain_text(SAY[lang]["begun"])
    page.locator(".fz-toast").get_by_text(SAY[lang]["undo"]).click()
    expect(page.locator(".fz-toast")).to_contain_text("已撤销" if lang == "zh" else "Undone")


def clean(page: Page, shot: Shot, name: str) -> None:
    """Nothing hangs over, nothing that a machine reads is missing."""
    shot(page, name)
    steps.fits(page)
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
