"""Strangers' files: what they are by content, held apart until their page is sent, and swept when it never is."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.records import public_links, waiting_files
from runtime.storage import system_tables as tables
from runtime.storage.contents import content
from runtime.web import limits, public
from tests.crm import field
from tests.runtime.public import Door, customer
from tests.web import Person, Site, visible

PDF, PNG, EXE = b"%PDF-1.7 " + bytes(300), b"\x89PNG\r\n\x1a\n" + bytes(200), b"MZ\x90\x00" + bytes(300)
FILES: dict[str, Any] = {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "object", "required": ["id"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer", "minimum": 0}}}}


def body(picture: str = "") -> dict[str, Any]:
    """The public customer form with papers and a photo; with a picture of the house on a layout of its own."""
    made = customer(fields=["name", "kind", "papers", "photo"])
    made["properties"] |= {"papers": field("file", "材料", FILES, maxItems=2), "photo": field("image", "门头照", FILES)}
    made["x-fenzu"]["layout"][0]["items"] += [{"field": "papers"}, {"field": "photo"}]
    if picture:
        items = [{"field": key} for key in ("name", "kind", "papers", "photo")]
        made["x-fenzu"]["layouts"] = {"public": [{"key": "ask", "items": [{"key": "front", "picture": {"file": picture}}, *items]}]}
    return made


@pytest.fixture
def door(site: Site, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr(public, "QUICKEST", 0.0)
    return Door(site, body())


def choose(door: Door, visitor: Person, slip: str, data: bytes = PDF, name: str = "合同.pdf", key: str = "papers") -> Any:
    given = {"file": (io.BytesIO(data), name), "slip": slip}
    return visitor.client.post(f"{door.url}files/{key}", data=given, content_type="multipart/form-data")


def rows(site: Site, table: sa.Table) -> list[Any]:
    with site.database.read() as conn:
        return list(conn.execute(sa.select(table)).mappings())


def lies(site: Site, data: bytes) -> Path:
    return content(site.fenzu.config.files, hashlib.sha256(data).hexdigest())


def test_a_chosen_file_goes_with_the_form_and_only_members_may_fetch_it(site: Site, door: Door) -> None:
    visitor = site.visitor()
    slip = door.slip(visitor)
    (kept,) = choose(door, visitor, slip).get_json()
    assert not rows(site, tables.attachment) and len(rows(site, tables.public_file)) == 1
    fetch = f"/a/{door.crm.key}/customer/files/{kept['id']}"
    assert site.person().get(fetch).status_code == 404
    done = door.fill(visitor, slip=slip, name="沐阳", kind="enterprise", papers=["", kept["id"]])
    assert done.status_code == 303 and "thanks" in done.headers["Location"]
    (row,) = rows(site, tables.attachment)
    assert (row["record_id"], row["field"], row["name"], row["by"]) == (1, "papers", "合同.pdf", None)
    assert not rows(site, tables.public_file)
    answer = site.person().get(fetch)
    assert answer.data == PDF and "attachment" in answer.headers["Content-Disposition"]
    assert visitor.get(fetch).status_code in (303, 401, 403)


@pytest.mark.parametrize(("data", "name", "key", "said"), [
    (EXE, "合同.pdf", "papers", "合同.pdf"), (EXE, "setup.exe", "papers", "setup.exe"), (b"<svg onload=x>", "a.svg", "papers", "a.svg"),
    (b"<!DOCTYPE html><script>", "a.txt", "papers", "a.txt"), (PDF, "photo.png", "photo", "photo.png"), (PDF, "photo.pdf", "photo", "photo.pdf"),
])
def test_what_lies_or_may_not_come_in_is_refused_with_a_sentence(site: Site, door: Door, data: bytes, name: str, key: str, said: str) -> None:
    visitor = site.visitor()
    answer = choose(door, visitor, door.slip(visitor), data, name, key)
    assert answer.status_code == 422 and said in answer.get_json()["message"]
    assert not rows(site, tables.public_file) and not lies(site, data).exists()


def test_without_script_files_come_with_the_form_and_nothing_typed_is_lost(site: Site, door: Door) -> None:
    visitor = site.visitor()
    slip = door.slip(visitor)
    given = {"slip": slip, "name": "沐阳", "kind": "enterprise", "papers": "", "papers-upload": [(io.BytesIO(PDF), "合同.pdf"), (io.BytesIO(EXE), "假.pdf")]}
    wrong = visitor.client.post(door.url, data=given, content_type="multipart/form-data")
    html = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "假.pdf" in visible(html) and 'value="沐阳"' in html and "合同.pdf" in visible(html)
    (held,) = rows(site, tables.public_file)
    assert door.fill(visitor, slip=slip, name="沐阳", kind="enterprise", papers=["", held["id"]]).status_code == 303
    assert [row["name"] for row in rows(site, tables.attachment)] == ["合同.pdf"]


def test_nobody_names_the_files_of_another_page_or_field(site: Site, door: Door) -> None:
    one, other = site.visitor(), site.visitor()
    (kept,) = choose(door, one, door.slip(one)).get_json()
    taken = door.fill(other, name="偷", kind="enterprise", papers=["", kept["id"]])
    assert taken.status_code == 422 and not rows(site, tables.attachment)
    slip = door.slip(other)
    (own,) = choose(door, other, slip).get_json()
    elsewhere = door.fill(other, slip=slip, name="错", kind="enterprise", photo=["", own["id"]])
    assert elsewhere.status_code == 422 and not rows(site, tables.attachment) and not door.stored()


def test_files_want_a_page_of_ours_and_an_open_form(site: Site, door: Door) -> None:
    visitor = site.visitor()
    slip = door.slip(visitor)
    assert choose(door, visitor, "made up").status_code == 409
    assert choose(door, visitor, slip, key="name").status_code == 404
    door.protect("geheim")
    assert choose(door, visitor, slip).status_code == 409


def test_number_weight_and_haste_have_their_bounds(site: Site, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = site.visitor()
    slip = door.slip(visitor)
    ids = [choose(door, visitor, slip).get_json()[0]["id"] for _ in range(3)]
    assert door.fill(visitor, slip=slip, name="多", kind="enterprise", papers=["", *ids]).status_code == 422
    monkeypatch.setattr(waiting_files, "PER_LINK", 100)
    assert "太多" in choose(door, visitor, slip).get_json()["message"]
    monkeypatch.setattr(limits, "often", lambda *_: True)
    assert choose(door, visitor, slip).status_code == 429
    assert choose(door, visitor, slip, bytes(public.public_files.LARGEST + 1)).status_code in (413, 422)


def test_what_was_never_sent_or_saved_is_swept_and_nothing_else(site: Site, door: Door) -> None:
    visitor, boss = site.visitor(), site.person()
    choose(door, visitor, door.slip(visitor))
    home = f"/a/{door.crm.key}/customer"
    site.jobs()

    def sweep(days: int) -> int:
        with site.database.write() as conn:
            return waiting_files.sweep(conn, site.fenzu.config.files, clock.now() + timedelta(days=days))

    sweep(0)
    waiting, saved, gone = ([boss.client.post(f"{home}/files/papers", data={"file": (io.BytesIO(PNG + name), "a.png"), "csrf_token": boss.token},
                                              content_type="multipart/form-data").get_json()[0]["id"]] for name in (b"1", b"2", b"3"))
    record = boss.post(f"{home}/", {"name": "甲", "kind": "enterprise", "papers": ["", *saved, *gone]}).headers["Location"]
    assert boss.post(record, {"papers": ["", *saved], "version": "1"}).status_code == 303
    assert sweep(1) == 0 and sweep(3) == 1 and not rows(site, tables.public_file) and not lies(site, PDF).exists()
    assert sweep(8) == 1
    assert {row["id"] for row in rows(site, tables.attachment)} == {*saved, *gone} and waiting[0] not in saved
    assert not lies(site, PNG + b"1").exists() and lies(site, PNG + b"2").exists() and lies(site, PNG + b"3").exists()


def test_a_picture_on_the_public_layout_is_seen_by_strangers_while_the_form_is_open(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = hashlib.sha256(PNG).hexdigest()
    lies(site, PNG).parent.mkdir(parents=True, exist_ok=True)
    lies(site, PNG).write_bytes(PNG)
    with site.database.write() as conn:
        conn.execute(tables.picture.insert().values(sha256=digest, name="店.png", size=len(PNG), mime="image/png", by=None, at=clock.text(clock.now())))
    door, visitor = Door(site, body(digest)), site.visitor()
    seen = f"{door.url}pictures/{digest}"
    assert seen in visitor.text(door.url) and visitor.get(seen).data == PNG
    assert visitor.get(f"/pictures/{digest}").status_code in (303, 401, 403)
    assert visitor.get(f"{door.url}pictures/{'0' * 64}").status_code == 404
    with monkeypatch.context() as patched:
        patched.setattr(public_links, "closed", lambda *_: public_links.OVER)
        assert visitor.get(seen).status_code == 404
    plain = Door(site, body(digest) | {"x-fenzu": {**body(digest)["x-fenzu"], "layouts": {"phone": body(digest)["x-fenzu"]["layouts"]["public"]}}})
    assert visitor.get(f"{plain.url}pictures/{digest}").status_code == 404
