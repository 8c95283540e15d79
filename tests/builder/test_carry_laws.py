"""The law of carrying forms about: whatever was designed by whatever gestures comes back from its file as it was."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builder.carry import arrive
from builder.edits import form, made, node
from runtime.definitions import document, form_check
from runtime.definitions.form import Form
from runtime.fields import FIELD_TYPES
from tests.builder.bodies import customer, leaf
from tests.builder.test_laws import form_gesture

ACTIONS = ("show", "hide", "require", "readonly")


def designed(seed: int, gestures: int) -> Any:
    """A form by random gestures: fields of any type, layouts, pages, pieces; then logic, formulas, a public side."""
    pick = random.Random(seed)
    body: Any = customer()
    for kind in pick.sample(list(FIELD_TYPES), 12):
        body = form.add_field(body, kind).body
    for _ in range(gestures):
        body = form_gesture(body, None, pick.randrange(2**32))
    body = made.copy(body)
    keys = node.live_keys(body)
    fields = [key for key in keys if not Form(body).fields[key].type.readonly]
    sections = {section["key"] for section in node.layout_of(body)}
    for number in range(pick.randrange(4)):
        about, target = pick.choice(keys), pick.choice([key for key in fields if key not in sections] or keys)
        when = {"combinator": pick.choice(["and", "or"]), "not": pick.random() < 0.3, "rules": [leaf(about, "notNull")]}
        then: list[Any] = [{pick.choice(ACTIONS): target}, {"refuse": {"zh": "不行", "en": "No"}}]
        body["x-fenzu"].setdefault("logic", []).append({"key": f"r{number}", "when": when, "then": then[pick.randrange(2) :]})
    for each in body["properties"].values():
        if each["x-fenzu"]["type"] == "formula":
            each["x-fenzu"]["formula"] = 'IF(LEN({name}) > 3, 1.5, "多" & {name})'
    if pick.random() < 0.5:
        body["x-fenzu"]["public"] = {"enabled": True, "fields": ["name"], "title": {"zh": "来", "en": "Come"}, "quota": 3}
    return body


@given(st.integers(0, 2**32), st.integers(0, 25))
def test_what_goes_out_comes_back_as_it_was(seed: int, gestures: int) -> None:
    body = designed(seed, gestures)
    back = document.read(document.written(body))
    assert back == body == json.loads(json.dumps(body))
    if form_check.check(body):
        return
    assert arrive.from_document(back, set()).body == body
    assert arrive.from_document(document.read(document.written(body)), {body["x-fenzu"]["key"]}).body["properties"].keys() == body["properties"].keys()


def test_most_of_them_are_sound_so_that_the_law_says_something(tmp_path: Path) -> None:
    bodies = [designed(seed, 10) for seed in range(60)]
    sound = [body for body in bodies if not form_check.check(body)]
    assert len(sound) > 30
    assert any("logic" in body["x-fenzu"] for body in sound) and any("public" in body["x-fenzu"] for body in sound)
    assert any("layouts" in body["x-fenzu"] for body in sound)
    assert {each["x-fenzu"]["type"] for body in sound for each in body["properties"].values()} >= set(FIELD_TYPES) - {"formula"}
    path = tmp_path / "form.json"
    for body in sound[:10]:
        path.write_text(document.written(body), "utf-8")
        assert arrive.take(path, path.name, set()).body == body
