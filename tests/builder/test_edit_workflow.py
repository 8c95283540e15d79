"""Gestures on workflows: each is a pure function, keys stay, and every body that they make can be read again."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from builder.edits import flow_tree
from builder.edits import workflow as edits
from builder.edits.made import Body
from builder.publish.plan import plan
from runtime.definitions.checks import shape
from runtime.definitions.workflow import Workflow
from runtime.errors import FenzuError, Invalid, NotFound
from runtime.workflows.registry import STEPS, TRIGGERS

NAME = {"zh": "欢迎", "en": "Welcome"}


def begun() -> Body:
    """tag; branch with two ways, notify in the first; wait."""
    body = edits.new("customer", NAME)
    for kind in ("wait", "branch", "tag"):
        body = edits.add_step(body, STEPS[kind]).body
    return edits.add_step(body, STEPS["notify"], "branch.case_1").body


def order(body: Body, inside: str = "") -> list[str]:
    return [node["key"] for node in flow_tree.nodes_in(body, inside)]


def test_a_new_one_has_a_free_key_and_no_steps() -> None:
    body = edits.new("customer", NAME, {"welcome"}, trigger="entered")
    assert (body["key"], body["trigger"], body["steps"]) == ("welcome_2", {"type": "entered"}, []) and not shape("workflow", body)


def test_steps_come_where_they_are_put() -> None:
    body = begun()
    assert order(body) == ["tag", "branch", "wait"] and order(body, "branch.case_1") == ["notify"]
    made = edits.add_step(body, STEPS["tag"], "branch.rest")
    assert made.key == "tag_2" and order(made.body, "branch.rest") == ["tag_2"]
    assert order(edits.add_step(body, STEPS["stop"], "", "branch").body) == ["tag", "branch", "stop", "wait"]
    with pytest.raises(NotFound):
        edits.add_step(body, STEPS["tag"], "branch.nowhere")


@pytest.mark.parametrize("kind", [kind for kind in STEPS if STEPS[kind].splits({})])
def test_what_branches_comes_with_its_branches(kind: str) -> None:
    made = edits.add_step(edits.new("customer", NAME), STEPS[kind])
    step = Workflow(made.body).steps[made.key]
    assert step.branches and not shape("workflow", made.body)
    assert [way.key for way in step.branches] == [key for key, _ in STEPS[kind].ways] or not STEPS[kind].ways


def test_moving_within_a_list_and_out_of_a_branch() -> None:
    body = begun()
    assert order(edits.move(body, "wait", "up")) == ["tag", "wait", "branch"]
    assert edits.move(body, "tag", "up") == body
    assert order(edits.move(body, "notify", "up")) == ["tag", "notify", "branch", "wait"]
    assert order(edits.move(body, "notify", "down")) == ["tag", "branch", "notify", "wait"]


def test_moving_elsewhere_but_never_into_itself() -> None:
    body = begun()
    there = edits.move_to(body, "tag", "branch.rest")
    assert order(there) == ["branch", "wait"] and order(there, "branch.rest") == ["tag"]
    assert order(edits.move_to(body, "notify", "", "wait")) == ["tag", "branch", "wait", "notify"]
    for inside, after in (("branch.rest", ""), ("branch.case_1", "notify")):
        with pytest.raises(Invalid):
            edits.move_to(body, "branch", inside, after)


def test_a_copy_has_keys_of_its_own() -> None:
    made = edits.duplicate(begun(), "branch")
    assert order(made.body) == ["tag", "branch", made.key, "wait"] and order(made.body, f"{made.key}.case_1") == ["notify_2"]


def test_what_stands_beside_is_looked_at_next() -> None:
    body = begun()
    assert [edits.beside(body, key) for key in ("tag", "wait", "notify")] == ["branch", "branch", "branch.case_1"]
    assert edits.beside(edits.add_step(edits.new("customer", NAME), STEPS["tag"]).body, "tag") == flow_tree.TRIGGER


def test_branches_and_the_one_for_the_rest() -> None:
    body = begun()
    made = edits.add_branch(body, "branch", STEPS["branch"])
    keys = [way["key"] for way in flow_tree.find(made.body, "branch")["branches"]]
    assert made.key == "branch.case_2" and keys == ["case_1", "case_2", "rest"]
    assert [way["key"] for way in flow_tree.find(edits.move_branch(made.body, "branch.rest", "up"), "branch")["branches"]] == keys
    turned = flow_tree.find(edits.set_rest(made.body, "branch.case_1", True), "branch")["branches"]
    assert [(way["key"], "when" in way) for way in turned] == [("case_2", True), ("rest", True), ("case_1", False)]
    with pytest.raises(Invalid):
        edits.remove_branch(edits.remove_branch(body, "branch.rest"), "branch.case_1")


def test_a_branch_whose_last_condition_goes_still_asks() -> None:
    body = edits.edit_rule(begun(), "branch.case_1", "when", lambda rule: {"combinator": "and", "rules": [{"field": "name", "operator": "notNull"}]})
    assert flow_tree.node_at(edits.edit_rule(body, "branch.case_1", "when", lambda rule: None), "branch.case_1")["when"] == edits.blank()
    body = edits.edit_rule(begun(), flow_tree.TRIGGER, "when", lambda rule: edits.blank())
    assert "when" not in edits.edit_rule(body, flow_tree.TRIGGER, "when", lambda rule: None)["trigger"]


def test_settings_names_and_the_trigger() -> None:
    body = edits.set_setting(begun(), "tag", "field", "tags")
    assert flow_tree.find(body, "tag")["field"] == "tags" and "field" not in flow_tree.find(edits.set_setting(body, "tag", "field", None), "tag")
    with pytest.raises(Invalid):
        edits.set_setting(body, "tag", "key", "other")
    assert flow_tree.find(edits.rename(body, "tag", {"zh": "贴一张"}), "tag")["label"] == {"zh": "贴一张"}
    assert "label" not in flow_tree.find(edits.rename(edits.rename(body, "tag", NAME), "tag", {"zh": "", "en": ""}), "tag")
    again = edits.set_trigger(edits.edit_rule(body, "-", "when", lambda rule: edits.blank()), "changed")
    assert again["trigger"] == {"type": "changed", "when": edits.blank()}


def test_publishing_names_what_changed() -> None:
    body = begun()
    turned = edits.set_trigger(edits.remove(edits.move(edits.set_setting(body, "notify", "text", NAME), "wait", "up"), "tag"), "changed")
    said = {(change.act, change.path) for change in plan("workflow", body, turned)}
    assert {act for act, _ in said} == {"trigger", "step_set", "step_moved", "step_removed"} and len(said) == 4
    told = next(change.title for change in plan("workflow", body, turned) if change.act == "step_set")
    assert told.zh.startswith("改了「") and told.zh.endswith("：说什么") and told.en.endswith(": What to say")
    assert plan("workflow", body, copy.deepcopy(body)) == []
    ways = edits.remove_branch(edits.add_branch(body, "branch", STEPS["branch"]).body, "branch.rest")
    assert [change.act for change in plan("workflow", body, ways)] == ["way_added", "way_removed"]


def gesture(body: Body, rnd: random.Random) -> Any:
    """Any gesture at any place."""
    keys = sorted(flow_tree.keys(body)) or [""]
    lists = [name for name, _ in flow_tree.lists(body)]
    ways = [name for name in lists if name] or [""]
    asks = [name for name in ways if name.startswith("branch")] or [""]
    key, other, inside, way, to = (rnd.choice(each) for each in (keys, ["", *keys], lists, ways, ["up", "down"]))
    return rnd.choice([
        lambda: edits.add_step(body, rnd.choice(list(STEPS.values())), inside, rnd.choice(["", *order(body, inside)])).body,
        lambda: edits.move(body, key, to), lambda: edits.move_to(body, key, inside, other), lambda: edits.duplicate(body, key).body,
        lambda: edits.remove(body, key), lambda: edits.rename(body, rnd.choice([key, way]), NAME), lambda: edits.remove_branch(body, way),
        lambda: edits.move_branch(body, way, to), lambda: edits.set_rest(body, rnd.choice(asks), rnd.random() < 0.5),
        lambda: edits.add_branch(body, key, STEPS[flow_tree.find(body, key)["type"]]).body, lambda: edits.set_trigger(body, rnd.choice(list(TRIGGERS))),
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_law_no_gesture_touches_what_it_came_from_and_every_result_is_readable(seed: int) -> None:
    rnd, body = random.Random(seed), begun()
    for _ in range(60):
        before = copy.deepcopy(body)
        try:
            made = gesture(body, rnd)()
        except FenzuError:
            made = body
        assert body == before
        flow = Workflow(made)
        assert not shape("workflow", made) and len(flow.steps) == len(flow.listed)
        asking = [step.branches for step in flow.listed if any(way.when is not None for way in step.branches)]
        assert all(way.when is not None for ways in asking for way in ways[:-1])
        assert bool(plan("workflow", before, made)) == (made != before)
        body = made if len(flow.listed) < 30 else begun()
