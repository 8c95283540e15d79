"""Rules nobody would write: whatever is sent is answered with a problem and its place, never with a failure."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from runtime.errors import Invalid
from runtime.rules.check import check_rule, errors
from runtime.rules.compile import compile_rule
from runtime.rules.schema import normalise
from tests.runtime.rules_table import NOW, TableTarget

NAMED = {"field": "name", "operator": "=", "value": "a"}
BRACKETS = {ord("("): None, ord(")"): None}
PAID = {"field": "amount", "operator": ">", "value": 5}


def both(*parts: Any) -> dict[str, Any]:
    return {"combinator": "and", "rules": list(parts)}


def nested(part: Any, times: int) -> Any:
    for _ in range(times):
        part = both(part)
    return part


def some(inner: Any, mode: str = "some", **more: Any) -> dict[str, Any]:
    return {"field": "orders", "operator": "=", "match": {"mode": mode, **more}, "value": inner}


def refused(rule: Any) -> tuple[str, str]:
    """Where and why; the check before publishing says it at the same place."""
    with pytest.raises(Invalid) as caught:
        compile_rule(rule, TableTarget(), NOW)
    found = [(problem.path, problem.code) for problem in errors(check_rule(rule, TableTarget()))]
    first = caught.value.problems[0]
    assert (first.path, first.code) in found
    return first.path, first.code


def towers() -> list[Any]:
    """Far deeper than any rule: conditions, conditions on related records, values."""
    where, matched, value = both(PAID), both(PAID), ["a"]
    for _ in range(5000):
        where = both({"field": "orders", "operator": "=", "value": 1, "agg": {"fn": "count", "where": where}})
        matched = both(some(matched))
        value = [value]
    return [nested(NAMED, 5000), where, matched, both({"field": "name", "operator": "in", "value": value})]


@pytest.mark.parametrize("which", range(4))
def test_a_tower_is_refused_before_anybody_climbs_it(which: int) -> None:
    rule = towers()[which]
    assert refused(rule) == ("", "rule_too_deep")
    with pytest.raises(Invalid):
        normalise(rule)


def test_the_deepest_rule_that_means_something_is_no_tower() -> None:
    deepest = nested(some(nested({"field": "amount", "operator": "in", "value": [1]}, 4)), 4)
    assert errors(check_rule(deepest, TableTarget())) == []
    compile_rule(deepest, TableTarget(), NOW)


@pytest.mark.parametrize("operator", ["anniversaryInNext", "anniversaryInLast"])
@pytest.mark.parametrize("unit", ["hour", "minute"])
def test_what_comes_round_once_a_year_has_no_hour(operator: str, unit: str) -> None:
    rule = both({"field": "born", "operator": operator, "value": {"n": 3, "unit": unit}})
    assert refused(rule) == ("rules[0]", "rule_bad_span")


@pytest.mark.parametrize("threshold", [None, True, 1.5, 2.0, -1, 2**31, 10**40, "2", [2]])
def test_a_number_of_records_is_one_a_database_can_count_to(threshold: Any) -> None:
    assert refused(both(some(both(PAID), "atMost", threshold=threshold))) == ("rules[0]", "rule_bad_match")


def test_problems_stand_where_they_are() -> None:
    missing = {"field": "nobody", "operator": "null"}
    assert refused(both(some(both(PAID, missing))))[0].startswith("rules[0].value.rules[1]")
    assert refused(both(some(missing)))[0].startswith("rules[0].value")
    alone = {"field": "$group", "operator": "in", "value": "level/high"}
    assert refused(both(NAMED, alone)) == ("rules[1]", "rule_no_list")


def test_a_single_condition_on_related_records_is_a_group_of_one() -> None:
    for mode in ("some", "none", "all"):
        single, grouped = (
            str(sa.select(compile_rule(both(some(one, mode)), TableTarget(), NOW).where)) for one in (PAID, both(PAID))
        )
        assert single.translate(BRACKETS) == grouped.translate(BRACKETS)
