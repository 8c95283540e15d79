"""What is typed stays, whatever happens while somebody types: the session ends, or another person saves first."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import WIDE, Browse, Server, ready
from tests.journeys.steps import SAY, Shot

APP = "/a/wholesale_crm/customer/"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_session_ends_while_typing(server: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang, "light", WIDE), SAY[lang]
    steps.first_run(page, lang)
    steps.install(page, lang)
    steps.go(page, f"{APP}new")
    page.locator("#f-name").fill(say["first"])
    page.wait_for_timeout(700)  # the browser keeps what is typed at the first pause
    end_session(page)
    page.get_by_role("button", name=say["save"]).click()
    page.locator("[name=login]").wait_for()
    shot(page, f"session-ended-{lang}")
    page.locator("[name=login]").fill("xiaoyu")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.locator("#f-name").wait_for()
    ready(page)
    expect(page.locator("#f-name")).to_have_value(say["first"])
    shot(page, f"session-ended-{lang}-back")


def end_session(page: Page) -> None:
    """As if it had expired; an answer that is still on its way would bring the session back."""
    expect(page.locator("#bell-count[hx-get]")).to_have_count(0)
    page.context.clear_cookies()


def test_the_session_ends_in_the_designer(server: Server, browse: Browse) -> None:
    """What was typed in the panel goes with the next visit, and so does a field that was added meanwhile."""
    page = browse("en", "light", WIDE)
    steps.first_run(page, "en")
    steps.install(page, "en")
    steps.go(page, "/build/wholesale_crm/forms/customer/?sel=wechat")
    end_session(page)
    page.locator("#p-label-en").fill("WeChat or else")
    expect(page.locator(".fz-toast")).to_be_visible()
    page.locator(".fz-toast a").first.click()
    page.locator("[name=login]").fill("xiaoyu")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("#ff-wechat .lb")).to_contain_text("WeChat or else")
    server.wrong[:] = [line for line in server.wrong if "Error Code 401" not in line]  # htmx tells of the ended session


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_another_person_saves_first(server: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang, "light", WIDE), SAY[lang]
    steps.first_run(page, lang)
    steps.install(page, lang)
    steps.go(page, f"{APP}3/edit")
    other = page.context.new_page()
    rename(other, lang, say["renamed"])
    page.locator("#f-name").fill(say["first"])
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("main")).to_contain_text(say["renamed"])
    expect(page.locator("#f-name")).to_have_value(say["first"])
    shot(page, f"conflict-{lang}")


def rename(page: Page, lang: str, name: str) -> None:
    """The faster one."""
    steps.go(page, f"{APP}3/edit")
    page.locator("#f-name").fill(name)
    page.get_by_role("button", name=SAY[lang]["save"]).click()
    expect(page.locator("#record h1")).to_have_text(name)
