"""Somebody writes a notice with a field in its middle: by the menu, with keys, and nothing of it is a programmer's word."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.publish.apply import publish_set
from tests import crm
from tests.flows import flow, step
from tests.journeys.conftest import Browse, Server, ready
from tests.journeys.steps import enter, go, settled

ROOM = "/build/customers/workflows/welcome"


@pytest.fixture
def shop(server: Server) -> Server:
    """The app of tests.crm with a workflow that tells its owner something."""
    boss = server.site.set_up()
    with server.site.database.write() as conn:
        app = apps.create(conn, crm.words("客户", "Customers"))
        notice = step("tell", "notify", who=[{"starter": True}], text={"zh": "来了，去看看", "en": "is here"})
        publish_set(conn, app.id, [*crm.BODIES, flow("welcome", {"type": "created"}, notice)], boss.by, "")
    return server


def at(page: Page, place: int) -> None:
    """The cursor in the Chinese text, behind so many characters."""
    box = page.locator("#c-text-zh")
    box.focus()
    box.press("Home")
    for _ in range(place):
        box.press("ArrowRight")


def test_a_field_goes_where_one_writes(shop: Server, browse: Browse) -> None:
    page = browse(lang="zh")
    enter(page, "zh")
    go(page, f"{ROOM}?at=tell")
    box = page.locator("#c-text-zh")
    at(page, 0)
    page.locator("#ins-text-open").press("Enter")
    page.get_by_role("menuitem", name="客户名称").click()
    expect(box).to_have_value("{客户名称}来了，去看看")
    settled(page)
    at(page, 9)
    page.locator("#ins-text-open").click()
    page.get_by_role("menuitem", name="客户类型").press("Enter")
    expect(box).to_have_value("{客户名称}来了，{客户类型}去看看")
    settled(page)
    expect(page.locator("#card-tell")).to_contain_text("「客户名称」来了，「客户类型」去看看")
    page.reload()
    ready(page)
    expect(box).to_have_value("{客户名称}来了，{客户类型}去看看")
    expect(page.locator("#do-problems")).to_have_count(0)
