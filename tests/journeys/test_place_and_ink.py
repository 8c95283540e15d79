"""Somebody says where they are, signs with the mouse or by name, and the office moves its departments by keys."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Page, expect

from runtime.accounts import departments
from runtime.fields import FIELD_TYPES
from tests.contract.every_type import publish
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import fits, go
from tests.journeys.test_field_kinds import opened
from tests.journeys.test_newcomer_reads import wrong
from tests.web import Site

KINDS = ("location", "signature", "department")
SEEN = [("zh", "light", WIDE), ("en", "dark", WIDE), ("zh", "dark", PHONE), ("en", "light", PHONE)]


def made(site: Site, lang: str) -> str:
    """An app with these kinds of field, and a small tree of departments."""
    boss = site.set_up(lang)
    with site.database.write() as conn:
        east = departments.add(conn, boss, {"zh": "华东区", "en": "East"}, None)
        departments.add(conn, boss, {"zh": "上海组", "en": "Shanghai"}, east)
        departments.add(conn, boss, {"zh": "华北区", "en": "North"}, None)
        return f"/a/{publish(conn, boss, {name: FIELD_TYPES[name] for name in KINDS})}/every/"


def draw(page: Page) -> None:
    """A wave over the paper, as a hand draws it."""
    paper = page.locator("canvas.paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(box["x"] + 30 + step * 8, box["y"] + box["height"] / 2 + 15 * math.sin(step))
    page.mouse.up()


@pytest.mark.parametrize(("lang", "theme", "size"), SEEN)
def test_a_visit_with_place_and_signature(server: Server, browse: Browse, lang: str, theme: str, size: tuple[int, int]) -> None:
    page = browse(lang, theme, size)
    place = made(server.site, lang)
    opened(page, place, theme)
    go(page, f"{place}new")
    bad = wrong(page, "new")
    page.context.grant_permissions([])
    page.locator("[data-locate-here]").click()
    expect(page.locator("[data-locate-said]")).to_contain_text("浏览器没有允许" if lang == "zh" else "does not let")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737, "accuracy": 12})
    page.locator("[data-locate-here]").click()
    expect(page.locator("[name=the_location]").first).to_have_value("31.2304")
    page.locator("[name=the_location]").nth(2).fill("人民大道 200 号")
    page.locator("[name=name]").fill("沐阳")
    draw(page)
    expect(page.locator(".fz-sign")).to_have_class("fz-sign full")
    page.locator("[data-sign-clear]").click()
    expect(page.locator(".pad input")).to_have_value("")
    if size == WIDE:
        draw(page)
    else:
        page.locator("#f-the_signature").fill("林晓雨")
    page.locator("#f-the_department-field .ts-control input").first.press_sequentially("shz" if lang == "zh" else "shang")
    expect(page.locator(".ts-dropdown .option:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    fits(page)
    bad += wrong(page, "filled")
    page.locator("form button[type=submit]:visible").last.click()
    page.wait_for_url(f"**{place}1")
    ready(page)
    expect(page.locator("#d-the_department, main").first).to_contain_text("上海组" if lang == "zh" else "Shanghai")
    expect(page.locator(".fz-signed img")).to_be_visible()
    assert page.locator(".fz-signed img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 600
    bad += wrong(page, "record")
    go(page, f"{place}1/edit")
    expect(page.locator(".fz-sign canvas")).to_be_hidden()
    page.locator(".fz-sign .kept input").uncheck()
    expect(page.locator(".fz-sign canvas")).to_be_visible()
    bad += wrong(page, "edit")
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize(("lang", "theme", "size"), SEEN[:2])
def test_departments_move_by_keys(server: Server, browse: Browse, lang: str, theme: str, size: tuple[int, int]) -> None:
    page = browse(lang, theme, size)
    opened(page, made(server.site, lang), theme)
    go(page, "/settings/departments/")
    bad = wrong(page, "tree")
    page.locator("#dep-north").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#dep-north.l1")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-outline] > :nth-child(2)")).to_have_id("dep-north")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#dep-shanghai")).to_be_focused()
    page.locator(".fz-toast button", has_text="撤销" if lang == "zh" else "Undo").last.click()
    expect(page.locator("[data-outline] > :nth-child(3)")).to_have_id("dep-north")
    expect(page.locator("[data-outline][data-wired]")).to_be_visible()  # only a list that is wired can be dragged in
    grip = page.locator("#dep-north .fz-grip").bounding_box()
    top = page.locator("#dep-east .fz-grip").bounding_box()
    assert grip and top
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    for step in range(60):  # no hand is quite still, and a list that is moving aside takes nothing in
        page.mouse.move(top["x"] + 40 + step % 5, top["y"] + top["height"] / 2 - step % 7)
        page.wait_for_timeout(30)
        if page.locator("[data-outline] > :first-child#dep-north").count():
            break
    expect(page.locator("[data-outline] > :first-child")).to_have_id("dep-north")
    page.mouse.up()
    expect(page.locator("[data-outline]:not([data-wired])")).to_have_count(0)
    expect(page.locator("[data-outline] > :first-child")).to_have_id("dep-north")
    expect(page.locator("#dep-north.l0")).to_be_visible()
    assert not bad, "\n".join(bad)
