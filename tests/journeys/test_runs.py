"""A run that got stuck is found by the bell, mended in its record and tried again; others are cancelled together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import crm
from tests.crm import running
from tests.flows import flow, step
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import enter, fits, go
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
RUNS = "/build/customers/workflows/welcome/runs"
BAD = step("kind", "set_fields", label={"zh": "写上类型", "en": "Note the kind"}, set=[{"field": "kind", "take": "name"}])
WAIT = step("rest", "wait", label={"zh": "等两天", "en": "Wait two days"}, **{"for": {"n": 2, "unit": "day"}})
SAY = {
    "zh": {"label": "新客户欢迎", "stuck": "停住了", "way": "进行中", "again": "再试一次", "open": "打开记录", "edit": "编辑", "save": "保存", "retried": "让它从这一步再试一次",
           "waits": "等两天", "more": "更多", "all": "取消全部没跑完的", "yes": "全部取消", "stopped": "已停下", "flows": "流程"},
    "en": {"label": "Welcome", "stuck": "Stuck", "way": "Under way", "again": "Try again", "open": "Open the record", "edit": "Edit", "save": "Save", "retried": "Tried again from this step",
           "waits": "Wait two days", "more": "More", "all": "Cancel all that have not ended", "yes": "Cancel all", "stopped": "Stopped", "flows": "Workflows"},
}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    """The app of tests.crm with a workflow: two runs wait, one is stuck."""
    server.site.set_up()
    body = flow("welcome", {"type": "created"}, BAD, WAIT, label={"zh": SAY["zh"]["label"], "en": SAY["en"]["label"]})
    found = running(server.site, crm.BODIES, body)
    found.add_many("customer", [{"name": name} for name in ("agent", "沐阳餐饮", "person")])
    server.site.fenzu.runner.wake()
    return server


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", PHONE)])
def test_a_stuck_run_is_mended_and_tried_again(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    page, say = browse(lang, theme, size), SAY[lang]
    enter(page, lang, theme)
    go(page, RUNS)
    expect(page.locator("tbody")).to_contain_text(say["stuck"])
    page.get_by_role("navigation").get_by_role("link", name=say["stuck"]).click()
    ready(page)
    expect(page.locator("tbody tr")).to_have_count(1)
    shot(page, f"runs-{lang}-{theme}")
    fits(page)
    page.get_by_role("link", name="沐阳餐饮").click()
    ready(page)
    bad = wrong(page, "run")
    shot(page, f"run-stuck-{lang}-{theme}")
    page.get_by_role("link", name=say["open"]).click()
    ready(page)
    expect(page.locator("#runs")).to_contain_text(say["stuck"])
    fits(page)
    page.get_by_role("link", name=say["edit"], exact=True).click()
    ready(page)
    page.locator("[name=name]").fill("agent")
    page.get_by_role("button", name=say["save"], exact=True).first.click()
    expect(page.locator("#runs")).to_contain_text(say["label"])
    page.locator("#runs").get_by_role("link", name=say["label"]).click()
    ready(page)
    page.get_by_role("button", name=say["again"]).click()
    expect(page.locator("ol")).to_contain_text(say["retried"])
    for _ in range(20):
        if page.get_by_text(say["waits"]).count():
            break
        page.wait_for_timeout(500)
        go(page, page.url)
    expect(page.locator("#retry")).to_have_count(0)
    shot(page, f"run-mended-{lang}-{theme}")
    fits(page)
    assert not bad, "\n".join(bad)


def test_all_are_cancelled_after_the_count_was_read(shop: Server, browse: Browse, shot: Shot) -> None:
    page, say = browse(), SAY["zh"]
    enter(page, "zh")
    go(page, RUNS)
    bad = wrong(page, "runs")
    page.get_by_role("button", name=say["more"]).click()
    page.get_by_role("menuitem", name=say["all"]).click()
    expect(page.locator("#cancelling")).to_contain_text("3")
    shot(page, "runs-cancel")
    page.get_by_role("button", name=say["yes"]).click()
    for _ in range(20):
        if page.locator("tbody").get_by_text(say["stopped"]).count() == 3:
            break
        page.wait_for_timeout(500)
        go(page, RUNS)
    expect(page.locator("tbody").get_by_text(say["stopped"])).to_have_count(3)
    go(page, f"{RUNS}/steps")
    shot(page, "runs-steps")
    bad += wrong(page, "steps")
    assert not bad, "\n".join(bad)
