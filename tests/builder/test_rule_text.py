"""Rules as text for another tool: what goes out comes in as the same rule; what has no twin is refused on its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from builder.carry import rule_text
from runtime.errors import Invalid
from runtime.messages import say
from runtime.rules.schema import normalise
from tests.runtime.rules_drawn import ANY, trees
from tests.shared import shared

A, B = {"field": "kind", "operator": "=", "value": "x"}, {"field": "name", "operator": "notNull"}


@given(rule=trees(ANY))
def test_a_rule_taken_out_and_put_in_again_is_the_same(rule: Any) -> None:
    once = normalise(rule)
    assert rule_text.taken(rule_text.given(once)).rule == once
    assert rule_text.given(rule_text.taken(rule_text.given(once)).rule) == rule_text.given(once)


def test_every_sample_rule_and_foreign_case_goes_through_the_door_and_back() -> None:
    cases = json.loads(shared("data/suites/rqb_dbtests/rqb_cases.json").read_text())
    queries = [case["query"] for suite in cases.values() for case in suite["tests"].values()]
    queries += [rule["query"] for rule in json.loads((shared("data/oracle_rules_sample") / "northwind_rules_expected.json").read_text())]
    assert len(queries) == 108
    for query in queries:
        came = rule_text.taken(json.dumps(query)).rule
        assert rule_text.taken(rule_text.given(came)).rule == came == normalise(query)


def test_a_single_condition_is_a_rule_too() -> None:
    assert rule_text.taken(json.dumps(A)).rule == {"combinator": "and", "rules": [A]}


def text_of(*parts: Any, **more: Any) -> str:
    return json.dumps({"combinator": "and", "rules": list(parts), **more}, indent=1)


def deep(levels: int) -> Any:
    return A if levels == 0 else {"combinator": "and", "rules": [deep(levels - 1)]}


@pytest.mark.parametrize(
    ("text", "line", "path", "code"),
    [
        ("", 1, "line:1", "document_broken"),
        ('{"rules":\n [', 2, "line:2", "document_broken"),
        ("[]", 1, "", "rule_text_none"),
        ('{"combinator": "and"}', 1, "", "rule_text_none"),
        (text_of(B, A | {"operator": "soundsLike"}), 8, "rules[1]", "rule_no_operator"),
        (text_of(B, A | {"muted": True}), 8, "rules[1]", "rule_muted"),
        (text_of(B, A | {"lhs": {}}), 8, "rules[1]", "rule_bad_shape"),
        (text_of(B, {"combinator": "xor", "rules": [A]}), 8, "rules[1]", "rule_xor"),
        (text_of(B, {"combinator": "or", "rules": []}), 8, "rules[1]", "rule_empty"),
        (text_of(B, {"field": "kind", "operator": "in", "value": ["x"] * 501}), 11, "rules[1].value", "rule_list_too_long"),
        (text_of(B, {"field": "kind", "operator": "in", "value": ",".join("x" * 5000)}), 11, "rules[1].value", "rule_list_too_long"),
        (json.dumps(deep(5), indent=1), 13, "rules[0].rules[0].rules[0].rules[0]", "rule_too_deep"),
    ],
)
def test_what_has_no_twin_is_refused_with_its_path_and_line(text: str, line: int, path: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule_text.taken(text)
    ((found, problem),) = rule_text.placed(refused.value, text)
    assert (found, problem.path, problem.code) == (line, path, code)
    for lang in ("zh", "en"):
        assert say(problem, lang) and "{" not in say(problem, lang)


def test_five_hundred_values_and_four_levels_are_taken() -> None:
    assert rule_text.taken(text_of({"field": "kind", "operator": "in", "value": ["x"] * 500})).rule["rules"][0]["value"] == ["x"] * 500
    assert rule_text.taken(json.dumps(deep(4))).rule == deep(4)


def test_what_another_tool_will_not_know_is_named() -> None:
    count = {"field": "orders", "agg": {"fn": "count"}, "operator": ">=", "value": 3}
    some = {"field": "orders", "match": {"mode": "some"}, "operator": "=", "value": {"combinator": "and", "rules": [A]}}
    group = {"field": "$group", "operator": "in", "value": ["level/high"]}
    recent = {"field": "born", "operator": "inLast", "value": {"n": 3, "unit": "day"}}
    day = {"field": "born", "operator": "<", "value": {"anchor": "today", "offset": -1, "unit": "day"}}
    own = {"field": "owner", "operator": "=", "valueSource": "field", "value": "$own.owner"}
    rule = {"combinator": "and", "rules": [A, B, count, some, {"combinator": "or", "rules": [group, recent]}, day, own]}
    found = list(rule_text.foreign(rule))
    assert [leaf for _path, leaf, _why, _values in found] == [count, some, group, recent, day, own]
    assert found[3][2].say("en", **found[3][3]) == "this way to compare (inLast)"


def test_locks_are_told_and_null_tests_carry_a_value_for_the_other_tool() -> None:
    taken = rule_text.taken(text_of({**A, "disabled": True, "id": "1", "path": [0]}))
    assert taken.locked and taken.rule["rules"] == [A]
    assert json.loads(rule_text.given({"combinator": "and", "rules": [B]}))["rules"] == [B | {"value": None}]
