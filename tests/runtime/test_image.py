"""Pictures on records: what is one is decided by its content, and it is shown only to those who may see the record."""

from __future__ import annotations

import io
from typing import Any

import pytest

from builder import apps
from builder.publish.apply import publish_body
from tests import crm
from tests.crm import field, form
from tests.web import Person, Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
FILES = {"type": "array", "minItems": 1, "maxItems": 5, "items": {"type": "object", "required": ["id"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer", "minimum": 0}}}}
SHOP = form("shop", "name", {"name": field("text", "店名", crm.TEXT), "front": field("image", "门头照", FILES, size=1)}, ["name"])


@pytest.fixture
def place(site: Site) -> str:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("门店", "Shops"))
        publish_body(conn, app.id, "form", SHOP, site.actor().id)
    return f"/a/{app.key}/shop/"


def send(boss: Person, place: str, body: bytes, name: str) -> Any:
    given = {"file": (io.BytesIO(body), name), "csrf_token": boss.token}
    return boss.client.post(f"{place}files/front", data=given, content_type="multipart/form-data")


def test_a_picture_is_kept_and_seen(site: Site, place: str) -> None:
    boss = site.person()
    (kept,) = send(boss, place, PNG, "门头.png").get_json()
    assert boss.post(place, {"name": "甲店", "front": ["", kept["id"]]}).status_code in (302, 303)
    shown = f'{place}files/{kept["id"]}?show=1'
    for page in (place + "1", f"{place}?columns=front", place + "1/edit"):
        assert f'<img src="{shown}" alt="门头.png"' in boss.text(page)
    answer = boss.get(shown)
    assert (answer.data, answer.mimetype, answer.headers["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert site.visitor().get(shown).status_code in (303, 401, 403)


@pytest.mark.parametrize(("body", "name"), [(b"<script>alert(1)</script>", "photo.png"), (b"%PDF-1.7", "photo.jpg"),
                                            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg"), (b"", "empty.png")])
def test_what_only_says_that_it_is_a_picture_is_refused(site: Site, place: str, body: bytes, name: str) -> None:
    answer = send(site.person(), place, body, name)
    assert answer.status_code == 422 and name in answer.get_json()["message"]


def test_one_that_is_too_big_is_refused(site: Site, place: str) -> None:
    answer = send(site.person(), place, PNG + bytes(1 << 20), "big.png")
    assert answer.status_code == 422 and "1" in answer.get_json()["message"]


def test_lists_ask_who_has_one(site: Site, place: str) -> None:
    boss = site.person()
    (kept,) = send(boss, place, PNG, "门头.png").get_json()
    boss.post(place, {"name": "甲店", "front": ["", kept["id"]]})
    boss.post(place, {"name": "乙店"})
    made = boss.post(place + "find/filter", {"field": "front", "operator": "notNull"})
    seen = boss.text(made.headers["Location"])
    assert "甲店" in seen and "乙店" not in seen
