"""Public forms: strangers are asked for the chosen fields and nothing else, each page is taken once, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.definitions import form_check
from runtime.records import public_links
from runtime.storage import system_tables as tables
from runtime.web import public as views
from tests.crm import TEXT, field, one
from tests.runtime.public import NAMES, Door, customer
from tests.web import Site, visible


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages may be sent at once; the test of the minimum time puts it back."""
    monkeypatch.setattr(views, "QUICKEST", 0.0)


def test_a_stranger_fills_it_in(site: Site) -> None:
    door, visitor = Door(site), site.visitor("en")
    page = visitor.get(door.url)
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow" and "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Leave your details" in visible(page.get_data(as_text=True))
    answer = door.fill(visitor, **NAMES)
    assert answer.status_code == 303 and "Received" in visitor.text(answer.headers["Location"])
    assert [row["name"] for row in door.stored()] == ["沐阳小馆"] and door.link.received == 1
    with site.database.read() as conn:
        line = conn.execute(sa.select(tables.history).order_by(tables.history.c.id.desc())).first()
    assert line is not None and (line.cause, line.by, line.act) == ("public", None, "create")
    assert "公开表单" in site.person().text(f"/a/{door.crm.key}/customer/1")


def test_nothing_else_is_drawn_read_or_stored(site: Site) -> None:
    """Fields that were not chosen, and those of people and tags even when a document chooses none of them."""
    door, visitor = Door(site), site.visitor()
    page = visitor.text(door.url)
    for key in ("size", "vip", "tags", "owner", "code"):
        assert f'name="{key}"' not in page and f'id="f-{key}' not in page
    assert "王敏" not in page and "boss" not in page
    door.fill(visitor, **NAMES, size="900", vip="true", tags="gold", owner="1", code="H-1", **{"$id": "7", "created_by": "1"})
    (row,) = door.stored()
    assert row["size"] is None and row["vip"] is None and row["owner"] is None


@pytest.mark.parametrize("key", ["owner", "tags", "code"])
def test_what_would_show_people_or_records_cannot_be_chosen(key: str) -> None:
    assert [problem.code for problem in form_check.check(customer(fields=["name", key]))] == ["public_never"]


def test_a_required_field_must_be_asked_for() -> None:
    codes = [problem.code for problem in form_check.check(customer(fields=["kind"]))]
    assert codes == ["public_lacks"]
    assert [p.code for p in form_check.check(customer(closes="2026-01-01T00:00", opens="2026-01-02T00:00"))] == ["public_closes_first"]


def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    answer = door.fill(visitor, name="", kind="enterprise", since="2026-13-40")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'id="f-name-error"' in page and "2026-13-40" in page and not door.stored()


