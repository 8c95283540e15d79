"""Gestures on a workflow: its trigger, its steps in order, the branches inside them, and what each of them says.

A thing is named by its address: `-` the trigger, `key` a step, `key.branch` a branch. A list of steps is named by the
branch that holds it, "" being the workflow's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from builder.edits import flow_tree, made
from builder.edits.made import Body, Made, Text
from runtime.errors import Invalid, Problem
from runtime.words import LANGUAGES, Words
from runtime.workflows.base import StepType

Node = dict[str, Any]
Rule = Mapping[str, Any]
FIXED = ("key", "type", "branches", "steps")
WAY, REST, DEED = Words("情况 {n}", "Case {n}"), Words("其他情况", "Otherwise"), Words("这一路 {n}", "Path {n}")


def new(form: str, label: Text, taken: Collection[str] = (), *, trigger: str = "created", position: int = 0) -> Body:
    """A workflow without steps; `taken` are the keys of the app's workflows."""
    name = made.label(None, label)
    body: Body = {"kind": "workflow", "format": 1, "key": made.propose(name, taken, "workflow"), "label": name, "form": form,
                  "trigger": {"type": trigger}, "steps": []}
    return body | ({"position": position} if position else {})


def relabel(body: Mapping[str, Any], label: Text) -> Body:
    """Change what people call the workflow; its key stays."""
    return {**made.copy(body), "label": made.label(body["label"], label)}


def describe(body: Mapping[str, Any], help: Text) -> Body:
    """Say what the workflow is for, or nothing."""
    new_body = made.copy(body)
    made.put(new_body, "help", made.text(new_body.get("help"), help))
    return new_body


def set_trigger(body: Mapping[str, Any], kind: str) -> Body:
    """What starts it; the condition on the record stays, since it is about the same form."""
    new_body = made.copy(body)
    old = new_body["trigger"]
    if old["type"] != kind:
        new_body["trigger"] = {"type": kind} | ({"when": old["when"]} if "when" in old else {})
    return new_body


def add_step(body: Mapping[str, Any], kind: StepType, inside: str = "", after: str = "") -> Made:
    """A step of a kind behind another one of a list, or first in it; one that branches comes with its branches."""
    new_body = made.copy(body)
    key = made.propose(kind.label._asdict(), flow_tree.keys(new_body), "step")
    node: Node = {"key": key, "type": kind.name}
    if kind.splits(node):
        node["branches"] = _first_ways(kind)
    _insert(flow_tree.nodes_in(new_body, inside), node, after)
    return Made(new_body, key)


def move(body: Mapping[str, Any], key: str, to: str) -> Body:
    """A step `up` or `down` in its list; past the end of a branch it leaves it and stands before or behind its step."""
    new_body = made.copy(body)
    nodes, at = flow_tree.spot(new_body, key)
    if 0 <= at + {"up": -1, "down": 1}.get(to, 0) < len(nodes):
        nodes[:] = made.rearranged(nodes, key, to=to)
        return new_body
    owner = flow_tree.owner(new_body, key)
    if owner is None or to not in ("up", "down"):
        return new_body
    node = nodes.pop(at)
    around, place = flow_tree.spot(new_body, owner)
    around.insert(place + (to == "down"), node)
    return new_body


def move_to(body: Mapping[str, Any], key: str, inside: str = "", after: str = "") -> Body:
    """A step, with all in its branches, behind another one of any list, or first in it."""
    new_body = made.copy(body)
    nodes, at = flow_tree.spot(new_body, key)
    own = {node["key"] for node in flow_tree.walk([nodes[at]])}
    if after == key:
        return new_body
    if inside.partition(".")[0] in own or after in own:
        raise Invalid(Problem("steps", "step_inside_itself"))
    target, node = flow_tree.nodes_in(new_body, inside), nodes.pop(at)
    _insert(target, node, after)
    return new_body


def duplicate(body: Mapping[str, Any], key: str) -> Made:
    """The same step once more behind it, under keys of its own."""
    new_body = made.copy(body)
    nodes, at = flow_tree.spot(new_body, key)
    twin, taken = made.copy(nodes[at]), flow_tree.keys(new_body)
    for node in flow_tree.walk([twin]):
        node["key"] = made.free(node["key"], taken)
        taken.add(node["key"])
    nodes.insert(at + 1, twin)
    return Made(new_body, twin["key"])


def remove(body: Mapping[str, Any], key: str) -> Body:
    """Take a step away with everything in its branches."""
    new_body = made.copy(body)
    nodes, at = flow_tree.spot(new_body, key)
    del nodes[at]
    return new_body


def beside(body: Mapping[str, Any], key: str) -> str:
    """What stands nearest to a step: the one before it, the one behind it, the branch it is in, or the trigger."""
    nodes, at = flow_tree.spot(made.copy(body), key)
    if len(nodes) > 1:
        return str(nodes[at - 1 if at else 1]["key"])
    return flow_tree.around(body, key) or flow_tree.TRIGGER


def rename(body: Mapping[str, Any], at: str, label: Text) -> Body:
    """A step's or a branch's own name; without one it is called what it does."""
    return _change(body, at, lambda node: made.put(node, "label", made.text(node.get("label"), label)))


