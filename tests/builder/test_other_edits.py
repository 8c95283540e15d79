"""Gestures on groupings, codes, tag categories, views and roles."""

from __future__ import annotations

import pytest

from builder.edits import code, grouping, role, view, vocabulary
from runtime.definitions.checks import check, shape
from runtime.errors import Conflict, Invalid, NotFound
from tests.builder.bodies import app, codes, habits, kinds, leaf, rule


def keys(body):
    return [group["key"] for group in body["groups"]]


def test_a_new_group_stands_before_the_fallback_with_a_colour_of_its_own():
    body, key = grouping.add_group(kinds(), {"zh": "批发"})
    assert keys(body) == ["enterprise", "person", "pi_fa", "other"] and key == "pi_fa"
    assert len({group["color"] for group in body["groups"]}) == 4
    assert grouping.add_group(body, {"zh": "批发"}, taken={"pi_fa_2"}).key == "pi_fa_3"


def test_groups_move_nest_and_come_out():
    body = grouping.move_group(kinds(), "person", to="top")
    assert keys(body) == ["person", "enterprise", "other"]
    body = grouping.move_group(body, "enterprise", parent="person", into=True)
    assert keys(body) == ["person", "other"] and keys(body["groups"][0]) == ["enterprise"]
    with pytest.raises(Invalid):
        grouping.move_group(body, "person", parent="enterprise", into=True)
    with pytest.raises(Invalid):
        grouping.move_group(body, "person", before="enterprise")
    body = grouping.move_group(body, "enterprise", before="other")
    assert keys(body) == ["person", "enterprise", "other"] and "groups" not in body["groups"][0]
    assert keys(grouping.move_group(body, "other", after="person")) == ["person", "other", "enterprise"]


def test_groups_nest_four_deep():
    body, parent = kinds(), "person"
    for number in range(3):
        body, parent = grouping.add_group(body, {"en": f"part {number}"}, parent=parent)
    with pytest.raises(Invalid):
        grouping.add_group(body, {"en": "deeper"}, parent=parent)


def test_the_fallback_is_last_has_no_rule_and_lives_only_in_exclusive_groupings():
    body = grouping.set_fallback(kinds(), "enterprise")
    assert keys(body) == ["person", "other", "enterprise"] and "rule" not in body["groups"][2]
    with pytest.raises(Invalid):
        grouping.set_rule(body, "enterprise", rule(leaf("name", "notNull")))
    several = grouping.set_mode(kinds(), "overlapping")
    assert "fallback" not in several
    assert grouping.set_mode(several, "exclusive")["fallback"] == "other"
    assert "fallback" not in grouping.remove_group(kinds(), "other")


def test_looks_of_a_group():
    body = grouping.recolour(grouping.rename_group(kinds(), "person", {"zh": "个人"}), "person", "zi")
    body = grouping.set_help(grouping.set_prefix(body, "person", " ｑ1 "), "person", {"zh": "自然人"})
    body = grouping.set_examples(body, "person", [3], [])
    group = body["groups"][1]
    assert (group["label"]["zh"], group["color"], group["prefix"], group["help"], group["examples"]) == (
        "个人",
        "zi",
        "q1",
        {"zh": "自然人"},
        {"in": [3]},
    )
    for wrong in ("H!", "九", "123456789"):
        with pytest.raises(Invalid):
            grouping.set_prefix(body, "person", wrong)
    assert shape("grouping", grouping.describe(grouping.relabel(body, {"en": "Kinds"}), {"zh": "怎么分"})) == []


def test_segments():
    body = code.add_segment(codes(), {"text": "-"})
    assert [next(iter(segment)) for segment in body["segments"]] == ["group", "text", "serial"]
    body = code.change_segment(code.move_segment(body, 1, "top"), 2, {"serial": {"width": 3}})
    assert body["segments"][0] == {"text": "-"} and body["segments"][2]["serial"] == {
        "width": 3,
        "start": 1,
        "scope": "all",
    }
    body = code.map_value(code.add_segment(body, {"field": "kind", "map": {}}), 2, "person", "P")
    assert body["segments"][2]["map"] == {"person": "P"}
    for _ in range(3):
        body = code.remove_segment(body, 0)
    with pytest.raises(Conflict):
        code.remove_segment(body, 0)
    with pytest.raises(NotFound):
        code.remove_segment(body, 5)


def test_tags():
    body = vocabulary.add_lines(habits(), "Loyal\nnight owl", "en")
    assert [tag["key"] for tag in body["tags"]] == ["loyal", "chain", "night_owl"]
    body = vocabulary.retire_tag(vocabulary.rename_tag(body, "loyal", {"zh": "老客户"}), "loyal")
    assert body["tags"][0]["retired"] and not vocabulary.bring_back_tag(body, "loyal")["tags"][0].get("retired")
    assert not vocabulary.add_lines(body, "老客户", "zh")["tags"][0].get("retired")
    body = vocabulary.move_tag(vocabulary.recolour_tag(body, "chain", "zi"), "chain", to="bottom")
    assert body["tags"][-1] == {"key": "chain", "label": {"en": "chain"}, "color": "zi"}
    assert vocabulary.add_tag(body, {"en": "chain"}, taken={"chain_2"}).key == "chain_3"
    assert shape("vocabulary", vocabulary.set_property(vocabulary.rename(body, {"zh": "习惯"}), "single", True)) == []


def test_views():
    body = view.new("customer", {"zh": "全部"}, ["name", "kind", "name"])
    body = view.move_column(view.add_column(body, "$group/type", after="name"), "kind", to="top")
    assert body["columns"] == ["kind", "name", "$group/type"]
    body = view.set_filter(view.set_sort(body, [("name", True)]), rule(leaf("kind", "=", "person")))
    assert body["sort"] == [{"field": "name", "desc": True}] and check("view", body, app()) == []
    assert "filter" not in view.set_filter(body, None)
    with pytest.raises(Invalid):
        view.remove_column(view.set_columns(body, ["name"]), "name")


def test_roles():
    body = role.own_rows(role.set_act(role.new({"zh": "业务员"}), "remove", False), "customer", "owner")
    assert body["can"]["records"] == ["create", "change", "import", "export"] and check("role", body, app()) == []
    assert role.set_rows(body, "customer", None)["rows"] == {}
