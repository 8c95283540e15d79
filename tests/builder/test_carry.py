"""Forms come in from JSON Schema, XLSForm and lists, and go out again; whatever a file says, the form that is made is sound."""

from __future__ import annotations

import io
import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builder import apps, drafts
from builder.carry import arrive, schema_in, sheet_in
from builder.carry.maker import Taken
from builder.edits import form
from runtime.definitions import document, form_check
from runtime.errors import Invalid
from runtime.exchange.workbook_writer import write_xlsx
from runtime.fields import FIELD_TYPES
from tests.builder.bodies import customer
from tests.shared import ROOT, shared
from tests.web import Site

FORMS = sorted((ROOT / "app_templates").glob("*/forms/*.json"))
SECONDS = 5.0


def types(taken: Taken) -> dict[str, str]:
    return {key: kind.name for key, _label, kind in taken.labels}


def put(tmp_path: Path, text: str, name: str = "form.json") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


# --- our own ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_our_own_forms_come_back_as_they_were(path: Path, tmp_path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    assert arrive.take(put(tmp_path, document.written(body)), "form.json", set()).body == body


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(list(FIELD_TYPES)), max_size=8))
def test_whatever_is_designed_comes_back_as_it_was(kinds: list[str]) -> None:
    body = form.new({"zh": "表", "en": "Form"})
    for kind in kinds:
        body = form.add_field(body, kind).body
    if not form_check.check(body):
        assert arrive.from_document(document.read(document.written(body)), set()).body == body


def test_a_key_that_is_taken_changes_and_links_to_itself_follow() -> None:
    body = form.add_field(customer(), "link").body
    body["properties"]["link"]["x-fenzu"] |= {"form": "customer", "inverse": "parents"}
    made = arrive.from_document(body, {"customer"}).body
    assert made["x-fenzu"]["key"] == "customer_2"
    assert made["properties"]["link"]["x-fenzu"]["form"] == "customer_2"


# --- JSON Schema ------------------------------------------------------------------------------------------------

PERSON = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Person",
    "type": "object",
    "definitions": {"sex": {"enum": ["m", "f"], "title": "Sex"}, "loop": {"$ref": "#/definitions/loop"}},
    "required": ["firstName", "tags"],
    "properties": {
        "firstName": {"type": "string", "minLength": 2, "description": "As on the passport", "examples": ["Ada"]},
        "age": {"type": "integer", "minimum": 0, "maximum": 150, "default": 18},
        "weight": {"type": ["number", "null"], "multipleOf": 0.1},
        "born": {"type": "string", "format": "date"},
        "mail": {"type": "string", "format": "email"},
        "sex": {"$ref": "#/definitions/sex"},
        "member": {"type": "boolean"},
        "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True},
        "level": {"oneOf": [{"const": 1, "title": "一级"}, {"const": 2, "title": "二级"}]},
        "bio": {"type": "string", "maxLength": 4000},
        "address": {"type": "object", "title": "Address", "properties": {"city": {"type": "string"}}},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"what": {"type": "string"}}}},
        "round": {"$ref": "#/definitions/loop"},
        "away": {"$ref": "https://example.com/other.json"},
        "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "odd": {"type": "string", "contentEncoding": "base64"},
    },
}


def test_a_json_schema_becomes_fields_and_says_what_it_could_not_take() -> None:
    taken = schema_in.take(PERSON, set())
    found = types(taken)
    assert {key: found.get(key) for key in ("firstname", "age", "weight", "born", "mail", "sex", "member", "tags")} == {
        "firstname": "text", "age": "number", "weight": "number", "born": "date", "mail": "email", "sex": "choice",
        "member": "yes_no", "tags": "choices",
    }  # fmt: skip
    assert {found[key] for key in ("level", "bio", "city", "maybe")} == {"choice", "long_text", "text"}
    fields = taken.body["properties"]
    assert fields["weight"]["x-fenzu"]["decimals"] == 1
    assert (fields["age"]["minimum"], fields["age"]["x-fenzu"]["default"]) == (0, 18)
    assert taken.body["required"] == ["firstname", "tags"]
    assert "Address" in [section.get("label", {}).get("en") for section in taken.body["x-fenzu"]["layout"]]
    told = {problem.path: problem.code for problem in taken.notes}
    assert told["/properties/round"] == told["/properties/away"] == "schema_ref"
    assert told["/properties/either"] == "schema_not_taken"
    assert told["/properties/odd/contentEncoding"] == "schema_keyword"
    assert form_check.check(taken.body) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=6)
    | st.sampled_from(["string", "integer", "array", "object", "date", "#", "#/properties/a", "#/$defs/a", "^(a+)+$", "("]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(schema_in.UNDERSTOOD)) | st.text(max_size=4), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@example({"a": {"format": ["date"]}, "b": {"type": None}, "c": {"type": {"string": 1}}, "d": {"type": 7, "format": {}}}, {})
