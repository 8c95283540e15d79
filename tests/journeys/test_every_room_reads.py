"""Every room of the designer, a form with every kind of field in steps and tabs, and its public form, read by machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from builder import apps
from builder.edits import form, layout, tree
from builder.publish.apply import publish_set
from runtime.fields import FIELD_TYPES
from runtime.records import public_links
from tests.contract.test_types_with_others import MARK, OTHER
from tests.contract.test_types_with_others import body as with_others
from tests.journeys.conftest import PHONE, WIDE, Browse, Server, ready
from tests.journeys.steps import fits
from tests.journeys.test_designer import enter
from tests.journeys.test_newcomer_reads import wrong

Shot = Callable[[Page, str], Path]
RULE = {"combinator": "and", "rules": [{"field": "name", "operator": "beginsWith", "value": "a"}, {"field": "name", "operator": "=", "value": "b"}]}
DEEP: Any = {"kind": "grouping", "format": 1, "key": "deep", "form": "every", "label": {"zh": "套着的组", "en": "Nested"}, "mode": "overlapping", "groups": [
    {"key": "never", "label": {"zh": "自相矛盾", "en": "Against itself"}, "rule": RULE},
    {"key": "outer", "label": {"zh": "外层", "en": "Outer"}, "rule": {"combinator": "and", "rules": RULE["rules"][:1]}, "groups": [
        {"key": "inner", "label": {"zh": "里层", "en": "Inner"}, "rule": RULE}]}]}  # fmt: skip
GROUPS = ("never", "inner", "inner?tab=kids", "-/map")
ROOMS = ("", "logic/", "translate/", "problems/", "json/", "public/", "logic/?rule=r")
OPEN = ("name", *(f"the_{name}" for name, kind in FIELD_TYPES.items() if kind.public and not kind.computed and not kind.readonly))
LOGIC = [{"key": "r", "when": {"combinator": "and", "rules": [{"field": "name", "operator": "=", "value": "沐阳"}]},
          "then": [{"hide": "the_url"}, {"refuse": {"zh": "不行", "en": "No"}}]}]  # fmt: skip


def body() -> dict[str, Any]:
    """One field of every type; the first ones on a page of sections, the others on a page with tabs; a rule; open to strangers."""
    made: Any = with_others()
    for name, kind in FIELD_TYPES.items():
        if f"the_{name}" not in made["properties"] and not kind.coded:
            made = form.add_field(made, name, key=f"the_{name}", label={"zh": kind.label.zh, "en": kind.label.en}).body
    made = tree.add_page(layout.set_columns(made, "basic", 2), after="section:basic").body
    made = tree.add_tabs(made, after="section:section").body
    keys = [key for key in made["properties"] if key.startswith("the_")]
    for at, key in enumerate(keys[len(keys) // 2 :]):
        made = layout.move_item(made, key, section="section" if at % 2 else "section_2")
    made["x-fenzu"]["logic"] = LOGIC
    made["x-fenzu"]["public"] = {"enabled": True, "fields": list(OPEN)}
    return dict(made)


@pytest.fixture
def shop(server: Server) -> Server:
    """An app with that form."""
    boss = server.site.set_up()
    other: Any = form.new(OTHER)
    other["x-fenzu"]["key"] = "other"
    with server.site.database.write() as conn:
        app = apps.create(conn, {"zh": "全部", "en": "All"})
        publish_set(conn, app.id, [("vocabulary", MARK), ("form", dict(other)), ("form", body()), ("grouping", DEEP)], boss.by, "")
        public_links.renew(conn, app.id, "every")
    return server


@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark"), ("zh", "dark"), ("en", "light")])
def test_nothing_is_unnamed_or_too_pale(shop: Server, browse: Browse, shot: Shot, lang: str, theme: str) -> None:
    page, bad, room, link = browse(lang, theme), [], "/build/all/forms/every/", ""
    enter(page, lang, theme)
    for path in ROOMS:
        page.goto(f"{room}{path}")
        ready(page)
        page.wait_for_load_state("networkidle")
        bad += wrong(page, path or "design")
        link = page.locator("#share-address").input_value() if path == "public/" else link
    for kind in FIELD_TYPES:
        if kind == "formula" or (theme == "light" and lang == "zh"):
            page.goto(f"{room}?sel=the_{kind}")
            ready(page)
            bad += wrong(page, f"properties of {kind}")
    for path in GROUPS:
        page.goto(f"/build/all/groupings/deep/{path}")
        ready(page)
        page.wait_for_load_state("networkidle")
        bad += wrong(page, f"groups {path}")
    page.goto(f"{room}?sel=name")
    ready(page)
    page.locator(f"#p-label-{lang}").fill("沐阳" if lang == "zh" else "Muyang")
    expect(page.locator("#publish-open")).to_be_enabled()
    page.locator("#publish-open").click()
    page.locator("dialog[open]").wait_for()
    bad += wrong(page, "publish")
    page.goto("/a/all/every/new")
    ready(page)
    bad += wrong(page, "form")
    shot(page, f"every-form-{lang}-{theme}")
    page.evaluate("document.querySelectorAll('.fz-step, [data-step]').forEach(one => one.hidden = false)")
    bad += wrong(page, "form, all steps")
    page.goto(link)
    ready(page)
    bad += wrong(page, "public")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    bad += wrong(page, "public on a phone")
    fits(page)
    page.goto("/a/all/every/new")
    ready(page)
    fits(page)
    bad += wrong(page, "form on a phone")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    assert not bad, "\n".join(dict.fromkeys(bad))
