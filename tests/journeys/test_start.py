"""A newcomer's first minutes: set up, sign out and in, invite a colleague, in both languages, large and small."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import fits

Shot = Callable[[Page, str], Path]
SIZES = {"wide": WIDE, "phone": PHONE}
SAY = {
    "zh": {
        "start": "开始使用", "org": "单位名称", "name": "你的名字", "login": "登录名", "password": "密码",
        "sign_in": "登录", "invite": "邀请同事", "make": "做邀请链接", "join": "加入", "short": "密码至少 8 位",
    },
    "en": {
        "start": "Get started", "org": "Organisation", "name": "Your name", "login": "Login", "password": "Password",
        "sign_in": "Sign in", "invite": "Invite", "make": "Make the link", "join": "Join",
        "short": "Use at least 8 characters",
    },
}


def fill_first(page: Page, say: dict[str, str], password: str) -> None:
    page.get_by_label(say["org"]).fill("禾沐食品")
    page.get_by_label(say["name"]).fill("王敏")
    page.get_by_label(say["login"]).fill("wangmin")
    page.get_by_label(say["password"]).fill(password)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_first_run(server: Server, browse: Browse, shot: Shot, lang: str, size: str) -> None:
    say, page = SAY[lang], browse(lang, size=SIZES[size])
    page.goto("/")
    expect(page).to_have_url(f"{server.url}/first-run")
    fits(page)
    shot(page, f"first-run-{lang}-{size}")
    fill_first(page, say, "short")
    page.get_by_role("button", name=say["start"]).click()
    expect(page.locator("#password-error")).to_contain_text(say["short"])
    expect(page.get_by_label(say["org"])).to_have_value("禾沐食品")
    shot(page, f"first-run-problem-{lang}-{size}")
    page.get_by_label(say["password"]).fill("correct horse")
    page.keyboard.press("Enter")
    expect(page.locator(".fz-side .fz-me")).to_have_count(1)
    fits(page)
    shot(page, f"first-run-done-{lang}-{size}")


def test_the_machines_time_zone_is_proposed(server: Server, browse: Browse) -> None:
    page = browse("en", zone="Europe/Berlin")
    page.goto("/first-run")
    ready(page)
    expect(page.locator("#zone")).to_have_value("Europe/Berlin")


def test_the_other_language_keeps_what_was_typed(server: Server, browse: Browse) -> None:
    page = browse("zh")
    page.goto("/first-run")
    ready(page)
    fill_first(page, SAY["zh"], "correct horse")
    page.get_by_text("English", exact=True).click()
    expect(page.get_by_role("heading", name="Welcome to Fenzu")).to_be_visible()
    expect(page.get_by_label("Organisation")).to_have_value("禾沐食品")
    expect(page.get_by_label("Login")).to_have_value("wangmin")


LOOKS = [("zh", "light", "wide"), ("en", "dark", "wide"), ("zh", "dark", "phone")]


@pytest.mark.parametrize(("lang", "theme", "size"), LOOKS)
def test_people(server: Server, browse: Browse, shot: Shot, lang: str, theme: str, size: str) -> None:
    """Sign in, change to dark, invite; the colleague joins in another browser."""
    server.site.set_up(lang)
    say, page, mark = SAY[lang], browse(lang, size=SIZES[size]), f"{lang}-{theme}-{size}"
    page.goto("/settings/people")
    ready(page)
    if theme == "dark":
        page.locator("[data-switch=theme]").first.click()
    shot(page, f"sign-in-{mark}")
    page.get_by_label(say["login"]).fill("boss")
    page.get_by_label(say["password"]).fill("correct horse")
    page.get_by_role("button", name=say["sign_in"]).click()
    expect(page).to_have_url(f"{server.url}/settings/people")
    ready(page)
    page.get_by_role("button", name=say["invite"]).click()
    page.locator("#invite-name").fill("林晓雨")
    shot(page, f"invite-{mark}")
    page.get_by_role("button", name=say["make"]).click()
    link = page.locator("#invitation-link").input_value()
    fits(page)
    shot(page, f"invited-{mark}")
    other = browse(lang, size=SIZES[size])
    other.goto(link)
    shot(other, f"join-{mark}")
    other.get_by_label(say["login"]).fill("xiaoyu")
    other.get_by_label(say["password"]).fill("long enough")
    other.get_by_role("button", name=say["join"]).click()
    expect(other.locator(".fz-side .fz-me")).to_have_count(1)
    page.reload()
    for path, name in [("/settings/people", "people"), ("/settings/organisation", "organisation"), ("/me/", "profile"),
                       ("/me/tokens", "tokens"), ("/apps", "apps"), ("/nowhere", "error")]:
        page.goto(path)
        fits(page)
        shot(page, f"{name}-{mark}")
