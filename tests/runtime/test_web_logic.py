"""A form's logic on its pages: what the entry form shows, what the server says while one types, a cell changed in place."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from builder import apps
from builder.publish.apply import publish_set
from tests import crm
from tests.crm import NUMBER, field, one, options
from tests.runtime.test_logic_saved import customer
from tests.web import Person, Site, visible


@pytest.fixture
def person(site: Site) -> Person:
    return room(site, customer())


def room(site: Site, body: dict[str, Any]) -> Person:
    """Somebody in an app with this one form."""
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("客户管理", "Customers"))
        publish_set(conn, app.id, [("form", body)], site.actor().by, "")
        site.app.config["at"] = f"/a/{app.key}/customer"
    return site.person()


def state(html: str) -> dict[str, Any]:
    """What the page tells its script."""
    found = re.search(r'id="logic-now"[^>]*data-logic="([^"]*)"', html)
    assert found, html[:2000]
    answer: dict[str, Any] = json.loads(unescape(found[1]))
    return answer


def ask(person: Person, record: int | None = None, **typed: Any) -> str:
    at = person.app.config["at"] + "/logic" + (f"?record={record}" if record else "")
    return person.htmx("POST", at, typed).get_data(as_text=True)


def test_the_form_begins_as_its_values_say(person: Person) -> None:
    at = person.app.config["at"]
    html = person.text(f"{at}/new")
    assert state(html)["hidden"] == ["credit", "size"] and state(html)["folded"] == ["firm"]
    assert re.search(r'data-section="firm" hidden', html) and "unscripted.css" in html
    assert state(person.text(f"{at}/new?kind=enterprise"))["hidden"] == []


def test_the_server_says_what_changes_while_one_types(person: Person) -> None:
    assert state(ask(person, name="n", kind="enterprise")) == {
        "hidden": [], "folded": [], "required": ["credit"], "locked": [], "offered": {}}
    agent = ask(person, name="n", kind="agent", level="a")
    assert (state(agent)["locked"], state(agent)["offered"]) == (["level", "note"], {"site": ["shop"]})
    assert re.search(r'hx-swap-oob="innerHTML:#f-level-field"', agent) and 'value="b" checked' in agent
    assert "f-level-field" not in ask(person, name="n", kind="agent", level="b")


def test_a_form_that_was_sent_says_everything_at_once(person: Person) -> None:
    at = person.app.config["at"]
    sent = person.post(f"{at}/", {"name": "", "kind": "enterprise", "credit": "", "size": "x"})
    assert sent.status_code == 422
    html = sent.get_data(as_text=True)
    assert "请填写名称。" in html and "请填写信用代码。" in html and state(html)["hidden"] == []
    sent = person.post(f"{at}/", {"name": "n", "kind": "enterprise", "credit": "", "size": "2000"})
    assert "超过 1000 人要填信用代码" in visible(sent.get_data(as_text=True))


def test_a_closed_cell_says_so(person: Person, site: Site) -> None:
    at = person.app.config["at"]
    assert person.post(f"{at}/", {"name": "王芳", "kind": "person"}).status_code == 303
    sent = person.post(f"{at}/1/cell/size", {"size": "20", "version": "1"})
    assert sent.status_code == 422 and "按联动规则，人数现在不能改。" in sent.get_data(as_text=True)
    sent = person.post(f"{at}/1/cell/kind", {"kind": "agent", "version": "1"})
    assert sent.status_code == 422 and "请填写日期。" in sent.get_data(as_text=True)


def test_what_a_bulk_change_empties_comes_back_with_undo(person: Person, site: Site) -> None:
    at = person.app.config["at"]
    person.post(f"{at}/", {"name": "沐阳", "kind": "enterprise", "credit": "913205", "size": "20"})
    assert 'id="d-size"' in person.text(f"{at}/1")
    told = person.htmx("POST", f"{at}/together/fields", {"id": "1", "field": "kind", "kind": "person"})
    page = person.text(f"{at}/1")
    assert told.status_code == 204 and 'id="d-size"' not in page
    back = re.search(r'hx-post="(/undo/[^"]+)"', page)
    assert back, page
    person.htmx("POST", back[1])
    assert 'id="d-size"' in person.text(f"{at}/1")


def test_two_hundred_fields_with_thirty_rules_are_answered(site: Site) -> None:
    fields = {f"f{n}": field("number" if n % 3 else "choice", f"字段 {n}", NUMBER if n % 3 else {"oneOf": options("x", "y")})
              for n in range(200)}
    body = crm.form("customer", "f1", {**fields, "f1": field("text", "名称", crm.TEXT)})
    body["x-fenzu"]["logic"] = [
        {"key": f"r{n}", "when": one({"field": f"f{n * 3}", "operator": "in", "value": ["x"]}),
         "then": [{"show": f"f{n + 100}"}, {"require": f"f{n + 101}"}]} for n in range(30)]
    person = room(site, body)
    typed = {key: "x" if number % 3 == 0 else "1" for number, key in enumerate(fields)}
    assert state(ask(person, **typed))["hidden"] == []
    assert state(ask(person, **{**typed, "f0": "y"}))["hidden"] == ["f100"]
