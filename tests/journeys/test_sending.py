"""A mail server is set up and tried, a workflow writes mails and calls a robot; what went out stands in the outbox; a shop begins a workflow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.publish.apply import publish_set
from runtime import clock
from runtime.clock import AsOf
from tests import crm
from tests.flows import flow, step
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import enter, fits, go
from tests.journeys.test_newcomer_reads import wrong
from tests.receivers import mail_server, web_server

Shot = Callable[[Page, str], Path]
SETTINGS, OUTBOX = "/settings/sending/", "/outbox/customers/"
SAY = {
    "zh": {"handed": "已经交给服务器", "kept": "存好了", "saved": "已保存", "admin": "管理员", "subject": "来了 {name}", "got": "来了 牧羊", "done": "已发布", "robot": "钉钉群机器人", "sent": "已发出",
           "make": "做接收地址"},
    "en": {"handed": "handed to the server", "kept": "is kept", "saved": "Saved", "admin": "administrator", "subject": "{name} is here", "got": "牧羊 is here", "done": "is published", "robot": "DingTalk",
           "sent": "Sent", "make": "Make an address"},
}  # fmt: skip


@pytest.fixture
def shop(server: Server) -> Server:
    """The app of tests.crm with a workflow that waits to be filled in, and one that others begin."""
    boss = server.site.set_up()
    with server.site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        publish_set(conn, app.id, [*crm.BODIES, flow("out", {"type": "created"}, step("s", "stop")),
                                   flow("shop", {"type": "hook", "match": "name", "fields": ["name"]}, step("t", "tag", field="tags", add=["gold"]))], boss.by, "")
    return server


def settings(page: Page, say: dict[str, str], port: int, robot: str) -> list[str]:
    """Mail, a test mail, a secret, a machine inside the house."""
    go(page, SETTINGS)
    for name, text in (("host", "127.0.0.1"), ("port", str(port)), ("sender", "crm@hemu.cn")):
        page.locator(f"#{name}").fill(text)
    page.locator("#security").select_option("none")
    page.locator("#sender").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["saved"])
    page.locator("#to").fill("wang@hemu.cn")
    page.locator("#to").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["handed"])
    page.locator("#secret-name").fill("group_robot")
    page.locator("#secret-value").fill(robot)
    page.locator("#secret-value").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["kept"])
    expect(page.locator("#secrets code")).to_have_text("{$group_robot}")
    page.locator("#hosts textarea").fill("127.0.0.1")
    page.locator("#patience").press("Enter")
    expect(page.locator("#toasts")).to_contain_text(say["saved"])
    ready(page)
    return wrong(page, SETTINGS)


def build(page: Page, say: dict[str, str], lang: str) -> None:
    """A mail to administrators and a robot, in the drawer."""
    go(page, "/build/customers/workflows/out")
    page.locator("#add--").click()
    page.locator("#step-mail").click()
    expect(page.locator("#drawer-at")).to_have_value("send_mail")
    page.locator("#c-who").click()
    page.locator("#who-who .mi", has_text=say["admin"]).click()
    expect(page.locator("#card-send_mail")).to_contain_text(say["admin"])
    page.locator(f"#c-subject-{lang}").fill(say["subject"])
    page.locator(f"#c-body-{lang}").fill("…")
    page.locator("#drawer-title").click()
    expect(page.locator("#do-problems")).to_have_count(0)
    page.locator("#add--send_mail").click()
    page.locator("#step-webhook").click()
    expect(page.locator("#drawer-at")).to_have_value("tell_another_system")
    page.locator("#c-preset").select_option("dingtalk")
    expect(page.locator("#card-tell_another_system")).to_contain_text(say["robot"])
    page.locator("#c-url").fill("{$group_robot}")
    page.locator("#c-url").press("Tab")
    page.locator(f"#c-text-{lang}").fill(say["subject"])
    page.locator("#drawer-title").click()
    expect(page.locator("#card-tell_another_system")).to_contain_text("{$group_robot}")
    expect(page.locator("#do-problems")).to_have_count(0)
    page.locator("#do-publish").click()
    page.locator("#publish-now").click()
    expect(page.locator("#toasts")).to_contain_text(say["done"])
    ready(page)


def until(found: Callable[[], bool]) -> None:
    """Wait for what a job does."""
    end = time.monotonic() + 30
    while not found() and time.monotonic() < end:
        time.sleep(0.1)
    assert found()


@pytest.mark.parametrize(("lang", "theme", "size"), [("zh", "light", WIDE), ("en", "dark", WIDE)])
def test_mail_and_robots(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: tuple[int, int]) -> None:
    page, say = browse(lang, theme, size), SAY[lang]
    with mail_server() as letters, web_server() as web:
        web.say = [lambda handler: (handler.send_response(200), handler.end_headers(), handler.wfile.write(b'{"errcode": 0}'), None)[-1]]
        enter(page, lang, theme)
        go(page, "/me/")
        page.locator("#email").fill("wang@hemu.cn")
        page.locator("#email").press("Enter")
        expect(page.locator("#toasts")).to_contain_text(say["saved"])
        bad = settings(page, say, letters.port, f"{web.url}?access_token=h1dden")
        shot(page, f"sending-{lang}-{theme}")
        build(page, say, lang)
        now = AsOf(clock.now(), ZoneInfo("Asia/Shanghai"))
        crm.Crm(shop.site.database, shop.site.fenzu.live, shop.site.actor(), "customers", now).add("customer", name="牧羊")
        until(lambda: len(letters.got) == 2 and len(web.got) == 1)
        assert letters.got[1]["Subject"] == say["got"] and web.got[0].json["text"]["content"] == say["got"]
        until(lambda: shop.site.person().text(OUTBOX + "?state=sent").count('id="out-') == 2)
    go(page, OUTBOX)
    expect(page.locator("main .fz-pill", has_text=say["sent"])).to_have_count(2)
    assert "h1dden" not in page.content()
    bad += wrong(page, OUTBOX)
    fits(page)
    shot(page, f"outbox-{lang}-{theme}")
    assert not bad, "\n".join(bad)


def test_a_shop_begins_a_workflow(shop: Server, browse: Browse, shot: Shot) -> None:
    page, say = browse("zh", "dark", PHONE), SAY["zh"]
    enter(page, "zh", "dark")
    go(page, OUTBOX)
    page.get_by_role("button", name=say["make"]).click()
    address = page.locator("#hook-link").input_value()
    ready(page)
    fits(page)
    bad = wrong(page, OUTBOX)
    shot(page, "outbox-phone")
    request = Request(address, json.dumps({"name": "网店来的"}).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        assert answer.status == 202 and json.load(answer)["run"] == 1
    until(lambda: "gold" in shop.site.person().text("/a/customers/customer/1"))
    assert not bad, "\n".join(bad)
