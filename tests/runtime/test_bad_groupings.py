"""Groupings and codes that are wrong: refused at every door with a sentence in both languages, and nobody is moved by them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import APP, CUSTOMERS, Installation, installed

GROUPING = f"{APP}/definitions/grouping/importance"
REGION = f"{APP}/definitions/grouping/region"
Body = dict[str, Any]


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Installation]:
    with installed(sqlite_template, tmp_path) as found:
        yield found


def leaf(field: str, operator: str = "null", value: Any = None, **more: Any) -> Body:
    return {"field": field, "operator": operator, **({} if value is None else {"value": value}), **more}


def ruled(rule: Any) -> Callable[[Body], Body]:
    """The grouping with another rule at its first group."""
    def change(body: Body) -> Body:
        body["groups"][0]["rule"] = rule
        return body
    return change


def deep(levels: int) -> Body:
    rule: Body = {"combinator": "and", "rules": [leaf("name")]}
    for _ in range(levels - 1):
        rule = {"combinator": "and", "rules": [rule]}
    return rule


def of(*rules: Any) -> Body:
    return {"combinator": "and", "rules": list(rules)}


BAD: dict[str, tuple[Any, str]] = {
    "empty group": (of(), "rule_empty"),
    "empty bracket": (of(leaf("name"), of()), "rule_empty"),
    "empty list": (of(leaf("status", "in", [])), "rule_no_list"),
    "unknown field": (of(leaf("shoe_size", "=", 44)), "no_such_field"),
    "unknown option": (of(leaf("status", "=", "gone")), "no_such_option"),
    "list of 5,000 values": (of(leaf("name", "in", [f"客户 {n}" for n in range(5000)])), "rule_no_list"),
    "depth 5": (deep(5), "rule_too_deep"),
    "itself": (of(leaf("$group", "in", ["importance/normal"])), "grouping_circle"),
    "unknown group": (of(leaf("$group", "in", ["importance/nobody"])), "no_such_group"),
    "unknown form": (of(leaf("parrots", ">", 1, agg={"fn": "count"})), "no_such_inverse"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_rule_is_refused_and_moves_nobody(site: Installation, name: str) -> None:
    rule, code = BAD[name]
    number = site.boss.make(name="甲", mobile="13806132288")["id"]
    groups = site.boss.get(f"{CUSTOMERS}/{number}")["groups"]
    body = ruled(rule)(site.boss.get(GROUPING)["body"])
    answer = site.boss.send("PUT", f"{GROUPING}/draft", {"body": body})
    found = answer.get_json()
    if answer.status_code == 422:
        problems = found["errors"]
    else:  # a draft may be unfinished; publishing it may not
        assert answer.status_code == 200, (name, found)
        problems = found["problems"]
        refused = site.boss.ask("POST", f"{GROUPING}/publish", {}, 422)["errors"]
        assert {one["code"] for one in problems} <= {one["code"] for one in refused}
    assert code in [one["code"] for one in problems], (name, problems)
    assert all(one["message"].strip() for one in problems)
    assert site.boss.get(GROUPING)["version"] == 1
    assert site.boss.get(f"{CUSTOMERS}/{number}")["groups"] == groups


def test_two_groupings_never_lead_round_in_a_circle(site: Installation) -> None:
    other = {
        "kind": "grouping", "format": 1, "key": "budget", "form": "customer", "label": {"zh": "预算", "en": "Budget"}, "mode": "overlapping",
        "groups": [{"key": "big", "label": {"zh": "大", "en": "Big"}, "rule": of(leaf("$group", "in", ["importance/high"]))}],
    }
    at = f"{APP}/definitions/grouping/budget"
    site.boss.ask("PUT", f"{at}/draft", {"body": other})
    site.boss.ask("POST", f"{at}/publish", {})
    body = ruled(of(leaf("$group", "in", ["budget/big"])))(site.boss.get(GROUPING)["body"])
    site.boss.ask("PUT", f"{GROUPING}/draft", {"body": body})
    refused = site.boss.ask("POST", f"{GROUPING}/publish", {}, 422)["errors"]
    assert "grouping_circle" in [one["code"] for one in refused]


def test_a_retired_option_in_a_rule_warns_and_the_rule_goes_on(site: Installation) -> None:
    form = f"{APP}/definitions/form/customer"
    number = site.boss.make(name="甲", mobile="13806132288", kind="enterprise")["id"]
    body = ruled(of(leaf("kind", "=", "enterprise")))(site.boss.get(GROUPING)["body"])
    site.boss.ask("PUT", f"{GROUPING}/draft", {"body": body})
    site.boss.ask("POST", f"{GROUPING}/publish", {"sure": True})
    first = body["groups"][0]["key"]
    assert site.boss.get(f"{CUSTOMERS}/{number}")["groups"]["importance"][0] == first
    customer = site.boss.get(form)["body"]
    next(one for one in customer["properties"]["kind"]["oneOf"] if one["const"] == "enterprise")["deprecated"] = True
    draft = site.boss.ask("PUT", f"{form}/draft", {"body": customer})
    assert [one for one in draft["problems"] if one.get("severity") == "error"] == []
    site.boss.ask("POST", f"{form}/publish", {})
    assert site.boss.get(f"{CUSTOMERS}/{number}")["groups"]["importance"][0] == first


def test_a_rule_that_feeds_a_code_never_reads_it(site: Installation) -> None:
    body = ruled(of(leaf("code", "beginsWith", "N")))(site.boss.get(REGION)["body"])
    site.boss.ask("PUT", f"{REGION}/draft", {"body": body})
    refused = site.boss.ask("POST", f"{REGION}/publish", {}, 422)["errors"]
    assert [one["code"] for one in refused] == ["breaks_dependant"] and "客户编码" in refused[0]["message"], refused


def test_letters_of_a_code_that_could_be_read_two_ways_are_refused(site: Installation) -> None:
    body = copy.deepcopy(site.boss.get(REGION)["body"])
    body["groups"][0]["prefix"], body["groups"][1]["prefix"] = "N", "N1"
    site.boss.ask("PUT", f"{REGION}/draft", {"body": body})
    refused = site.boss.ask("POST", f"{REGION}/publish", {}, 422)["errors"]
    assert {one["code"] for one in refused} & {"prefix_same", "letters_clash"}, refused
