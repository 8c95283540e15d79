"""Links to several on pages, in sheets, over conversions: chips with titles, both sides, names that come back."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from runtime.fields import FIELD_TYPES
from runtime.fields.conversions import convert, may_become
from runtime.records.names import RecordNames
from tests.contract.bound import SampleNames
from tests.crm import Crm, running
from tests.runtime.test_links_field import BODIES
from tests.web import Site, visible


@pytest.fixture
def town(site: Site) -> Crm:
    return running(site, BODIES)


def test_it_is_filled_in_shown_and_taken_off_from_the_other_side(site: Site, town: Crm) -> None:
    boss, base = site.person(), f"/a/{town.key}"
    a, b = town.add("customer", name="甲、乙公司"), town.add("customer", name="丙公司")
    page = boss.text(f"{base}/event/new?guests={a}")
    assert f'<option value="{a}" selected>甲、乙公司</option>' in page and f'data-new-url="{base}/event/pick/guests/new"' in page
    wrong = boss.post(f"{base}/event/", {"title": "", "guests": ["", str(b), str(a)]})
    assert wrong.status_code == 422
    assert re.findall(r'<option value="(\d+)" selected>', wrong.get_data(as_text=True)) == [str(b), str(a)]
    assert boss.post(f"{base}/event/", {"title": "茶会", "guests": ["", str(b), str(a)]}).status_code == 303
    shown = boss.text(f"{base}/event/1")
    assert f'href="{base}/customer/{a}">甲、乙公司</a>' in shown and visible(shown).index("丙公司") < visible(shown).index("甲、乙公司")
    assert "丙公司" in visible(boss.text(f"{base}/event/"))
    there = boss.text(f"{base}/customer/{a}")
    assert "来宾的" in there and "茶会" in there and f"{base}/event/new?guests={a}" in there
    assert boss.htmx("POST", f"{base}/customer/{a}/related/events/unlink", {"id": "1"}).status_code == 204
    with town.database.read() as conn:
        assert town.reader(conn, "event").one(1).values["guests"] == [b]
    told = boss.text(f"{base}/customer/{a}")
    boss.htmx("POST", re.findall(r'hx-post="(/undo/[^"]+)"', told)[0])
    with town.database.read() as conn:
        assert town.reader(conn, "event").one(1).values["guests"] == [b, a]


def test_a_filter_and_the_history_say_the_titles(site: Site, town: Crm) -> None:
    boss, base = site.person(), f"/a/{town.key}"
    a, b = town.add("customer", name="甲"), town.add("customer", name="乙")
    event = town.add("event", title="茶会", guests=[a])
    town.add("event", title="酒会", guests=[b])
    town.set("event", event, guests=[a, b])
    rule = json.dumps({"field": "guests", "operator": "hasAllOf", "value": [a, b]})
    found = visible(boss.get(f"{base}/event/", query_string={"f": rule}).get_data(as_text=True))
    assert "茶会" in found and "酒会" not in found and "来宾同时包含" in found
    assert "甲、乙" in visible(boss.text(f"{base}/event/{event}/history"))
    assert boss.get(f"{base}/event/find/filter?field=guests").status_code == 200
    added = boss.post(f"{base}/event/find/filter", {"field": "guests", "operator": "hasAnyOf", "value": str(b)})
    assert added.status_code == 303


def test_titles_go_out_and_come_back(site: Site, town: Crm) -> None:
    a, b = town.add("customer", name="甲、乙公司"), town.add("customer", name="丙公司")
    town.add("event", title="茶会", guests=[b, a])
    with town.database.read() as conn:
        app = town.app(conn)
        field = app.form("event").form.fields["guests"]
        names = RecordNames(conn, app, "zh", "Asia/Shanghai")
        cell = field.type.to_cell([b, a], field.settings, names)
        assert cell == "丙公司|甲、乙公司" and field.type.from_cell(cell, field.settings, names) == [b, a]


def test_one_link_becomes_several_and_several_one() -> None:
    one, many, text = FIELD_TYPES["link"], FIELD_TYPES["links"], FIELD_TYPES["text"]
    assert may_become(one, many) and may_become(many, one) and may_become(text, many)
    own: dict[str, Any] = {"form": "customer"}
    names = SampleNames("zh")
    settings = {kind.name: {key: spec["default"] for key, spec in kind.settings.items()} | (own if kind is not text else {}) for kind in (one, many, text)}
    assert convert(one, settings["link"], many, settings["links"], 12, names).value == [12]
    assert convert(many, settings["links"], one, settings["link"], [13], names).value == 13
    refused = convert(many, settings["links"], one, settings["link"], [13, 12], names)
    assert refused.value is None and refused.refused is not None and refused.refused.code == "more_than_one_link"
    assert convert(text, settings["text"], many, settings["links"], "Muyang、苏州沐阳餐饮", names).value == [13, 12]