def test_a_page_is_taken_once(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    slip = door.slip(visitor)
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 303
    again = door.fill(visitor, slip=slip, **NAMES)
    assert again.status_code == 303 and "again=1" in again.headers["Location"]
    assert len(door.stored()) == 1 and door.link.received == 1


@pytest.mark.parametrize("slip", ["x", "eyJhIjoxfQ.abc", ""])
def test_a_page_that_is_not_ours_is_shown_again(site: Site, slip: str) -> None:
    door, visitor = Door(site), site.visitor()
    answer = visitor.client.post(door.url, data={"slip": slip, **NAMES})
    assert answer.status_code == 422 and "沐阳小馆" in answer.get_data(as_text=True) and not door.stored()


def test_a_page_of_the_old_link_or_version_is_not_taken(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    slip, old = door.slip(visitor), door.url
    door.crm.publish(("form", customer(intro={"zh": "新的说明"})))
    changed = door.fill(visitor, slip=slip, **NAMES)
    assert changed.status_code == 409 and "沐阳小馆" in changed.get_data(as_text=True)
    door.renew()
    assert visitor.get(old).status_code == 404
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 422 and not door.stored()


def test_too_quick_or_in_the_trap_is_asked_once_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    door, visitor = Door(site), site.visitor()
    assert door.fill(visitor, **NAMES, **{views.TRAP: "http://spam"}).status_code == 422
    monkeypatch.setattr(views, "QUICKEST", 2.0)
    slip = door.slip(visitor)
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 422 and not door.stored()
    later = clock.now() + timedelta(seconds=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 303
    much = later + timedelta(days=2)
    slip = door.slip(visitor)
    monkeypatch.setattr(clock, "now", lambda: much)
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 422 and len(door.stored()) == 1


def test_five_hundred_a_minute(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    slip = door.slip(visitor)
    answers = [door.fill(visitor, slip=slip, name="", kind="person") for _ in range(500)]
    last = door.fill(visitor, slip=slip, **NAMES)
    assert {answer.status_code for answer in answers} == {422, 429} and last.status_code == 429
    assert "沐阳小馆" in last.get_data(as_text=True) and "一分钟" in last.get_data(as_text=True) and not door.stored()


CLOSED: list[tuple[dict[str, Any], str]] = [
    ({"enabled": False}, "不收了"), ({"opens": "2099-01-01T09:00"}, "还没开始"), ({"closes": "2020-01-01T09:00"}, "已经截止")]


@pytest.mark.parametrize(("public", "said"), CLOSED)
def test_closed(site: Site, public: dict[str, Any], said: str) -> None:
    door, visitor = Door(site), site.visitor()
    slip = door.slip(visitor)
    door.crm.publish(("form", customer(**public)))
    assert said in visitor.text(door.url)
    assert said in door.fill(visitor, slip=slip, **NAMES).get_data(as_text=True) and not door.stored()
    assert visitor.client.post(door.url + "logic", data=NAMES).status_code == 429


def test_the_quota_is_never_passed(site: Site) -> None:
    door, visitor = Door(site, customer(quota=2)), site.visitor()
    slips = [door.slip(visitor) for _ in range(3)]
    for slip in slips:
        door.fill(visitor, slip=slip, **NAMES)
    assert len(door.stored()) == 2 and door.link.received == 2 and "名额已满" in visitor.text(door.url)
    with site.database.write() as conn:
        assert not public_links.count_one(conn, door.link, 2)


def test_the_password_comes_first(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    slip = door.slip(visitor)
    door.protect("open sesame")
    assert 'name="kind"' not in visitor.text(door.url)
    assert door.fill(visitor, slip=slip, **NAMES).status_code == 200 and not door.stored()
    assert visitor.client.post(door.url + "password", data={"password": "no"}).status_code == 422
    assert visitor.client.post(door.url + "password", data={"password": "open sesame"}).status_code == 303
    assert door.fill(visitor, **NAMES).status_code == 303
    door.protect("another one")
    assert 'name="kind"' not in visitor.text(door.url)
    with site.database.read() as conn:
        assert "another" not in str(conn.execute(sa.select(tables.public_form)).all())


def test_a_link_fills_in_what_it_may(site: Site) -> None:
    door, visitor = Door(site, customer(prefill={"name": "plain", "since": "signed"})), site.visitor()
    assert 'value="甲"' in visitor.text(door.url + "?name=甲&kind=person&size=9") and "checked" not in visitor.text(
        door.url + "?kind=person").split('value="person"')[1][:9]
    until = clock.now() + timedelta(days=1)
    good = "?" + public_links.signed(door.link, {"since": "2026-02-03", "name": "乙"}, until)
    page = visitor.text(door.url + good)
    assert 'value="2026-02-03"' in page and 'value="乙"' in page
    door.fill(visitor, query=good, name="丙", kind="person", since="1999-09-09")
    assert door.stored()[0]["since"] == "2026-02-03" and door.stored()[0]["name"] == "丙"
    for bad in (good.replace("2026-02-03", "2026-02-04"), "?since=2026-02-03", good + "&x=1",
                "?" + public_links.signed(door.link, {"since": "2026-02-03"}, clock.now() - timedelta(days=1))):
        page = visitor.text(door.url + bad)
        assert "不能用了" in page and "2026-02-0" not in page.split("<form")[1].replace(bad, "").split(">", 1)[1]


def test_who_else_there_is_stays_unsaid(site: Site) -> None:
    body = customer()
    body["properties"]["name"]["x-fenzu"]["unique"] = "block"
    body["properties"]["secret"] = field("text", "备注", TEXT, default="-")
    body["x-fenzu"]["layout"][0]["items"].append({"field": "secret"})
    body["x-fenzu"]["title_field"] = "secret"
    door, visitor = Door(site, body), site.visitor()
    door.crm.add("customer", name="沐阳小馆", secret="只给自己人看")
    page = door.fill(visitor, **NAMES).get_data(as_text=True)
    assert "已经登记过" in page and "只给自己人看" not in page and "备注" not in page


def test_logic_speaks_only_of_what_is_asked(site: Site) -> None:
    body = customer()
    body["x-fenzu"]["logic"] = [
        {"key": "a", "when": one({"field": "kind", "operator": "in", "value": ["person"]}),
         "then": [{"hide": "since"}, {"hide": "size"}, {"require": "vip"}]}]
    door, visitor = Door(site, body), site.visitor()
    page = visitor.text(door.url)
    assert "data-logic" in page and "vip" not in page and "size" not in page.split("<main")[1].split("</main")[0]
    said = visitor.client.post(door.url + "logic", data={"kind": "person", "name": "a"}).get_data(as_text=True)
    assert "since" in said and "vip" not in said and "size" not in said


def test_too_much_at_once(site: Site) -> None:
    door, visitor = Door(site), site.visitor()
    assert visitor.client.post(door.url, data={"name": "x" * 1_100_000}).status_code == 422 and not door.stored()


@pytest.mark.parametrize("token", ["x", "a" * 200, "%27--"])
def test_no_such_link(site: Site, token: str) -> None:
    assert site.visitor().get(f"/f/{token}/").status_code == 404


def test_in_steps_without_the_pages_that_ask_nothing(site: Site) -> None:
    body = customer()
    pages = [("one", ["name", "owner"]), ("two", ["kind", "since"]), ("inside", ["size", "vip", "tags", "code"])]
    body["x-fenzu"]["layout"] = [
        {"key": key, "label": {"zh": key}, "blocks": [{"key": f"{key}_s", "columns": 1, "items": [{"field": each} for each in fields]}]}
        for key, fields in pages]
    door, visitor = Door(site, body), site.visitor()
    page = visitor.text(door.url)
    assert 'data-step="one"' in page and 'data-step="two"' in page and 'data-step="inside"' not in page
    wrong = visitor.client.post(door.url + "step/one", data={"name": ""})
    assert wrong.status_code == 422 and 'id="f-name-error"' in wrong.get_data(as_text=True)
    assert visitor.client.post(door.url + "step/one", data={"name": "a"}).status_code == 204
    assert visitor.client.post(door.url + "step/inside", data={"name": "a"}).status_code == 404
