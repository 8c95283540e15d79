"""A button that begins a workflow: pressed on a customer's page, and for several rows of the list, which asks first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.crm import Crm, one, running
from tests.flows import flow, step
from tests.journeys.conftest import PHONE, WIDE, Browse, Server
from tests.journeys.steps import Shot, enter, fits, go

SAY = {
    "zh": {"button": "标成金牌", "begun": "「标成金牌」开始了，1 条", "both": "会对这 2 条记录各跑一次", "rest": "另外 1 条不符合它的条件", "begin": "开始", "cause": "流程：金牌"},
    "en": {"button": "Mark gold", "begun": "“Mark gold” began for 1 record", "both": "once for each of these 2 records", "rest": "1 more does not fit", "begin": "Begin",
           "cause": "workflow: Gold"},
}
BIG = one({"field": "size", "operator": ">", "value": 50})


def room(server: Server, lang: str) -> tuple[Crm, list[int]]:
    server.site.set_up(lang)
    key, body = flow("gold", {"type": "button", "text": {"zh": "标成金牌", "en": "Mark gold"}, "when": BIG}, step("a", "tag", field="tags", add=["gold"]))
    crm = running(server.site)
    crm.publish((key, {**body, "label": {"zh": "金牌", "en": "Gold"}}))
    return crm, [crm.add("customer", name=name, size=size) for name, size in (("太湖", 60), ("沐阳", 70), ("新宿", 10))]


@pytest.mark.parametrize(("lang", "size"), [("zh", WIDE), ("en", WIDE), ("zh", PHONE)])
def test_a_button_begins_a_workflow(server: Server, browse: Browse, shot: Shot, lang: str, size: tuple[int, int]) -> None:
    say, (crm, ids), page = SAY[lang], room(server, lang), browse(lang, size=size)
    enter(page, lang)
    go(page, f"/a/{crm.key}/customer/{ids[0]}")
    fits(page)
    page.get_by_role("button", name=say["button"]).click()
    expect(page.locator(".fz-toast")).to_contain_text(say["begun"])
    expect(page.locator("#timeline")).to_contain_text(say["cause"])  # the page shows what the workflow did, by itself
    expect(page.locator(".fz-idline")).to_contain_text("gold")
    shot(page, f"press-{lang}-{size[0]}")
    if size == WIDE:
        of_the_list(page, crm, say)
    assert crm.key and not server.wrong


def of_the_list(page: Page, crm: Crm, say: dict[str, str]) -> None:
    """Three are chosen, one of them is not meant: somebody is asked first."""
    go(page, f"/a/{crm.key}/customer/")
    for box in page.locator("[data-row]").all():
        box.check()
    page.get_by_role("toolbar").get_by_role("button", name=say["button"]).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(say["both"])
    expect(dialog).to_contain_text(say["rest"])
    dialog.get_by_role("button", name=say["begin"]).click()
    expect(page.locator(".fz-toast")).to_be_visible()
    expect(dialog).to_have_count(0)


def test_who_came_too_late_is_told(server: Server, browse: Browse) -> None:
    """The button was taken away while the page was open."""
    (crm, ids), page = room(server, "zh"), browse("zh")
    enter(page, "zh")
    go(page, f"/a/{crm.key}/customer/{ids[0]}")
    crm.publish(flow("gold", {"type": "called"}, step("a", "stop")))
    page.get_by_role("button", name="标成金牌").click()
    expect(page.locator(".fz-toast")).to_contain_text("这个按钮已经不在了")
