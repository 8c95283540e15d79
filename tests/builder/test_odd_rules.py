"""Rules no person would write: refused at every door, and drawn all the same where one lies in a draft already."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from builder import drafts, shelf
from builder.edits import grouping as edits
from runtime.definitions.rule_shapes import mended
from runtime.errors import Invalid
from runtime.rules.shape import drawable
from runtime.storage.system_tables import draft_step
from runtime.words import Words
from tests.builder.bodies import leaf, rule
from tests.builder.wholesale import Designer, designer, installed

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
SUM = {"field": "introduced", "operator": ">", "value": 1}
ODD: list[dict[str, Any]] = [
    SUM | {"agg": {"fn": "count", "where": {"rules": 5}}},
    SUM | {"agg": {"fn": "count", "where": {"combinator": "and", "rules": [5, None]}}},
    SUM | {"agg": {"fn": "count", "where": rule({"field": 3, "operator": "="})}},
    SUM | {"agg": {"fn": "sum", "of": ["a"]}},
    SUM | {"agg": 5},
    {"field": "introduced", "match": {"mode": "some"}, "value": {"rules": 7}},
    {"field": "introduced", "match": {"mode": "all"}, "value": {"combinator": "or", "rules": [5, {"rules": {}}]}},
    {"field": "introduced", "match": [1], "value": 7},
    {"field": "kind", "operator": "changed", "value": {"n": 3, "unit": "day", "from": {"operator": [], "field": {}}}},
    {"field": "kind", "operator": "changed", "value": {"n": 3, "unit": "day", "to": 5}},
    {"combinator": "and", "rules": {"a": 1}},
    {"combinator": "and", "rules": [5, None, {"rules": None}]},
]
WHAT = Words("改", "Change")


def ids(odd: Any) -> str:
    return json.dumps(odd)[:60]


@pytest.mark.parametrize("odd", ODD, ids=ids)
def test_they_come_in_by_no_gesture(designer: Designer, odd: dict[str, Any]) -> None:
    before = designer.rule()
    assert not drawable(odd)
    for act, given in (("paste", {"node": odd}), ("add", {"leaf": odd}), ("swap", {"leaf": odd, "path": "rules[0]"}), ("take", {"rule": rule(odd)})):
        designer.act(act, 422, **{"path": "", **{name: part if name == "path" else json.dumps(part) for name, part in given.items()}})
    designer.act("text", 422, how="replace", text=json.dumps(rule(odd)))
    assert designer.rule() == before
    assert designer.get("?open=high&tab=rule")


@pytest.mark.parametrize("odd", ODD, ids=ids)
def test_a_draft_keeps_none_whichever_way_it_comes(designer: Designer, odd: dict[str, Any]) -> None:
    with designer.site.database.write() as conn, pytest.raises(Invalid) as refused:
        drafts.apply(conn, designer.app.id, "grouping", "importance", designer.revision, lambda body: edits.set_rule(body, "high", rule(odd)), WHAT, None)
    assert refused.value.problems[0].path.startswith("groups[0].rule")


@pytest.mark.parametrize("odd", ODD, ids=ids)
def test_one_that_lies_there_already_is_drawn_and_taken_out(designer: Designer, odd: dict[str, Any]) -> None:
    """Written before the doors were closed: the designer opens, says what is wrong, and its menu still works."""
    before = designer.rule()
    designer.act("add", path="", leaf=json.dumps(leaf("name", "notNull")))
    lay(designer, rule(*before["rules"], odd))
    for path in ("?open=high&tab=rule", "/-/map", "/high/rule/aside/out", "/high/rule/aside/in", "/high/rule/aside/save?path=rules[3]", "/high/pick?path=rules[3]"):
        answer = designer.person.htmx("GET", f"{designer.home}{path}")
        assert answer.status_code < 500, (path, answer.status_code)
    designer.act("remove", path=f"rules[{len(before['rules'])}]")
    assert designer.rule() == before


def lay(designer: Designer, odd: dict[str, Any]) -> None:
    """Put a rule into the draft past every door."""
    body = designer.body()
    body["groups"][0]["rule"] = odd
    with designer.site.database.write() as conn:
        draft = drafts.open_draft(conn, designer.app.id, "grouping", "importance")
        mine = (draft_step.c.draft_id == draft.id, draft_step.c.step == draft.top)
        assert conn.execute(sa.update(draft_step).where(*mine).values(body=json.dumps(body))).rowcount == 1


@pytest.mark.parametrize("odd", ODD, ids=ids)
def test_logic_and_links_of_a_form_are_mended_as_they_are_read(odd: dict[str, Any]) -> None:
    good = rule(leaf("name", "notNull"))
    link = {"x-fenzu": {"type": "link", "only": rule(odd, *good["rules"])}}
    rows = {"x-fenzu": {"type": "rows"}, "items": {"properties": {"inner": {"x-fenzu": {"type": "link", "only": odd}}}}}
    body: dict[str, Any] = {"x-fenzu": {"logic": [{"key": "a", "when": rule(odd)}, {"key": "b", "when": good}]}, "properties": {"link": link, "rows": rows}}
    made = mended("form", body)
    inner = made["properties"]["rows"]["items"]["properties"]["inner"]["x-fenzu"]["only"]
    only = made["properties"]["link"]["x-fenzu"]["only"]
    assert all(map(drawable, (only, inner, made["x-fenzu"]["logic"][0]["when"]))) and only["rules"][1:] == good["rules"]
    assert made["x-fenzu"]["logic"][1]["when"] == good


def test_half_a_character_is_refused_with_a_sentence(designer: Designer) -> None:
    before = designer.rule()
    for act, name in (("paste", "node"), ("add", "leaf"), ("take", "rule")):
        text = '{"combinator":"and","rules":[{"field":"name","operator":"=","value":"\\ud800"}]}' if name != "leaf" else '{"field":"name","value":"\\ud800"}'
        designer.act(act, 422, path="", **{name: text})
    assert designer.rule() == before


def test_a_saved_rule_never_takes_the_place_of_another(designer: Designer) -> None:
    aside, first, other = "/high/rule/aside", designer.rule()["rules"][0], leaf("name", "notNull")
    designer.post(f"{aside}/save", path="rules[0]", label_zh="甲", label_en="A")
    designer.post(f"{aside}/save", path="rules[1]", label_zh="乙")
    back: dict[str, Any] = {"rule": json.dumps(other), "form": "customer"}
    designer.post(f"{aside}/back", 422, label_zh="甲", label_en="A", **back)
    designer.post(f"{aside}/back", 422, label_zh="甲", **back)
    designer.post(f"{aside}/back", 422, label_zh=" ", **back)
    key = kept(designer)[1]["key"]
    designer.post(f"{aside}/rename", 422, key=key, label_zh="甲")
    assert next((each["label"], each["rule"]) for each in kept(designer)) == ({"zh": "甲", "en": "A"}, first)
    designer.post(f"{aside}/rename", key=key, label_zh="乙", label_en="B")  # its own name stands in nobody's way
    designer.post(f"{aside}/back", label_zh="丙", **back)
    assert [each["label"].get("zh") for each in kept(designer)] == ["甲", "乙", "丙"]


def kept(designer: Designer) -> list[dict[str, Any]]:
    with designer.site.database.read() as conn:
        return shelf.read(conn, designer.app.id)[shelf.RULES]


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "2026-13-01T00:00", ""])
def test_no_hour_is_beyond_a_sentence(designer: Designer, at: str) -> None:
    designer.act("add", path="", leaf=json.dumps(leaf("name", "notNull")))
    answer = designer.person.htmx("POST", f"{designer.home}/-/publish", {"revision": designer.revision, "when": "later", "at": at})
    assert answer.status_code == 422


def test_numbers_beyond_every_record_name_nobody(designer: Designer) -> None:
    designer.post("/high/example/in", 422, record="9" * 30)
    designer.post("/high/examples", 422, **{"in": "9" * 30, "out": "9" * 30})
