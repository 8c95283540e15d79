"""A form with layouts of its own for adding quickly and for phones, as people fill it in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from builder import apps
from builder.edits import form, layouts, made
from builder.publish import apply as publishing
from runtime.storage import versions
from tests.web import Person, Site, visible

BASE = "/a/kehu/customer/"
QUICK = f"{BASE}?_layout=quick"


@pytest.fixture
def boss(site: Site) -> Person:
    """Customers with a name, a phone that must be filled in and a note; added quickly by name and phone."""
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
        body = versions.find(conn, 1, "form", "customer").body
        for key in ("phone", "note"):
            body = form.add_field(body, "text", key=key, label={"zh": key, "en": key}).body
        body = made.copy(body)
        body["required"] = ["name", "phone"]
        body = layouts.add(layouts.add(body, "quick"), "phone")
        publishing.publish_body(conn, 1, "form", layouts.take(body, "phone", "note"), None)
    return site.person()


def fields(html: str) -> list[str]:
    return re.findall(r'id="f-(\w+)-field"', html)


def stored(site: Site) -> list[dict[str, Any]]:
    with site.database.read() as conn:
        live = site.fenzu.live.app(conn, "kehu").form("customer")
        names = {key: live.tables.column(key).name for key in live.form.fields}
        return [{key: row[name] for key, name in names.items()} for row in conn.execute(live.tables.main.select()).mappings()]


def test_quick_add_shows_what_must_be_filled_in_and_saves_it(site: Site, boss: Person) -> None:
    assert f"{BASE}quick" in boss.text(BASE)
    shown = boss.htmx("GET", f"{BASE}quick").get_data(as_text=True)
    assert fields(shown) == ["name", "phone"] and "<dialog" in shown and "全部字段" in shown
    wrong = boss.htmx("POST", QUICK, {"name": "沐阳"})
    assert wrong.status_code == 422 and "<dialog" in wrong.text and 'value="沐阳"' in wrong.text
    right = boss.htmx("POST", QUICK, {"name": "沐阳", "phone": "12"})
    assert right.status_code == 204 and right.headers["HX-Refresh"] == "true"
    assert stored(site) == [{"name": "沐阳", "phone": "12", "note": None}]


def test_going_on_to_all_fields_loses_nothing_and_blames_nobody(boss: Person) -> None:
    answer = boss.post(f"{BASE}new?_layout=full", {"name": "沐阳"})
    assert answer.status_code == 200 and fields(answer.text) == ["name", "phone", "note"]
    assert 'value="沐阳"' in answer.text and "要改" not in visible(answer.text) and "data-dirty" in answer.text


def test_a_narrow_screen_gets_the_phone_layout_and_keeps_what_it_does_not_show(site: Site, boss: Person) -> None:
    boss.post(BASE, {"name": "沐阳", "phone": "12", "note": "老客户"})
    assert fields(boss.text(f"{BASE}1/edit")) == ["name", "phone", "note"]
    boss.client.set_cookie("narrow", "1")
    shown = boss.text(f"{BASE}1/edit")
    assert fields(shown) == ["name", "phone"] and f"{BASE}1/edit?_layout=full" in shown
    assert fields(boss.text(f"{BASE}1/edit?_layout=full")) == ["name", "phone", "note"]
    assert boss.post(f"{BASE}1?_layout=phone", {"name": "沐阳", "phone": "13"}).status_code == 303
    assert stored(site) == [{"name": "沐阳", "phone": "13", "note": "老客户"}]
    onward = boss.post(f"{BASE}1/edit?_layout=full", {"name": "沐阳二", "phone": "13", "version": "2"}).text
    assert 'value="沐阳二"' in onward and 'value="老客户"' in onward and 'name="version" value="2"' in onward


def test_what_a_short_layout_cannot_show_is_said_above_it(site: Site, boss: Person) -> None:
    with site.database.write() as conn:
        body = made.copy(versions.find(conn, 1, "form", "customer").body)
        body["required"].append("note")
        publishing.publish_body(conn, 1, "form", body, None)
    answer = boss.htmx("POST", QUICK, {"name": "沐阳", "phone": "12"})
    assert answer.status_code == 422 and "note" in visible(answer.text)


def test_a_layout_that_is_not_there_is_the_full_one(boss: Person) -> None:
    assert fields(boss.text(f"{BASE}new?_layout=public")) == fields(boss.text(f"{BASE}new?_layout=none")) == ["name", "phone", "note"]


def test_a_form_without_layouts_of_its_own_is_added_on_a_page(site: Site) -> None:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    boss = site.person()
    assert "/quick" not in boss.text(BASE) and fields(boss.text(f"{BASE}new")) == ["name"]
    assert boss.get(f"{BASE}quick").headers["Location"] == f"{BASE}new"
