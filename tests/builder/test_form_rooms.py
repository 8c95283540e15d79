"""The rooms of a form without a browser: translating, problems, the document; hostile documents are refused quickly."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest

from builder import apps, drafts
from runtime.definitions import document
from runtime.errors import Invalid
from tests.web import Site

FORM = "/build/kehu/forms/customer"
SECONDS = 3.0  # a hostile document takes milliseconds; a machine that is busy gets time


@pytest.fixture
def shop(site: Site) -> Site:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    return site


def draft(site: Site) -> drafts.Draft:
    with site.database.read() as conn:
        return drafts.open_draft(conn, 1, "form", "customer")


def send(site: Site, room: str, **given: Any) -> Any:
    data = {"revision": draft(site).revision, **given}
    return site.person().htmx("POST", f"{FORM}/{room}/edit", data)


@pytest.mark.parametrize("room", ["translate", "problems", "json"])
def test_rooms_open_for_builders_only(shop: Site, room: str) -> None:
    assert 'aria-current="page"' in shop.person("builder").text(f"{FORM}/{room}/")
    assert shop.person("member").get(f"{FORM}/{room}/").status_code == 403


def test_a_text_is_typed_in_place_and_undone(shop: Site) -> None:
    for words in ("Cli", "Client"):
        send(shop, "translate", act="text-type", id="x-fenzu.label", name="en", value=words)
    assert draft(shop).body["x-fenzu"]["label"]["en"] == "Client"
    html = send(shop, "translate", act="undo").get_data(as_text=True)
    assert 'id="grid"' in html
    assert draft(shop).body["x-fenzu"]["label"]["en"] == "Customer"


def test_a_text_of_many_lines_keeps_them(shop: Site) -> None:
    body = draft(shop).body
    body["properties"]["terms"] = {"type": "string", "x-fenzu": {"type": "consent", "label": {"zh": "条款", "en": "Terms"}, "text": {"zh": "一\n二"}}}
    body["x-fenzu"]["layout"][0]["items"].append({"field": "terms"})
    assert send(shop, "json", text=json.dumps(body)).status_code == 200
    html = shop.person().text(f"{FORM}/translate/")
    assert html.count("<textarea") == 2 and "一\n二</textarea>" in html and 'maxlength="5000"' in html
    send(shop, "translate", act="text-type", id="properties.terms.x-fenzu.text", name="en", value="One\r\nTwo")
    assert draft(shop).body["properties"]["terms"]["x-fenzu"]["text"] == {"zh": "一\n二", "en": "One\nTwo"}


def test_a_list_goes_out_and_comes_back(shop: Site) -> None:
    person = shop.person()
    out = person.get(f"{FORM}/translate/list.xlsx")
    assert out.status_code == 200
    back = person.htmx("POST", f"{FORM}/translate/in", {"file": (io.BytesIO(out.data), "texts.xlsx")})
    assert "会改 0 处" in back.get_data(as_text=True)
    wrong = person.htmx("POST", f"{FORM}/translate/in", {"file": (io.BytesIO(b"a,b\n1,2\n"), "texts.csv")})
    assert wrong.status_code == 422


def test_the_count_of_problems_follows_each_edit(shop: Site) -> None:
    data = {"act": "add", "kind": "link", "revision": draft(shop).revision, "sel": "", "look": ""}
    html = shop.person().htmx("POST", f"{FORM}/edit", data).get_data(as_text=True)
    assert 'id="room-problems">问题<span class="fz-cnt hot">' in html
    problems = shop.person().text(f"{FORM}/problems/")
    assert f"{FORM}/?sel=link" in problems


def test_the_document_is_read_kept_and_undone(shop: Site) -> None:
    body = draft(shop).body
    body["x-fenzu"]["help"] = {"zh": "先查重", "en": "Search first"}
    assert send(shop, "json", text=json.dumps(body)).status_code == 200
    assert draft(shop).body["x-fenzu"]["help"]["zh"] == "先查重"
    send(shop, "json", act="undo")
    assert "help" not in draft(shop).body["x-fenzu"]


def test_what_is_wrong_names_its_line(shop: Site) -> None:
    body = draft(shop).body
    body["properties"]["name"]["x-fenzu"]["type"] = "nonsense"
    text = document.written(body)
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "nonsense" in row)
    answer = send(shop, "json", text=text)
    assert answer.status_code == 422
    assert f'data-line="{line}"' in answer.get_data(as_text=True)
    assert draft(shop).revision == 0


NAME = {"type": "string", "x-fenzu": {"type": "text", "label": {"zh": "名"}}}
HOSTILE = {
    "deep": "[" * 50_000,
    "deep object": '{"a":' * 5_000 + "1" + "}" * 5_000,
    "huge": '"' + "x" * (document.LONGEST + 1) + '"',
    "not closed": '{"a": "' + "\\" * 100_001,
    "digits": "1" * 100_000,
    "twice": '{"a": 1, "a": 2}',
    "nan": '{"a": NaN}',
    "surrogate": '{"a": "\\ud800"}',
    "nul": '{"a": "\\u0000"}',
    "list": "[]",
    "nothing": "",
}
FIELDS = {
    "remote ref": {**NAME, "$ref": "https://example.com/schema.json"},
    "remote ref inside": {"type": "array", "items": {"properties": {"a": {"$ref": "file:///etc/passwd"}}}, **{
        "x-fenzu": {"type": "file", "label": {"zh": "文件"}}}},
    "pattern that swells": {**NAME, "pattern": "((a{1000}){1000}){1000}"},
    "pattern broken": {**NAME, "pattern": "("},
    "key with a quote": {**NAME, "x-fenzu": {"type": "text", "label": {"zh": "名"}, "'\"": 1}},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_quickly(shop: Site, name: str) -> None:
    began = time.monotonic()
    answer = send(shop, "json", text=HOSTILE[name])
    assert answer.status_code == 422
    assert "data-line" in answer.get_data(as_text=True)
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("name", FIELDS)
def test_hostile_fields_are_refused_quickly(shop: Site, name: str) -> None:
    body = draft(shop).body
    body["properties"]["evil"] = FIELDS[name]
    body["x-fenzu"]["layout"][0]["items"].append({"field": "evil"})
    began = time.monotonic()
    assert send(shop, "json", text=json.dumps(body)).status_code == 422
    assert time.monotonic() - began < SECONDS


def test_a_pattern_that_hangs_elsewhere_runs_in_no_time_here(shop: Site) -> None:
    body = draft(shop).body
    body["properties"]["name"]["pattern"] = "^(a+)+$"
    assert send(shop, "json", text=json.dumps(body)).status_code == 200
    from runtime.definitions.form import Form

    checker, began = Form(body).checker, time.monotonic()
    assert not checker.is_valid({"name": "a" * 100 + "!"})
    assert time.monotonic() - began < SECONDS


def test_lines_are_found_for_every_part_of_a_real_form(shop: Site) -> None:
    text = document.written(draft(shop).body)
    rows, found = text.splitlines(), document.lines(text)
    for path, line in found.items():
        last = path.rpartition(".")[2]
        assert not last or "[" in last or f'"{last}":' in rows[line - 1], path


def test_reading_is_the_inverse_of_writing() -> None:
    body = {"a": ["é", "客户", "\U0001f600", {"b": None}], "c": 1.5}
    assert document.read(document.written(body)) == body
    with pytest.raises(Invalid):
        document.read("{}}")
