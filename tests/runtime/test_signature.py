"""Signatures: only whole small drawings are taken, a typed name works without script, what is locked stays as it is."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import pytest

from builder import apps
from builder.publish.apply import publish_body
from runtime.accounts import tokens
from runtime.errors import Invalid
from runtime.fields import FIELD_TYPES, drawings
from runtime.fields.base import Refused
from runtime.web import public
from tests import crm
from tests.contract.bound import SampleNames
from tests.crm import field, form, words
from tests.runtime.public import Door
from tests.web import Person, Site

KIND = FIELD_TYPES["signature"]
NODE = KIND.schema({})
SHAPE = {"type": "array", "minItems": 1, "maxItems": 1, "items": NODE["items"]}
VISIT = form("visit", "about", {"about": field("text", "事由", crm.TEXT), "ink": field("signature", "签名", SHAPE),
                                "firm": field("signature", "盖章", SHAPE, locked=True)}, ["about"])  # fmt: skip


def chunk(name: bytes, inner: bytes) -> bytes:
    return struct.pack(">I", len(inner)) + name + inner + struct.pack(">I", zlib.crc32(name + inner))


def png(wide: int = 30, high: int = 10, *, points: bytes | None = None, extra: bytes = b"", depth: int = 8, ink: int = 7) -> bytes:
    """A drawing as a canvas writes it."""
    held = (b"\0" + bytes([ink, 0, 0, 255]) * wide) * high if points is None else points
    head = struct.pack(">IIBBBBB", wide, high, depth, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(held)) + chunk(b"IEND", b"")


def address(body: bytes) -> str:
    return drawings.HEAD + base64.b64encode(body).decode()


def test_a_drawing_is_taken_as_it_is() -> None:
    assert drawings.png(address(png())) == png()


HUGE = png(2000, 1000, points=zlib.compress(b"")) + b"\0" * 300_000
BOMB = png(20, 10, points=b"\0" * 50_000_000)


@pytest.mark.parametrize("sent", [
    "data:image/png;base64,", "data:image/png;base64,%%%", "data:image/svg+xml;base64,PHN2Zy8+", "data:image/png;base64," + "A" * 40,
    address(png()[:-4]), address(png() + b"<script>"), address(png()[:40] + b"\xff" + png()[41:]), address(png(30, 10, points=b"\0" * 9)),
    address(png(5000, 10)), address(png(0, 0)), address(png(depth=16)), address(png(extra=chunk(b"tEXt", b"a=b"))), address(b"\xff\xd8\xff\xe0" * 20),
    address(BOMB), address(png(extra=struct.pack(">I", 2**31) + b"IDAT")), address(HUGE), "data:image/png;base64," + "é" * 30,
], ids=range(17))  # fmt: skip
def test_what_is_no_whole_small_drawing_is_refused(sent: str) -> None:
    with pytest.raises(Refused) as refused:
        KIND.parse(sent, {}, SampleNames())
    assert refused.value.code in ("not_a_drawing", "drawing_too_big")


def test_the_new_beats_the_old_and_a_drawing_beats_a_name() -> None:
    fresh = address(png())
    assert KIND.parse(["a1", "", ""], {}, SampleNames())[0]["id"] == "a1"
    assert KIND.parse(["a1", "", "林晓雨"], {}, SampleNames())[0]["id"] == "text:林晓雨"
    (both,) = KIND.parse(["a1", fresh, "林晓雨"], {}, SampleNames())
    assert (both["id"], both["name"]) == (fresh, "林晓雨")


@pytest.fixture
def place(site: Site) -> str:
    with site.database.write() as conn:
        app = apps.create(conn, words("走访", "Visits"))
        publish_body(conn, app.id, "form", VISIT, site.actor().id)
    return f"/a/{app.key}/visit/"


def stored(boss: Person, place: str, record: int = 1) -> Any:
    app = place.split("/")[2]
    return boss.get(f"/api/v1/apps/{app}/forms/visit/records/{record}").get_json()["values"]


def test_a_drawn_signature_is_a_picture_with_who_and_when(site: Site, place: str) -> None:
    boss, me = site.person(), site.actor()
    assert boss.post(place, {"about": "盘点", "ink": ["", address(png()), ""]}).status_code in (302, 303)
    (kept,) = stored(boss, place)["ink"]
    assert kept["name"].startswith(me.name) and kept["name"].endswith(".png")
    with boss.get(f"{place}files/{kept['id']}?show=1") as shown:
        assert shown.data == png() and shown.mimetype == "image/png"
    page = boss.text(place + "1")
    assert f'src="{place}files/{kept["id"]}?show=1"' in page and f"{me.name} 签于 " in page
    assert "fz-signed s" in boss.text(f"{place}?cols=ink")
    # Saved as it stands it stays; drawn anew it is another; taken away it is gone, and the history has it all.
    version = 1
    for given, check in (([kept["id"]], lambda now: now == [kept]), ([kept["id"], address(png(ink=9)), ""], lambda now: now[0]["id"] != kept["id"]), ([""], lambda now: not now)):
        assert boss.post(place + "1", {"about": "盘点", "ink": given, "version": version}).status_code in (302, 303)
        assert check(stored(boss, place).get("ink"))
        version += given != [kept["id"]]
    assert boss.text(place + "1").count(f"{me.name} 签于 ") >= 3


def test_a_name_is_enough_without_script(site: Site, place: str) -> None:
    boss = site.person()
    page = boss.text(place + "new")
    assert 'maxlength="60"' in page and 'data-sign-pad' in page
    assert boss.post(place, {"about": "盘点", "ink": ["", "", "Lin Xiaoyu"]}).status_code in (302, 303)
    (kept,) = stored(boss, place)["ink"]
    assert kept["name"].startswith("Lin Xiaoyu 20") and "Lin Xiaoyu 签于 " in boss.text(place + "1")
    with boss.get(f"{place}files/{kept['id']}") as sent:
        assert sent.data == b"Lin Xiaoyu"


def test_what_is_wrong_is_said_and_nothing_is_lost(site: Site, place: str) -> None:
    boss = site.person()
    answer = boss.post(place, {"about": "盘点", "ink": ["", address(png()[:-4]), ""]})
    assert answer.status_code == 422 and "没有传好" in answer.get_data(as_text=True)
    answer = boss.post(place, {"about": "", "ink": ["", address(png()), ""]})
    assert answer.status_code == 422 and address(png()) in answer.get_data(as_text=True)
    assert boss.post(f"{place}files/ink", {"x": "1"}).status_code == 200, "nothing sent, nothing kept"


def test_a_locked_signature_stays(site: Site, place: str) -> None:
    boss = site.person()
    boss.post(place, {"about": "盘点", "firm": ["", address(png()), ""]})
    (kept,) = stored(boss, place)["firm"]
    for given in ([""], ["", address(png(ink=9)), ""], ["", "", "别人"]):
        answer = boss.post(place + "1", {"about": "盘点", "firm": given, "version": 1})
        assert answer.status_code == 422 and "已经签了" in answer.get_data(as_text=True)
    assert boss.post(place + "1", {"about": "改了", "firm": ["", kept["id"]], "version": 1}).status_code in (302, 303)
    assert stored(boss, place)["firm"] == [kept] and stored(boss, place)["about"] == "改了"
    edit = boss.text(place + "1/edit")
    assert f'type="hidden" id="f-firm" name="firm" value="{kept["id"]}"' in edit


def test_the_api_takes_a_drawing_or_a_name(site: Site, place: str) -> None:
    boss, app = site.person(), place.split("/")[2]
    records = f"/api/v1/apps/{app}/forms/visit/records"
    with site.database.write() as conn:
        _, secret = tokens.create(conn, site.actor(), "till")
    for given in (address(png()), "林晓雨"):
        answer = site.visitor().client.post(records, json={"values": {"about": "盘点", "ink": given}}, headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 201, answer.get_data(as_text=True)
    assert stored(boss, place, 1)["ink"][0]["name"].endswith(".png") and stored(boss, place, 2)["ink"][0]["name"].startswith("林晓雨")


def test_strangers_sign_public_forms(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "QUICKEST", 0.0)
    body = form("customer", "name", {
        "name": field("text", "客户名称", crm.TEXT), "code": field("code", "客户编码", {"type": "string", "readOnly": True}), "ink": field("signature", "签名", SHAPE),
        "spot": field("location", "位置", FIELD_TYPES["location"].schema({})), "team": field("department", "部门", FIELD_TYPES["department"].schema({})),
        **{key: crm.CUSTOMER["properties"][key] for key in ("kind", "size", "since", "vip", "tags", "owner")},
    }, ["name"])  # fmt: skip
    body["x-fenzu"]["public"] = {"enabled": True, "fields": ["name", "ink", "spot", "team"]}
    with pytest.raises(Invalid) as refused:
        Door(site, body)
    assert [problem.code for problem in refused.value.problems] == ["public_never"]
    body["x-fenzu"]["public"]["fields"].remove("team")
    door, visitor = Door(site, body), site.visitor()
    page = visitor.text(door.url)
    assert "data-sign" in page and "data-locate" in page and 'name="team"' not in page
    answer = door.fill(visitor, name="沐阳小馆", ink=["", address(png()), ""], spot=["31.2304", "121.4737", "外滩"])
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)
    with site.database.read() as conn:
        values = door.crm.reader(conn).one(1).values
    assert values["spot"] == "31.2304, 121.4737 外滩" and values["ink"][0]["name"].startswith("20") and values["ink"][0]["name"].endswith(".png")