@given(st.dictionaries(st.text(max_size=5), JSON, min_size=1, max_size=6), st.dictionaries(st.sampled_from(["required", "$defs", "allOf", "title"]), JSON))
def test_any_schema_makes_a_sound_form_or_is_refused(properties: dict[str, Any], more: dict[str, Any]) -> None:
    try:
        taken = schema_in.take({**more, "properties": properties}, set())
    except Invalid:
        return
    assert form_check.check(taken.body) == []


def test_references_that_multiply_end() -> None:
    names = [chr(97 + n) for n in range(20)]
    defs = {name: {"properties": {"l": {"$ref": f"#/$defs/{after}"}, "r": {"$ref": f"#/$defs/{after}"}}}
            for name, after in itertools.pairwise(names)}  # fmt: skip
    began = time.monotonic()
    taken = schema_in.take({"$defs": defs, "properties": {"start": {"$ref": "#/$defs/a"}}}, set())
    assert time.monotonic() - began < SECONDS
    assert any(problem.code == "schema_too_deep" for problem in taken.notes)


@pytest.mark.parametrize("ref", ["#", "#/properties/a", "#/$defs/d"])
def test_references_in_a_circle_end(ref: str) -> None:
    again = {"allOf": [{"$ref": ref}, {"$ref": ref}], "anyOf": [{"$ref": ref}], "properties": {"b": {"$ref": ref}}}
    began = time.monotonic()
    taken = schema_in.take({**again, "properties": {"a": again}, "$defs": {"d": again}}, set())
    assert time.monotonic() - began < SECONDS
    assert form_check.check(taken.body) == []


# --- a list -----------------------------------------------------------------------------------------------------


def test_columns_become_fields_by_their_values(tmp_path: Path) -> None:
    rows = [[f"客户{n}", "是" if n % 2 else "否", f"2026-01-{n + 1:02}", f"1380613{2000 + n}", str(n * 1.5), "ABC"[n % 3], f"0{n}"] for n in range(12)]
    path = tmp_path / "客户.xlsx"
    write_xlsx(path, ["名称", "会员", "生日", "手机", "金额", "等级", "门牌"], rows, ["text"] * 7)
    taken = arrive.take(path, path.name, set())
    assert list(types(taken).values()) == ["text", "yes_no", "date", "phone", "number", "choice", "text"]
    chosen = dict(zip(taken.body["properties"], ["text", "text", "date", "text", "money", "text", "text"], strict=True))
    again = sheet_in.take(path, path.name, set(), chosen)
    assert types(again) == chosen
    assert form_check.check(again.body) == []


def test_real_lists_make_sound_forms() -> None:
    for path in sorted(shared("data/crm").glob("*/*.csv"))[:12]:
        assert form_check.check(arrive.take(path, path.name, set()).body) == [], path.name


# --- the way through the pages ----------------------------------------------------------------------------------


@pytest.fixture
def shop(site: Site) -> Site:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    return site


def test_a_file_is_shown_then_a_draft(shop: Site) -> None:
    person = shop.person()
    sent = person.post("/build/kehu/carry/", {"file": (io.BytesIO(json.dumps(PERSON).encode()), "person.json")})
    assert sent.status_code == 303
    shown = person.text(sent.headers["Location"])
    assert "/properties/away" in shown
    with shop.database.read() as conn:
        assert not drafts.unpublished(conn, 1)
    done = person.post(sent.headers["Location"], {"name": "人"})
    assert done.headers["Location"].endswith("/forms/person/")
    assert person.get(done.headers["Location"]).status_code == 200
    assert person.get(sent.headers["Location"]).status_code == 404


def test_an_export_comes_in_as_the_same_form(shop: Site) -> None:
    person = shop.person()
    out = person.get("/build/kehu/carry/out/customer.json")
    sent = person.post("/build/kehu/carry/", {"file": (io.BytesIO(out.data), "customer.json")})
    person.post(sent.headers["Location"], {})
    with shop.database.read() as conn:
        made = drafts.open_draft(conn, 1, "form", "customer_2").body
    was = json.loads(out.data)
    was["x-fenzu"]["key"] = "customer_2"
    assert made == was


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 9999, b'{"a":1}', b"\x89PNG....", b"PK\x03\x04nonsense"])
def test_files_that_are_no_form_are_refused(shop: Site, data: bytes) -> None:
    answer = shop.person().post("/build/kehu/carry/", {"file": (io.BytesIO(data), "form.json")})
    assert answer.status_code == 422


def test_only_builders_bring_forms_in_and_only_their_own_files(shop: Site) -> None:
    assert shop.person("member").get("/build/kehu/carry/").status_code == 403
    sent = shop.person().post("/build/kehu/carry/", {"file": (io.BytesIO(json.dumps(PERSON).encode()), "a.json")})
    assert shop.person("builder").get(sent.headers["Location"]).status_code == 404
    assert shop.person().post(f"{sent.headers['Location']}away").status_code == 303
