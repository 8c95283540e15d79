"""Gestures on a rule tree, addressed as its problems are."""

from __future__ import annotations

import pytest

from builder.edits import rule as edit
from runtime.errors import Invalid, NotFound
from tests.builder.bodies import leaf, rule

A, B, C = leaf("name", "notNull"), leaf("kind", "=", "person"), leaf("budget", ">", 5)


def test_a_rule_grows_from_nothing_and_goes_back_to_it():
    grown = edit.add_condition(None, "", A)
    assert grown == rule(A)
    assert edit.add_condition(grown, "", B, at=0) == rule(B, A)
    assert edit.remove(grown, "rules[0]") is None
    assert edit.remove(grown, "") is None


def test_wrap_unwrap_and_the_words_of_a_group():
    wrapped = edit.wrap(rule(A, B), "rules[1]")
    assert wrapped == rule(A, rule(B, combinator="or"))
    assert edit.unwrap(wrapped, "rules[1]") == rule(A, B)
    both = edit.set_not(edit.set_combinator(wrapped, "rules[1]", "and"), "rules[1]", True)
    assert both["rules"][1] == {"combinator": "and", "rules": [B], "not": True}
    assert edit.set_not(both, "rules[1]", False)["rules"][1] == rule(B)
    with pytest.raises(Invalid):
        edit.set_combinator(wrapped, "", "xor")


def test_a_group_that_is_left_empty_goes_too():
    tree = rule(A, rule(rule(B), combinator="or"))
    assert edit.remove(tree, "rules[1].rules[0].rules[0]") == rule(A)
    assert edit.outdent(tree, "rules[1].rules[0].rules[0]") == rule(A, rule(B, combinator="or"))
    assert edit.move_into(tree, "rules[1].rules[0].rules[0]", "", 0) == rule(B, A)


def test_in_and_out():
    assert edit.indent(rule(A, B), "rules[1]") == rule(A, rule(B, combinator="or"))
    assert edit.indent(rule(rule(A), B), "rules[1]") == rule(rule(A, B))
    assert edit.outdent(rule(rule(A, B), C), "rules[0].rules[0]") == rule(rule(B), A, C)
    assert edit.outdent(rule(A), "rules[0]") == rule(A)


def test_moving():
    assert edit.move(rule(A, B, C), "rules[2]", "up") == rule(A, C, B)
    assert edit.move(rule(A, B, C), "rules[0]", "bottom") == rule(B, C, A)
    assert edit.move_into(rule(A, B, C), "rules[0]", "", 2) == rule(B, A, C)
    assert edit.move_into(rule(A, rule(B)), "rules[0]", "rules[1]", 9) == rule(rule(B, A))
    with pytest.raises(Invalid):
        edit.move_into(rule(A, rule(B)), "rules[1]", "rules[1]", 0)


def test_a_condition_changes_in_part_and_afresh():
    assert edit.change_leaf(rule(B), "rules[0]", {"value": "agent"}) == rule(leaf("kind", "=", "agent"))
    assert edit.change_leaf(rule(B), "rules[0]", {"operator": "null", "value": None}) == rule(leaf("kind", "null"))
    assert edit.change_leaf(rule(B), "rules[0]", {"field": "budget", "operator": ">"}) == rule(leaf("budget", ">"))


def test_conditions_on_related_records():
    many = rule({"field": "orders", "agg": {"fn": "count"}, "operator": ">", "value": 2})
    grown = edit.add_condition(many, "rules[0].agg.where", C)
    assert grown["rules"][0]["agg"]["where"] == rule(C)
    assert edit.wrap(grown, "rules[0].agg.where.rules[0]")["rules"][0]["agg"]["where"] == rule(rule(C, combinator="or"))
    assert edit.remove(grown, "rules[0].agg.where.rules[0]") == many


def test_five_levels_are_too_many_and_no_path_leads_nowhere():
    deep = rule(rule(rule(rule(A))))
    with pytest.raises(Invalid):
        edit.wrap(deep, "rules[0].rules[0].rules[0].rules[0]")
    for path in ("rules[7]", "rules", "rules[0].agg", "x[0]", "rules[0].rules[0].rules[0].rules[0].rules[0]", "??"):
        with pytest.raises(NotFound):
            edit.remove(deep, path)
    assert deep == rule(rule(rule(rule(A))))
