"""A form's document that nobody means well with: whatever stands where, it is answered, by every door and quickly."""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from builder import apps
from builder.edits import form, made
from runtime.accounts import tokens
from runtime.definitions.checks import check, shape
from runtime.definitions.form_check import NODE, SCHEMA
from runtime.definitions.whole import whole
from runtime.errors import Problem
from runtime.fields import FIELD_TYPES
from runtime.messages import say
from runtime.words import LANGUAGES
from tests.api import Client
from tests.web import Person, Site, open_site

ODD = (None, True, -1, 10**400, 1.5, "", "x", "\x00", "(", [], [[]], [None], ["x"], {}, {"zh": 1}, {"a": {}}, [{}], [{"key": "a"}], {"decimals": "x"})
COMMON = ("type", "label", "help", "placeholder", "default", "unique", "retired", "hidden", "short", "nonsense")
SECONDS = 5.0  # each is answered in milliseconds; a busy machine gets time


def designed(name: str) -> Any:
    """A form with one field of a type, as the designer makes it."""
    return form.add_field(form.new({"zh": "表", "en": "Form"}), name, key="it").body


def spoilt(name: str) -> Iterator[tuple[str, Any]]:
    """The form with one thing after another replaced by something odd: settings, the node itself, the root."""
    body = designed(name)
    for odd in ODD:
        for key in (*COMMON, *FIELD_TYPES[name].settings):
            yield _put(body, odd, "properties", "it", "x-fenzu", key)
        for key in NODE["properties"]:
            yield _put(body, odd, "properties", "it", key)
    for odd in ODD:
        for key in SCHEMA["properties"]["x-fenzu"]["properties"]:
            yield _put(body, odd, "x-fenzu", key)
        for key in (*body, "required", "$defs", "$ref"):
            yield _put(body, odd, key)


def _put(body: Any, odd: Any, *path: str) -> tuple[str, Any]:
    new_body: Any = made.copy(body)
    at = new_body
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = odd
    return f"{'.'.join(path)} = {str(odd)[:20]}", new_body


def told(problems: list[Problem]) -> None:
    """Each problem is a sentence in both languages."""
    for problem in problems:
        assert all(say(problem, lang).strip() for lang in LANGUAGES), problem


@pytest.mark.parametrize("name", list(FIELD_TYPES))
def test_whatever_stands_where_the_check_says_so(name: str) -> None:
    assert not shape("form", designed(name))
    for where, body in spoilt(name):
        began = time.process_time()
        try:
            told(shape("form", body) or check("form", body, whole([])))
        except Exception as error:
            raise AssertionError(f"{name}: {where}: {error!r}") from error
        assert time.process_time() - began < SECONDS, where


NAME = {"type": "string", "x-fenzu": {"type": "text", "label": {"zh": "名", "en": "Name"}}}
HOSTILE: dict[str, Any] = {
    "remote reference": {**NAME, "$ref": "https://example.com/schema.json"},
    "reference to a file": {**NAME, "items": {"$ref": "file:///etc/passwd"}},
    "pattern that swells": {**NAME, "pattern": "((a{1000}){1000}){1000}"},
    "pattern that is none": {**NAME, "pattern": "("},
    "another type of value": {**NAME, "type": ["string", {"a": []}]},
    "a setting of another kind": {"type": "number", "readOnly": True, "x-fenzu": {"type": "rollup", "label": NAME["x-fenzu"]["label"], "shown": 1}},
    "a result there is not": {"type": "number", "readOnly": True, "x-fenzu": {"type": "rollup", "label": NAME["x-fenzu"]["label"], "result": "no such"}},
    "rows in rows": {"type": "array", "items": {"type": "object", "properties": {"a": {
        "type": "array", "items": {"type": "object", "properties": {"b": NAME}}, "x-fenzu": {"type": "rows", "label": {"zh": "行"}}}}},
        "x-fenzu": {"type": "rows", "label": {"zh": "行", "en": "Rows"}}},
    "formula that swells": {"type": "number", "readOnly": True, "x-fenzu": {
        "type": "formula", "label": {"zh": "算", "en": "Sum"}, "formula": "(" * 1500, "result": "number"}},
}  # fmt: skip
DEEP: Any = "x"
for _ in range(300):
    DEEP = {"combinator": "and", "rules": [DEEP]}
