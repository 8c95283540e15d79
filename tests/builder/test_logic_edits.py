"""Gestures on a form's logic: each gives a form that can be read, and what was promised about names holds."""

from __future__ import annotations

import pytest

from builder.edits import form, logic, options
from builder.edits.made import Body
from builder.edits.settle import settle
from builder.publish.plan import plan
from runtime.definitions.checks import check, shape
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import Whole, whole
from runtime.errors import Invalid, NotFound
from tests.builder.bodies import customer, leaf, rule

PERSON = leaf("kind", "in", ["person"])


def ruled(body: Body, key: str, *leaves: Body) -> Body:
    return logic.edit_when(body, key, lambda _when: rule(*leaves))


def wrong(body: Body) -> list[str]:
    """The codes of what is wrong with a form."""
    return [problem.code for problem in check("form", body, Whole())]


def test_a_field_is_shown_when_a_condition_holds_or_always() -> None:
    body, key = logic.show_when(customer(), "budget")
    assert shape("form", body) == [] and "rule_empty" in wrong(body)
    body = ruled(body, key, PERSON)
    assert wrong(body) == [] and logic.conditional(body) == {"budget"}
    assert logic.show_when(body, "budget") == (body, key)
    assert logic.show_always(body, "budget") == customer()


def test_the_other_deeds_of_a_rule_stay_when_a_field_is_always_shown() -> None:
    body, _key = logic.add(customer(), [{"show": "budget"}, {"require": "phone"}])
    assert logic.show_always(body, "budget")["x-fenzu"]["logic"][0]["then"] == [{"require": "phone"}]


def test_rules_have_an_order_and_both_sides() -> None:
    body, first = logic.add(customer())
    body, second = logic.add(body)
    assert [one["key"] for one in logic.rules_of(logic.move(body, second, to="up"))] == [second, first]
    body = logic.add_action(body, first, "else", "set", "budget")
    body = logic.change_action(body, first, "else", 0, logic.action("set", "budget", 5))
    assert logic.rules_of(body)[0]["else"] == [{"set": {"field": "budget", "value": 5}}]
    assert "else" not in logic.rules_of(logic.remove_action(body, first, "else", 0))[0]
    with pytest.raises(NotFound):
        logic.remove_action(body, first, "else", 7)
    with pytest.raises(NotFound):
        logic.add_action(body, "nobody", "then", "show")
    with pytest.raises(Invalid):
        logic.set_hidden(body, "budget", "burn")


def test_circles_are_refused_with_their_path() -> None:
    body, one = logic.show_when(customer(), "budget")
    body = ruled(body, one, PERSON)
    body, two = logic.show_when(body, "kind")
    body = ruled(body, two, leaf("budget", ">", 5))
    problem = next(p for p in check("form", body, Whole()) if p.code == "logic_circle")
    assert problem.params["path"]["zh"] in ("客户类型 → 预算 → 客户类型", "预算 → 客户类型 → 预算")


@pytest.mark.parametrize(("action", "code"), [
    ({"show": "nobody"}, "logic_gone"), ({"require": ""}, "logic_no_target"), ({"require": "code"}, "logic_system_field"),
    ({"set": {"field": "budget", "value": "much"}}, "logic_bad_value"), ({"set": {"field": "owner", "value": 3}}, "logic_cannot_set"),
    ({"offer": {"field": "kind", "options": ["alien"]}}, "logic_option_gone"), ({"offer": {"field": "kind", "options": []}}, "logic_offers_nothing"),
    ({"offer": {"field": "phone", "options": ["a"]}}, "logic_no_options"), ({"refuse": {"zh": " "}}, "logic_no_words"),
])  # fmt: skip
def test_what_cannot_be_done_is_said(action: Body, code: str) -> None:
    body, key = logic.add(customer(), [action])
    assert code in wrong(ruled(body, key, PERSON))


@pytest.mark.parametrize("condition", [
    leaf("orders", ">", 3), {"field": "orders", "agg": {"fn": "count"}, "operator": ">", "value": 1},
    {"field": "$group", "operator": "in", "value": ["level/high"]}, leaf("$created_at", "inLast", {"n": 3, "unit": "day"}),
    leaf("owner.name", "=", "x"), {"field": "name", "operator": "contains", "value": "x", "evil": 1}])  # fmt: skip
def test_conditions_look_at_the_forms_own_fields_only(condition: Body) -> None:
    body, key = logic.add(customer(), [{"show": "budget"}])
    assert wrong(ruled(body, key, condition))


def test_keys_that_are_settled_are_settled_in_the_logic_too() -> None:
    body = form.add_field(customer(), "choice").body
    body = form.rename(body, "choice", {"zh": "渠道", "en": "Channel"})
    body = options.rename_option(body, "choice", "option_1", {"zh": "线上", "en": "Online"})
    body, key = logic.add(body, [{"offer": {"field": "choice", "options": ["option_1"]}}, {"set": {"field": "choice", "value": "option_1"}}])
    body, other = logic.show_when(body, "budget")
    body = settle(ruled(ruled(body, key, PERSON), other, leaf("choice", "in", ["option_1", "option_2"])), None)
    assert logic.rules_of(body)[0]["then"] == [{"offer": {"field": "channel", "options": ["online"]}}, {"set": {"field": "channel", "value": "online"}}]
    assert logic.rules_of(body)[1]["when"]["rules"] == [leaf("channel", "in", ["online", "option_2"])]
    assert wrong(body) == []


def test_a_removed_field_is_found_and_forgotten() -> None:
    body, key = logic.add(customer(), [{"show": "budget"}, {"require": "phone"}])
    body = ruled(body, key, PERSON, leaf("name", "notNull"))
    gone = form.remove_field(body, "kind", None)
    assert wrong(gone)
    assert wrong(logic.forget(gone, "kind")) == []
    assert logic.rules_of(logic.forget(body, "budget"))[0]["then"] == [{"require": "phone"}]
    used = uses_of(whole([("form", body)]), "form", "customer", field="budget")
    assert "logic" in {use.part for use in used}
    assert "rule" in {use.part for use in uses_of(whole([("form", body)]), "form", "customer", field="kind")}


def test_other_logic_is_a_change_to_publish() -> None:
    body = ruled(*logic.show_when(customer(), "budget"), PERSON)
    assert [change.act for change in plan("form", customer(), body)] == ["logic_changed"]