def set_setting(body: Mapping[str, Any], at: str, name: str, value: Any) -> Body:
    """One setting of the trigger or of a step; None takes it out."""
    return set_settings(body, at, {name: value})


def set_settings(body: Mapping[str, Any], at: str, changes: Mapping[str, Any]) -> Body:
    """Several settings at once: those that follow from one choice."""

    def change(node: Node) -> None:
        for name, value in changes.items():
            if name in FIXED:
                raise Invalid(Problem(name, "key_fixed", {"key": name}))
            if value is None:
                node.pop(name, None)
            else:
                node[name] = value

    return _change(body, at, change)


def edit_rule(body: Mapping[str, Any], at: str, name: str, edit: Callable[[Any], Any]) -> Body:
    """One gesture of `builder.edits.rule` on a rule of the trigger, a step or a branch.

    A branch whose last condition goes keeps an empty rule: without any it would be for whoever goes no other way.
    """

    def change(node: Node) -> None:
        rule = edit(node.get(name))
        if rule or "." in at:
            node[name] = made.copy(rule) if rule else blank()
        else:
            node.pop(name, None)

    return _change(body, at, change)


def blank() -> Node:
    """A rule that has still to be written."""
    return {"combinator": "and", "rules": []}


def add_branch(body: Mapping[str, Any], key: str, kind: StepType) -> Made:
    """One more way out of a step, before the one for the rest; its condition has still to be written."""
    new_body = made.copy(body)
    ways = flow_tree.find(new_body, key).setdefault("branches", [])
    asks = kind.branching == "ask"
    way = _way(WAY if asks else DEED, len(ways) + 1 - (asks and _rest_at(ways) is not None), {one["key"] for one in ways}, asks)
    at = _rest_at(ways) if asks else None
    ways.insert(len(ways) if at is None else at, way)
    return Made(new_body, f"{key}.{way['key']}")


def move_branch(body: Mapping[str, Any], at: str, to: str) -> Body:
    """A branch among those of its step; the one for the rest stays last."""
    new_body = made.copy(body)
    ways, _ = flow_tree.way_at(new_body, at)
    ways[:] = made.rearranged(ways, at.partition(".")[2], to=to)
    asks = any("when" in way for way in ways)
    ways.sort(key=lambda way: asks and "when" not in way)
    return new_body


def remove_branch(body: Mapping[str, Any], at: str) -> Body:
    """Take a branch away with its steps; the last one goes with its step only."""
    new_body = made.copy(body)
    ways, number = flow_tree.way_at(new_body, at)
    if len(ways) == 1:
        raise Invalid(Problem("branches", "step_no_branches"))
    del ways[number]
    return new_body


def set_rest(body: Mapping[str, Any], at: str, rest: bool) -> Body:
    """Whether a branch is for whoever goes no other way; that one has no condition and is the last."""
    new_body = made.copy(body)
    ways, number = flow_tree.way_at(new_body, at)
    way = ways[number]
    if rest:
        for other in ways:
            other.setdefault("when", blank())
        way.pop("when")
        ways.append(ways.pop(number))
    else:
        way.setdefault("when", blank())
    return new_body


def fit_ways(body: Mapping[str, Any], key: str, kind: StepType) -> Body:
    """The branches that a step has by its settings, where its kind decides which; raises Invalid where steps would go with them."""
    new_body = made.copy(body)
    node = flow_tree.find(new_body, key)
    wanted, held = _fixed(kind.ways_of(node)), node.get("branches", [])
    if kind.branching != "fixed" or len(wanted) == len(held):
        return new_body
    if any(way["steps"] for way in held):
        raise Invalid(Problem("branches", "ways_with_steps"))
    node.pop("branches", None)
    if wanted:
        node["branches"] = wanted
    return new_body


def _fixed(ways: Sequence[tuple[str, Words]]) -> list[Node]:
    return [{"key": key, "label": label._asdict(), "steps": []} for key, label in ways]


def _first_ways(kind: StepType) -> list[Node]:
    """The branches that a new step has."""
    if kind.ways:
        return _fixed(kind.ways)
    if kind.branching == "ask":
        return [_way(WAY, 1, (), True), {"key": "rest", "label": REST._asdict(), "steps": []}]
    return [_way(DEED, n, (), False) for n in ((1, 2) if kind.branching == "all" else (1,))]


def _way(words: Words, n: int, taken: Collection[str], asks: bool) -> Node:
    label = {lang: words.say(lang, n=n) for lang in LANGUAGES}
    way: Node = {"key": made.propose(label, taken, "way"), "label": label}
    return way | ({"when": blank()} if asks else {}) | {"steps": []}


def _rest_at(ways: list[Node]) -> int | None:
    return next((at for at, way in enumerate(ways) if "when" not in way), None)


def _insert(nodes: list[Node], node: Node, after: str) -> None:
    nodes.insert(made.position_of([one["key"] for one in nodes], after, "steps") + 1 if after else 0, node)


def _change(body: Mapping[str, Any], at: str, change: Callable[[Node], None]) -> Body:
    new_body = made.copy(body)
    change(new_body["trigger"] if at == flow_tree.TRIGGER else flow_tree.node_at(new_body, at))
    return new_body
