"""A field was taken off: its values go to another field and come back, it returns, and in the end it is purged for good."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.edits import form
from builder.publish import apply as publish
from runtime.commands import create
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage.live import Live
from tests.journeys.conftest import PHONE, Browse, Server, ready
from tests.journeys.steps import fits
from tests.journeys.test_designer import Shot, enter

ROOM = "/build/kehu/forms/customer/retired/"
NAMES = {"zh": "旧人数", "en": "Old size"}


@pytest.fixture
def shop(server: Server) -> Server:
    """Customers whose size was a text, and is a number now."""
    boss = server.site.set_up()
    body = form.new({"zh": "客户", "en": "Customer"})
    body = form.add_field(body, "text", key="old", label=NAMES).body
    body = form.add_field(body, "number", key="size", label={"zh": "人数", "en": "Size"}).body
    with server.site.database.write() as conn:
        made = apps.create(conn, {"zh": "客户", "en": "Kehu"})
        publish.publish_body(conn, made.id, "form", body, boss.id)
    with acting(server.site.database, Live(), "kehu", boss) as act:
        live = act.app.form("customer").form
        rows = [{"name": "甲", "old": "12"}, {"name": "乙", "old": "约 30 人"}, {"name": "丙", "old": "0045"}, {"name": "丁", "old": "9", "size": "7"}]
        create.create_many(act, "customer", [entry.read(live, one, act.names) for one in rows])
    with server.site.database.write() as conn:
        publish.publish_body(conn, made.id, "form", form.remove_field(body, "old", body), boss.id)
    return server


def open_room(page: Page) -> None:
    """From the form's settings, as a person gets there."""
    page.goto("/build/kehu/forms/customer/")
    ready(page)
    page.locator("#props a[href$='/retired/']").click()
    page.wait_for_url("**/retired/")
    ready(page)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_values_move_to_another_field_and_come_back(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page = browse(lang, theme)
    enter(page, lang, theme)
    open_room(page)
    expect(page.locator(".fz-past-f")).to_contain_text(NAMES[lang])
    expect(page.locator(".fz-past-f")).to_contain_text("4")
    shot(page, f"retired-{lang}-{theme}")
    page.locator("[hx-get$='/move']").click()
    expect(page.locator("#move .fz-tally dd")).to_have_text(["1", "1", "1", "1"])
    expect(page.locator("#move")).to_contain_text("约 30 人")
    shot(page, f"retired-move-{lang}-{theme}")
    page.locator("#move-to").select_option("name")
    expect(page.locator("#move .fz-tally dd")).to_have_text(["0", "0", "0", "4"])
    page.locator("#move-to").select_option("size")
    expect(page.locator("#move .fz-tally dd").first).to_have_text("1")
    page.locator("#move button.btn-primary").click()
    expect(page.locator("#gone .fz-note")).to_contain_text("2", timeout=60_000)
    page.goto("/a/kehu/customer/3")
    expect(page.locator("#record")).to_contain_text("45")
    page.goto(ROOM)
    ready(page)
    page.locator("#gone .fz-note button").click()
    expect(page.locator("#gone .fz-note")).to_have_count(0, timeout=60_000)
    page.goto("/a/kehu/customer/3")
    expect(page.locator("#record h1")).to_have_text("丙")
    expect(page.locator("#record .fz-rec-f", has_text="45")).to_have_count(0)


@pytest.mark.parametrize(("lang", "theme"), [("zh", "dark"), ("en", "light")])
def test_a_field_comes_back_and_is_purged_by_keyboard(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page = browse(lang, theme)
    enter(page, lang, theme)
    page.goto(ROOM)
    ready(page)
    page.locator(".fz-past-acts button[type=submit]").press("Enter")
    expect(page.locator("#ff-old")).to_be_visible()
    ready(page)
    page.locator("#undo").click()
    expect(page.locator("#ff-old")).to_have_count(0)
    page.goto(ROOM)
    ready(page)
    page.locator(".btn-danger-soft").press("Enter")
    expect(page.locator("#purge")).to_contain_text("4")
    expect(page.locator("#purge button[type=submit]")).to_be_disabled()
    expect(page.locator("#purge input[name=word]")).to_be_focused()
    page.keyboard.type(NAMES[lang])
    expect(page.locator("#purge button[type=submit]")).to_be_enabled()
    shot(page, f"retired-purge-{lang}-{theme}")
    page.keyboard.press("Enter")
    expect(page.locator(".fz-past-l")).to_contain_text(NAMES[lang], timeout=60_000)
    expect(page.locator(".fz-past-f")).to_have_count(0)
    expect(page.locator(".fz-past-job")).to_have_count(0, timeout=60_000)
    shot(page, f"retired-purged-{lang}-{theme}")
    page.locator("button[hx-get$='/versions']").click()
    expect(page.locator("#versions .fz-ver", has_text=NAMES[lang])).to_have_count(2 + 1)  # the note of the purge names it too
    page.locator("#versions .fz-ver button").last.click()
    expect(page.locator("#publish")).to_contain_text("清除" if lang == "zh" else "purged")
    shot(page, f"retired-back-{lang}-{theme}")
    page.locator("#publish button.btn-primary").click()
    expect(page.locator("#ff-old")).to_be_visible(timeout=60_000)


def test_a_phone_reads_it(shop: Server, browse: Browse, shot: Shot) -> None:
    page = browse("zh", "light", PHONE)
    enter(page, "zh")
    page.goto(ROOM)
    ready(page)
    expect(page.locator(".fz-past-f")).to_be_visible()
    fits(page)
    page.locator("[hx-get$='/move']").click()
    expect(page.locator("#move .fz-tally")).to_be_visible()
    fits(page)
    shot(page, "retired-phone")