WHOLE: dict[str, Any] = {
    "a rule too deep": {"logic": [{"key": "a", "when": DEEP, "then": [{"show": "name"}]}]},
    "a thousand rules": {"logic": [{"key": f"r{n}", "when": {"combinator": "and", "rules": [{"field": "name", "operator": "notNull"}]},
                                    "then": [{"show": "name"}]} for n in range(5000)]},
    "a section in a section": {"layout": [{"key": "a", "columns": 1, "items": [{"key": "b", "columns": 1, "items": []}]}]},
    "a layout of text": {"layout": "main"},
}  # fmt: skip


AT, ROOM = "/api/v1/apps/kehu/definitions/form/customer", "/build/kehu/forms/customer/"


class Door:
    """A builder with a browser and a program, at one form."""

    def __init__(self, site: Site) -> None:
        boss = site.set_up()
        with site.database.write() as conn:
            apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, boss.id)
            secret = tokens.create(conn, site.actor(), "test")[1]
        self.program, self.browser = Client(site.app, site.actor(), secret), Person(site.app, site.actor())

    def body(self) -> Any:
        return self.program.get(AT)["body"]

    def lay(self, body: Any) -> Any:
        return self.program.send("PUT", f"{AT}/draft", {"body": body})


@pytest.fixture(scope="module")
def door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_site(sqlite_template, tmp_path_factory.mktemp("hostile")) as site:
        yield Door(site)


def evil(door: Door, what: str) -> Any:
    body = door.body()
    if what in WHOLE:
        body["x-fenzu"] |= WHOLE[what]
    else:
        body["properties"]["evil"] = HOSTILE[what]
        body["x-fenzu"]["layout"][0]["items"].append({"field": "evil"})
    return body


@pytest.mark.parametrize("what", [*HOSTILE, *WHOLE])
def test_every_door_refuses_it_quickly_and_nothing_changes(door: Door, what: str) -> None:
    body, before = evil(door, what), door.program.get(AT)
    began = time.monotonic()
    stopped(door, door.lay(body))
    room = door.browser.htmx("POST", f"{ROOM}json/edit", {"revision": 0, "text": json.dumps(body)})
    stopped(door, room)
    assert room.status_code == 200 or "data-line" in room.get_data(as_text=True)
    body["x-fenzu"]["key"] = "other"
    carried = door.browser.post("/build/kehu/carry/", {"file": (io.BytesIO(json.dumps(body).encode()), "form.json")})
    assert carried.status_code in (303, 422), what  # kept beside the app, and no draft before it was looked at
    assert time.monotonic() - began < SECONDS, what
    assert door.program.get(AT) == before


def stopped(door: Door, answer: TestResponse) -> None:
    """Refused, or a draft that is not finished: it says what is wrong, is drawn, and never published."""
    assert answer.status_code in (200, 400, 422)
    if answer.status_code == 200:
        assert door.program.get(f"{AT}/draft")["problems"]
        assert door.program.send("POST", f"{AT}/publish", {}).status_code == 422
        assert door.browser.get(ROOM).status_code == door.browser.get(f"{ROOM}problems/").status_code == 200
        door.program.send("DELETE", f"{AT}/draft")


def test_a_pattern_that_hangs_others_is_taken_and_runs_in_no_time(door: Door) -> None:
    body = door.body()
    body["properties"]["name"]["pattern"] = "^(a+)+$"
    assert door.lay(body).get_json()["problems"] == []
    assert door.program.send("POST", f"{AT}/publish", {}).status_code == 200
    began = time.monotonic()
    answer = door.program.send("POST", "/api/v1/apps/kehu/forms/customer/records", {"values": {"name": "a" * 200 + "!"}})
    assert answer.status_code == 422 and answer.get_json()["errors"][0]["path"] == "name"
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize("name", list(FIELD_TYPES))
def test_a_draft_that_was_laid_down_is_drawn_in_every_room(door: Door, name: str) -> None:
    """What the API takes as a draft, the designer draws, whatever is wrong with it."""
    draw = random.Random(name)
    drawn = (body["properties"] for _, body in spoilt(name))
    cases = [fields["it"] for fields in drawn if isinstance(fields, dict) and "it" in fields]
    for node in draw.sample(cases, 25):
        body = door.body()
        body["properties"]["it"] = node
        body["x-fenzu"]["layout"][0]["items"].append({"field": "it"})
        answer = door.lay(body)
        assert answer.status_code in (200, 400, 422), (name, node)
        if answer.status_code == 200:
            for room in ("?sel=it", "problems/", "translate/", "publish"):
                assert door.browser.get(f"{ROOM}{room}").status_code < 500, (name, node, room)
            door.program.send("DELETE", f"{AT}/draft")
