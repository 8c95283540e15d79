"""The public room: what it changes in the draft, and what it changes at once."""

from __future__ import annotations

import re

from builder.edits import form, public, settle
from runtime.definitions import form_check
from runtime.fields import FIELD_TYPES
from tests import crm
from tests.crm import words
from tests.runtime.public import ASKED, Door, customer
from tests.web import Site


def test_switching_it_on_asks_for_little() -> None:
    body = public.switch(crm.CUSTOMER, True)
    side = body["x-fenzu"]["public"]
    assert side["enabled"] and "name" in side["fields"] and not {"owner", "tags", "code"} & set(side["fields"])
    assert form_check.check(body) == [] and "public" not in crm.CUSTOMER["x-fenzu"]
    assert public.switch(public.switch(body, False), True) == body


def test_a_field_that_goes_or_gets_another_key_is_followed() -> None:
    body = customer(prefill={"kind": "plain"})
    renamed = settle.rekey(body, "kind", "sort", None)
    assert renamed["x-fenzu"]["public"]["fields"] == ["name", "sort", "since"] and renamed["x-fenzu"]["public"]["prefill"] == {"sort": "plain"}
    gone = form.remove_field(body, "kind", None)
    assert gone["x-fenzu"]["public"]["fields"] == ["name", "since"] and not gone["x-fenzu"]["public"].get("prefill")
    assert form_check.check(gone) == [] and body["x-fenzu"]["public"]["fields"] == ASKED


def test_the_room(site: Site) -> None:
    door, boss = Door(site), site.person()
    room = f"/build/{door.crm.key}/forms/customer/public/"

    def do(**given: str) -> int:
        found = re.search(r'name="revision" value="(\d+)"', boss.text(room))
        return boss.htmx("POST", room + "edit", {"revision": found[1] if found else "", **given}).status_code

    assert door.link.token in boss.text(room)
    steps = [{"act": "ask", "id": "size", "value": "1"}, {"act": "say", "id": "thanks", "name": "zh", "value": "多谢"},
             {"act": "limit", "value": "50"}, {"act": "prefill", "id": "name", "value": "signed"}, {"act": "when", "name": "closes", "value": "2099-01-01T10:00"}]
    assert [do(**step) for step in steps] == [200] * 5
    assert do(act="limit", value="many") == 422
    assert boss.htmx("POST", room + "edit", {"revision": "1", "act": "limit", "value": "7"}).status_code == 409
    page = boss.text(room)
    assert "多谢" in page and 'value="50"' in page and 'id="f-size"' in boss.text(room + "preview")
    assert 'name="size"' not in site.visitor().text(door.url), "not before it is published"
    assert do(act="undo") == 200 and 'value="2099-01-01T10:00"' not in boss.text(room)
    made = boss.htmx("POST", room + "signed", {"v-name": "沐阳"}).get_data(as_text=True)
    assert "sig=" in made and door.link.token in made


def test_link_password_and_code(site: Site) -> None:
    door, boss = Door(site), site.person()
    room, old = f"/build/{door.crm.key}/forms/customer/public/", door.link
    assert boss.get(room + "qr.svg").mimetype == "image/svg+xml"
    assert boss.post(room + "password", {"password": "abc"}).status_code == 422 and door.link.password is None
    assert boss.post(room + "password", {"password": "abcd"}).status_code == 303 and door.link.password
    assert boss.post(room + "link").status_code == 303 and door.link.token != old.token
    for who in (site.person("member"), site.visitor()):
        assert who.post(room + "link").status_code in (303, 403) and who.get(room).status_code in (303, 403)
    assert door.link.token == door.link.token != old.token


def test_the_words_of_the_room_are_translated_with_the_others(site: Site) -> None:
    door = Door(site, customer(thanks=words("多谢", "Thanks")))
    assert "多谢" in site.person().text(f"/build/{door.crm.key}/forms/customer/translate/")


def test_no_type_of_the_house_is_asked_of_strangers() -> None:
    """Whatever type is added later: people, records and tags are never public."""
    local = {"person", "people", "link"}
    assert not [name for name, kind in FIELD_TYPES.items() if kind.public and (kind.kind in local or kind.tagged)]
