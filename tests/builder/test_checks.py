"""What does not fit between definitions is named with its path, and every sentence can be said in both languages."""

from __future__ import annotations

import json

import pytest

from builder.edits import code, form, grouping, options, properties, view, vocabulary
from runtime.definitions.check_rules import rule_problems
from runtime.definitions.checks import check, check_app
from runtime.definitions.uses import uses_of
from runtime.definitions.whole import whole as side_by_side
from runtime.fields import FIELD_TYPES
from runtime.messages import say
from runtime.rules.operators import OPERATORS
from tests.builder.bodies import app, codes, customer, habits, kinds, leaf, order, rule
from tests.shared import ROOT


def found(kind, body, whole=None):
    problems = check(kind, body, whole or app())
    for problem in problems:
        assert say(problem, "zh") and say(problem, "en")
    return {(problem.path, problem.code) for problem in problems}


def test_the_whole_app_is_in_order():
    assert check_app(app()) == []


def test_links_need_a_form_and_a_name_of_their_own_there():
    loose = form.add_field(customer(), "link").body
    assert found("form", loose) == {("properties.link.x-fenzu.form", "link_no_form")}
    second = form.duplicate(order(), "customer").body
    assert found("form", second) == {("properties.customer_2.x-fenzu.inverse", "link_no_inverse")}
    second = properties.set_link(second, "customer_2", "customer", {"orders"})
    assert second["properties"]["customer_2"]["x-fenzu"]["inverse"] == "orders_2" and found("form", second) == set()
    clash = properties.set_setting(order(), "customer", "inverse", "phone")
    assert found("form", clash) == {("properties.customer.x-fenzu.inverse", "inverse_taken")}
    away = properties.set_setting(order(), "customer", "form", "nowhere")
    assert ("properties.customer.x-fenzu.form", "no_such_form") in found("form", away)
    taken = form.add_field(customer(), "text", key="orders").body
    assert found("form", taken) == {("properties.orders", "inverse_taken")}


def test_tag_fields_need_their_categories_and_tags_one_home():
    body = properties.set_setting(customer(), "tags", "vocabularies", ["habit", "nowhere"])
    assert found("form", body) == {("properties.tags.x-fenzu.vocabularies[1]", "no_such_vocabulary")}
    other = vocabulary.add_tag(vocabulary.new({"en": "Other"}), {"en": "loyal"}).body
    assert found("vocabulary", other) == {("tags[0].key", "tag_elsewhere")}


def test_groupings():
    body = kinds()
    assert found("grouping", grouping.set_rule(body, "person", None)) == {("groups[1].rule", "group_without_rule")}
    assert found("grouping", body | {"fallback": "gone"}) >= {("fallback", "fallback_missing")}
    assert found("grouping", body | {"mode": "overlapping"}) >= {
        ("fallback", "fallback_overlapping"),
        ("groups", "code_overlapping"),
    }
    assert found("grouping", body | {"form": "nowhere"}) == {("form", "no_such_form")}
    assert found("grouping", body | {"groups": [], "fallback": "other"}) >= {("groups", "no_groups")}
    assert found("grouping", body | {"groups": [*body["groups"], body["groups"][0]]}) >= {
        ("groups[3].key", "group_twice")
    }
    with_rule = grouping.set_fallback(body, None)
    with_rule = grouping.set_rule(with_rule, "other", rule(leaf("kind", "=", "agent"))) | {"fallback": "other"}
    assert found("grouping", with_rule) == {("groups[2].rule", "fallback_has_rule")}


@pytest.mark.parametrize(
    "wrong",
    [
        leaf("nothing", "=", 1),
        leaf("kind", "=", "gone"),
        leaf("kind", ">", 1),
        leaf("owner", "=", "$me"),
        leaf("kind", "="),
        {"field": "orders", "agg": {"fn": "sum", "of": "nothing"}, "operator": ">", "value": 1},
        {"field": "nobody", "agg": {"fn": "count"}, "operator": ">", "value": 1},
        leaf("$group", "in", ["type/gone"]),
        leaf("$group", "in", ["gone/person"]),
        {"combinator": "or", "rules": []},
    ],
)
def test_a_wrong_rule_is_found_in_its_group(wrong):
    paths = {path for path, _code in found("grouping", grouping.set_rule(kinds(), "person", rule(wrong)))}
    assert paths and all(path.startswith("groups[1].rule.rules[0]") for path in paths)


@pytest.mark.parametrize(
    "right",
    [
        leaf("kind", "in", ["person", "agent"]),
        leaf("tags", "hasAnyOf", ["loyal"]),
        leaf("$created_at", "inLast", {"n": 3, "unit": "day"}),
        {
            "field": "orders",
            "agg": {"fn": "sum", "of": "amount", "where": rule(leaf("amount", ">", 5))},
            "operator": ">",
            "value": 1,
        },
        {"field": "orders", "operator": "=", "match": {"mode": "some"}, "value": rule(leaf("amount", ">", 5))},
    ],
)
def test_a_right_rule_is_left_alone(right):
    assert found("grouping", grouping.set_rule(kinds(), "person", rule(right))) == set()


