"""Rules are nested by keyboard alone, dragged about, copied, saved, pasted, and taken out and put in as text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder import drafts, shelf
from builder.gallery import catalogue, install
from tests.journeys import steps
from tests.journeys.conftest import Browse, Server, ready
from tests.journeys.steps import enter, settled
from tests.journeys.test_layout import to

Shot = Callable[[Page, str], Path]
BASE = "/build/wholesale_crm/groupings"
HIGH = f"{BASE}/importance/high"
SAY = {
    "zh": {
        "first": "客户类型", "second": "客户状态", "third": "标签", "fourth": "建档时间", "place": "第 2 条，共 2 条，第 3 层",
        "deep": "最多套 4 层", "copy": "复制", "save": "存起来以后用…", "name": "老客户", "new": "老朋友", "put": "放进 JSON…",
        "out": "取出 JSON…", "kept": "存下的规则…", "wrong": "第 3 行", "gone": "拿掉了", "text": "意思是", "mend": "没有叫",
    },
    "en": {
        "first": "Type", "second": "Status", "third": "Tags", "fourth": "Created", "place": "2 of 2, level 3",
        "deep": "nest 4 deep", "copy": "Copy", "save": "Save to use again…", "name": "Old hands", "new": "Old friends", "put": "Put in JSON…",
        "out": "Take out as JSON…", "kept": "Saved rules…", "wrong": "Line 3", "gone": "is removed", "text": "in plain words", "mend": "no field",
    },
}


@pytest.fixture
def shop(server: Server) -> Iterator[Server]:
    """The wholesale app, without customers."""
    boss = server.site.set_up()
    with server.site.fenzu.database.write() as conn:
        app = install.define(conn, catalogue.read("wholesale"), boss)
        install.finish(conn, app.id, {})
    yield server


def rule_of(server: Server, grouping: str = "importance", at: int = 0) -> Any:
    """The rule of a group as the draft has it now."""
    with server.site.database.read() as conn:
        return drafts.open_draft(conn, 1, "grouping", grouping).body["groups"][at].get("rule")


def shape(part: Any) -> Any:
    """A rule as nested lists of field names."""
    return [part["combinator"], *map(shape, part["rules"])] if "rules" in part else part["field"]


def see(page: Page, path: str) -> None:
    page.goto(path)
    ready(page)
    page.locator("#rule").wait_for()
    page.wait_for_load_state("networkidle")


def clear(page: Page) -> None:
    """Take every condition off with the Delete key; the focus stays in the rule."""
    to(page, "#row-rules-0")
    for left in (2, 1, 0):
        page.keyboard.press("Delete")
        expect(page.locator("#rule > .fz-rule > .fz-rr")).to_have_count(left)
    expect(page.locator("#add-root")).to_be_focused()


def pick(page: Page, words: str, row: str) -> None:
    """A condition by its name, with keys only; the focus is on it then."""
    to(page, "#add-root")
    page.keyboard.press("Enter")
    expect(page.locator("#pick-q")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(words)
    page.keyboard.press("Enter")
    expect(page.locator(row)).to_be_focused()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_of_three_levels_is_built_by_keyboard_alone(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    see(page, HIGH)
    clear(page)
    for at, name in enumerate(("first", "second", "third", "fourth")):
        pick(page, say[name], f"#row-rules-{at}")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#row-rules-1")).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#row-rules-1-rules-0")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowRight")  # faster than the first is answered
    expect(page.locator("#row-rules-1-rules-1-rules-0")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("#row-rules-1-rules-1-rules-1")).to_be_focused()
    expect(page.locator("#live")).to_contain_text(say["place"])
    assert shape(rule_of(shop)) == ["and", "kind", ["or", "status", ["and", "tags", "$created_at"]]]
    shot(page, f"rule-nested-{lang}")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#row-rules-1-rules-1-rules-0")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#row-rules-1-rules-1")).to_be_focused()
    assert shape(rule_of(shop)) == ["and", "kind", ["or", "status", "$created_at", ["and", "tags"]]]
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("#row-rules-2")).to_be_focused()
    for row in ("#row-rules-1-rules-1-rules-0", "#row-rules-1-rules-1-rules-0-rules-0"):
        page.locator(row).focus()
        page.keyboard.press("Alt+ArrowRight")
        settled(page)
    expect(page.locator("#toasts")).to_contain_text(say["deep"])
    assert shape(rule_of(shop)) == ["and", "kind", ["or", "status", ["and", ["or", "tags"]]], "$created_at"]


def menu(page: Page, row: str, words: str) -> None:
    page.locator(f"[popovertarget={row}]").click()
    page.locator(f"#{row}").get_by_text(words, exact=True).click()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_is_copied_saved_and_pasted_elsewhere(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    see(page, HIGH)
    box = rule_of(shop)["rules"][1]
    expect(page.locator("[data-paste]:visible")).to_have_count(0)
    menu(page, "rm-rules-1", say["copy"])
    assert json.loads(page.evaluate("navigator.clipboard.readText()")) == box
    see(page, f"{BASE}/region/north")
    before = rule_of(shop, "region")["rules"]
    page.locator("#paste-root").click()
    expect(page.locator(f"#row-rules-{len(before)}")).to_be_focused()
    assert rule_of(shop, "region")["rules"] == [*before, box]
    menu(page, f"rm-rules-{len(before)}", say["save"])
    page.locator(f"#save-rule [name=label_{lang}]").fill(say["name"])
    shot(page, f"rule-save-{lang}")
    page.keyboard.press("Enter")
    expect(page.locator("#save-rule")).to_have_count(0)
    see(page, HIGH)
    page.locator("#add-root").click()
    page.locator("#pick-q").fill(say["name"])
    expect(page.locator("#pick-opts .op-i").first).to_contain_text(say["name"])
    shot(page, f"rule-saved-pick-{lang}")
    page.keyboard.press("Enter")
    expect(page.locator("#row-rules-3")).to_be_focused()
    assert rule_of(shop)["rules"][3] == box
    menu(page, "whole", say["kept"])
    name = page.locator(f"#saved-rules [name=label_{lang}]").first
    name.fill(say["new"])
    name.press("Enter")
    expect(page.locator("#saved-rules .ti-trash").first).to_be_visible()
    shot(page, f"rule-saved-{lang}")
    page.locator("#saved-rules .fz-ib-sm").first.click()
    expect(page.locator("#saved-rules")).to_contain_text(say["gone"])
    page.locator("#saved-rules .fz-note button").click()
    expect(page.locator(f"#saved-rules [name=label_{lang}]")).to_have_value(say["new"])
    with shop.site.database.read() as conn:
        (one,) = shelf.read(conn, 1)[shelf.RULES]
    assert (one["label"], one["rule"], one["form"]) == ({lang: say["new"]}, box, "customer")
    assert set(one["from"]) == {"zh", "en"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_rule_goes_out_and_comes_in_as_text(shop: Server, browse: Browse, shot: Shot, lang: str) -> None:
    page, say = browse(lang), SAY[lang]
    enter(page, lang)
    see(page, HIGH)
    before = rule_of(shop)
    menu(page, "whole", say["out"])
    text = page.locator("#rule-text").input_value()
    expect(page.locator("#rule-out .fz-note.warn li")).to_have_count(4)
    shot(page, f"rule-out-{lang}")
    page.keyboard.press("Escape")
    menu(page, "whole", say["put"])
    page.locator("#rule-text").fill('{"combinator": "and",\n "rules": [\n  {"field": "kind", "operator": "soundsLike", "value": 1}]}')
    expect(page.locator("#text-said")).to_contain_text(say["wrong"])
    shot(page, f"rule-in-refused-{lang}")
    page.locator("#rule-in [type=submit]").click()
    expect(page.locator("#toasts")).to_contain_text("soundsLike")
    expect(page.locator("#rule-text")).to_have_value(re.compile("soundsLike"))
    page.locator("#rule-text").fill('{"rules": [{"field": "nowhere", "operator": "in", "value": "a,b"}, "or", {"field": "name", "operator": "null", "value": ""}]}')
    expect(page.locator("#text-said")).to_contain_text(say["mend"])
    page.locator("#rule-in [value=append]").check()
    page.locator("#rule-in [type=submit]").click()
    expect(page.locator("#row-rules-3-rules-0 [id^=miss]")).to_contain_text(say["mend"])
    shot(page, f"rule-in-mend-{lang}")
    menu(page, "whole", say["put"])
    page.locator("#rule-text").fill(text)
    expect(page.locator("#text-said")).to_contain_text(say["text"])
    page.locator("#rule-in [type=submit]").click()
    expect(page.locator("#row-rules-3")).to_have_count(0)
    assert rule_of(shop) == before
    page.locator("#do-undo").click()
    expect(page.locator("#row-rules-3")).to_have_count(1)


def test_a_condition_is_dragged_into_a_group(shop: Server, browse: Browse) -> None:
    page = browse("zh")
    enter(page, "zh")
    see(page, HIGH)
    page.locator("#row-rules-2").hover()
    grip, aim = page.locator("#row-rules-2 .fz-grip").bounding_box(), page.locator("#row-rules-1-rules-0").bounding_box()
    assert grip and aim
    page.mouse.move(grip["x"] + 7, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(aim["x"] + 60, aim["y"] + aim["height"] + 20, steps=15)
    steps.let_go(page, aim["x"] + 60, aim["y"] + aim["height"] - 6, page.locator("#row-rules-1 #row-rules-2"))
    expect(page.locator("#row-rules-2")).to_have_count(0)
    assert [shape(part) for part in rule_of(shop)["rules"][1]["rules"]].count("status") == 1
