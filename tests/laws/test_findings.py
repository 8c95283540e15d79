"""Laws of what is said of a grouping's rules: whatever is found is so of every record, in groups of any shape, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from runtime.definitions.grouping import Grouping, Siblings
from runtime.groups import findings
from runtime.groups.findings import Finding
from runtime.storage.db import Database
from tests.crm import group, grouping
from tests.laws.test_proof import CLOSE, RECORDS, leaf
from tests.runtime.rules_drawn import trees
from tests.runtime.rules_table import NOW, TableTarget, fill, ids

EVERYBODY = frozenset(record.id for record in RECORDS)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """A connection that sees the records."""
    with database.write() as writing:
        fill(writing, RECORDS)
    with database.read() as reading:
        yield reading


@st.composite
def groupings(draw: st.DrawFn) -> Grouping:
    """Some groups whose rules are about much the same, some of them nested, with or without one for the rest."""
    leaves = draw(CLOSE)

    def level(name: str, deep: int) -> dict[str, Any]:
        mode = draw(st.sampled_from(["exclusive", "overlapping"]))
        made = []
        for at in range(draw(st.integers(1, 3))):
            inner = level(f"{name}{at}_", deep - 1) if deep and draw(st.booleans()) else {}
            made.append(group(f"{name}{at}", draw(trees(leaves)), **inner))
        rest = {"fallback": made[-1]["key"]} if mode == "exclusive" and len(made) > 1 and draw(st.booleans()) else {}
        if rest:
            del made[-1]["rule"]
        return {"mode": mode, "groups": made, **rest}

    top = level("g", 2)
    return Grouping(grouping("drawn", top["groups"], mode=top["mode"], fallback=top.get("fallback")))


def members(conn: Connection, drawn: Grouping) -> dict[str, frozenset[int]]:
    """Who is where, by sets alone."""
    found: dict[str, frozenset[int]] = {}

    def share_out(level: Siblings, everybody: frozenset[int]) -> None:
        left = everybody
        for key in level.keys:
            rule = drawn.groups[key].rule
            fits = frozenset(ids(conn, rule)) if rule else EVERYBODY
            found[key] = (left if level.mode == "exclusive" else everybody) & fits
            left -= found[key]

    for level in drawn.levels:
        share_out(level, found[level.parent] if level.parent else EVERYBODY)
    return found


def agrees(conn: Connection, drawn: Grouping, who: Mapping[str, frozenset[int]], one: Finding) -> bool:
    """Whether the records bear a finding out."""
    own = drawn.groups[one.group]
    fits = frozenset(ids(conn, own.rule)) if own.rule else EVERYBODY
    inside = who[own.parent] if own.parent else EVERYBODY
    others = [frozenset(ids(conn, drawn.groups[key].rule)) for key in one.others if drawn.groups[key].rule]
    return {
        findings.NEVER: not fits,
        findings.NEVER_INSIDE: not fits & inside,
        findings.ALWAYS: fits == EVERYBODY,
        findings.ALWAYS_INSIDE: inside <= fits,
        findings.TAKEN: not who[one.group] and not (fits & inside).difference(*others),
        findings.SAME: len(others) == 1 and fits & inside == others[0] & inside,
        findings.WITHIN: len(others) == 1 and fits <= others[0],
        findings.NO_REST: not who[one.group],
    }.get(one.code, True)


@given(drawn=groupings())
@settings(max_examples=150)
def test_whatever_is_found_is_so_of_every_record(conn: Connection, drawn: Grouping) -> None:
    who = members(conn, drawn)
    for one in findings.findings(drawn, TableTarget(), NOW):
        assert agrees(conn, drawn, who, one), one


def rule(*leaves: Any, how: str = "and") -> Any:
    return {"combinator": how, "rules": list(leaves)}


def said(*groups: Any, **more: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.group, one.code, one.others) for one in findings.findings(Grouping(grouping("g", groups, **more)), TableTarget(), NOW)]


BIG, SMALL = rule(leaf("amount", ">=", 100)), rule(leaf("amount", ">=", 10))


def test_groups_in_an_order_that_leaves_nobody_are_told() -> None:
    assert said(group("small", SMALL), group("big", BIG), group("rest"), fallback="rest") == [("big", findings.TAKEN, ("small",))]
    assert said(group("big", BIG), group("small", SMALL), group("rest"), fallback="rest") == []
    assert said(group("a", BIG), group("b", rule(leaf("amount", ">=", "100.00")))) == [("b", findings.SAME, ("a",))]
    halves = [group("low", rule(leaf("amount", "<", 10))), group("high", SMALL)]
    assert said(*halves, group("some", rule(leaf("amount", "notNull")))) == [("some", findings.TAKEN, ("low", "high"))]
    none = group("none", rule(leaf("amount", "null")))
    assert said(*halves, none, group("rest"), fallback="rest") == [("rest", findings.NO_REST, ("low", "high", "none"))]


def test_groups_for_themselves_are_compared_with_each_other() -> None:
    assert said(group("small", SMALL), group("big", BIG), mode="overlapping") == [("big", findings.WITHIN, ("small",))]
    assert said(group("a", BIG), group("b", BIG), mode="overlapping") == [("b", findings.SAME, ("a",))]


def test_nested_groups_are_asked_beside_those_they_lie_in() -> None:
    poor, rich = group("poor", rule(leaf("amount", "<", 50))), group("rich", rule(leaf("amount", ">", 10)))
    assert said(group("big", BIG, groups=[poor, rich])) == [("poor", findings.NEVER_INSIDE, ("big",)), ("rich", findings.ALWAYS_INSIDE, ("big",))]
    rest = group("rest", groups=[group("huge", rule(leaf("amount", ">", 1000)))])
    assert said(group("big", BIG), rest, fallback="rest") == [("huge", findings.NEVER_INSIDE, ("big",))]


def test_the_conditions_concerned_are_named() -> None:
    parts = [leaf("kind", "=", "a"), leaf("amount", "<", 5), leaf("amount", ">", 9)]
    (one,) = findings.findings(Grouping(grouping("g", [group("g", rule(*parts))])), TableTarget(), NOW)
    assert (one.code, one.paths) == (findings.NEVER, ("rules[1]", "rules[2]"))
    any_of = rule(leaf("amount", ">", 9), rule(leaf("amount", ">", 99), leaf("kind", "=", "a")), leaf("name", "=", "x"), how="or")
    found = findings.findings(Grouping(grouping("g", [group("g", rule(leaf("name", "!=", "x"), any_of))])), TableTarget(), NOW)
    assert {(one.code, one.paths) for one in found} == {
        ("finding_needless", ("rules[1].rules[1]",)), ("finding_part_never", ("rules[1].rules[2]",))}


def test_a_broken_rule_is_left_out() -> None:
    drawn = Grouping(grouping("g", [group("bad", rule(leaf("nowhere", "=", 1))), group("a", BIG), group("b", BIG)]))
    assert [one.group for one in findings.findings(drawn, TableTarget(), NOW, {"bad"})] == ["b"]