def test_groupings_may_not_read_each_other_in_a_circle():
    other = grouping.add_group(grouping.new("customer", {"en": "Level"}), {"en": "High"}).body
    other = grouping.set_rule(other, "high", rule(leaf("$group", "in", ["type/person"])))
    whole = app().with_body("grouping", other)
    assert check("grouping", other, app()) == []
    circle = grouping.set_rule(kinds(), "person", rule(leaf("$group", "in", ["level/high"])))
    assert found("grouping", circle, whole) == {("groups", "grouping_circle")}
    itself = grouping.set_rule(kinds(), "person", rule(leaf("$group", "in", ["type/enterprise"])))
    assert ("groups", "grouping_circle") in found("grouping", itself)


def test_prefixes():
    for prefix in ("", "E", "E1"):
        assert (
            found("grouping", grouping.set_prefix(kinds(), "person", prefix))
            <= {("groups", "prefix_missing"), ("groups", "prefix_same")}
            != set()
        )
    assert ("segments[0]", "code_none_missing") in found(
        "code", codes(), app().with_body("grouping", grouping.set_fallback(kinds(), None))
    )
    assert found("code", code.change_segment(codes(), 0, {"none": "EX"})) == {("segments[0]", "prefix_same")}


def test_codes():
    assert found("code", codes() | {"field": "name"}) == {("field", "code_field")}
    assert found("code", codes() | {"segments": [{"text": "A"}]}) == {("segments", "code_without_serial")}
    assert found("code", codes() | {"key": "second"}) == {("form", "code_twice")}
    mapped = code.add_segment(codes(), {"field": "kind", "map": {"enterprise": "E", "person": "P"}})
    assert {code for _path, code in found("code", mapped)} == {"map_missing", "map_none_missing"}
    assert found("code", code.change_segment(mapped, 1, {"none": "X"})) == set()
    assert found("code", code.change_segment(mapped, 1, {"none": "EX"})) == {("segments[1].map", "letters_clash")}
    reading = grouping.set_rule(kinds(), "person", rule(leaf("code", "notNull")))
    assert found("code", codes(), app().with_body("grouping", reading)) == {("segments[0].group", "code_reads_itself")}


def test_views():
    body = view.new("customer", {"en": "All"}, ["name", "gone", "$group/type", "$group/gone", "$created_at"])
    assert found("view", view.set_sort(body, [("tags", False)])) == {
        ("columns[1]", "no_such_column"),
        ("columns[3]", "no_such_column"),
        ("sort[0].field", "no_such_column"),
    }


def test_a_form_is_of_its_types():
    body = customer()
    body["properties"]["budget"]["type"] = "string"
    assert found("form", body) == {("properties.budget.type", "type_mismatch")}
    body = properties.set_property(customer(), "kind", "default", "gone")
    assert found("form", body) == {("properties.kind.x-fenzu.default", "bad_default")}


def test_who_uses_what():
    whole = app().with_body("view", view.add_column(view.new("customer", {"en": "All"}, ["name"]), "$group/type"))

    def parts(*args, **kwargs):
        return sorted((use.kind, use.part) for use in uses_of(whole, *args, **kwargs))

    assert parts("form", "customer", field="kind") == [("form", "layout"), ("grouping", "rule"), ("grouping", "rule")]
    assert parts("form", "customer", field="kind", option="person") == [("grouping", "rule")]
    assert parts("grouping", "type") == [("code", "code"), ("view", "column")]
    assert ("form", "link") in parts("form", "customer") and ("code", "form") in parts("form", "customer")
    tagged = whole.with_body(
        "grouping", grouping.set_rule(kinds(), "person", rule(leaf("tags", "hasAnyOf", ["loyal"])))
    )
    use = uses_of(tagged, "vocabulary", "habit", tag="loyal")[0]
    assert use.path == "groups[1].rule.rules[0]" and use.where.en == "group “person” of the scheme “Type”"
    assert uses_of(tagged, "vocabulary", "habit", tag="chain") == []
    assert habits()["key"] == "habit" and options.options(customer(), "kind")


VALUES = [
    None,
    "",
    "x",
    5,
    -1.5,
    True,
    [],
    ["x", 2],
    [1, 2],
    {"n": 3, "unit": "day"},
    {"anchor": "startOfMonth"},
    "2026-01-01",
    {},
]


@pytest.mark.parametrize("name", FIELD_TYPES)
def test_no_condition_on_any_type_makes_the_check_stumble(name):
    body, key = form.add_field(customer(), name, key="probe")
    whole = app().with_body("form", body)
    for operator in [*OPERATORS, "gone", None]:
        for value in VALUES:
            for part in (
                {"field": key},
                {"field": "orders", "agg": {"fn": "sum", "of": "amount"}},
                {"field": "name", "valueSource": "field"},
            ):
                wrong = {**part, "operator": operator, "value": value}
                for problem in rule_problems(rule(wrong), whole, "customer", "filter", me=True):
                    assert problem.path.startswith("filter") and say(problem, "zh") and say(problem, "en")


@pytest.mark.parametrize(
    "template", sorted(path.name for path in (ROOT / "app_templates").iterdir() if (path / "app.json").exists())
)
def test_ready_made_apps_are_in_order(template):
    folders = {
        "forms": "form",
        "vocabularies": "vocabulary",
        "groupings": "grouping",
        "codes": "code",
        "views": "view",
        "roles": "role",
    }
    bodies = [
        (kind, json.loads(path.read_text("utf-8")))
        for folder, kind in folders.items()
        for path in sorted((ROOT / "app_templates" / template / folder).glob("*.json"))
    ]
    assert bodies and check_app(side_by_side(bodies)) == []
