"""Finding things in a workflow's body by address: `-` the trigger, `key` a step, `key.branch` a branch; "" the outermost list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.edits import made
from builder.edits.made import Body
from runtime.errors import NotFound, Problem

Node = dict[str, Any]
TRIGGER = "-"


def walk(nodes: list[Node]) -> Iterator[Node]:
    """Every step of a list, those inside branches included, in reading order."""
    for node in nodes:
        yield node
        for way in node.get("branches", ()):
            yield from walk(way["steps"])


def keys(body: Body) -> set[str]:
    """The keys of all steps."""
    return {node["key"] for node in walk(body["steps"])}


def lists(body: Body) -> Iterator[tuple[str, list[Node]]]:
    """Every list of steps with the branch that holds it."""
    yield "", body["steps"]
    for node in walk(body["steps"]):
        for way in node.get("branches", ()):
            yield f"{node['key']}.{way['key']}", way["steps"]


def nodes_in(body: Body, inside: str) -> list[Node]:
    """A list of steps by the branch that holds it; raises NotFound."""
    for name, nodes in lists(body):
        if name == inside:
            return nodes
    raise NotFound(Problem("branches", "no_such_part", {"key": inside[:80]}))


def spot(body: Body, key: str) -> tuple[list[Node], int]:
    """The list a step stands in, and where."""
    for _, nodes in lists(body):
        for at, node in enumerate(nodes):
            if node["key"] == key:
                return nodes, at
    raise NotFound(Problem("steps", "no_such_step", {"step": key[:40]}))


def around(body: Mapping[str, Any], key: str) -> str:
    """The branch a step stands in, "" for none."""
    return next((name for name, nodes in lists(dict(body)) if any(node["key"] == key for node in nodes)), "")


def owner(body: Body, key: str) -> str | None:
    """The step in whose branch a step stands, if it does."""
    return around(body, key).partition(".")[0] or None


def find(body: Body, key: str) -> Node:
    """A step; raises NotFound."""
    nodes, at = spot(body, key)
    return nodes[at]


def way_at(body: Body, at: str) -> tuple[list[Node], int]:
    """The branches of a step and which of them is meant; raises NotFound."""
    key, _, branch = at.partition(".")
    ways: list[Node] = find(body, key).get("branches", [])
    return ways, made.position_of([way["key"] for way in ways], branch, "branches")


def node_at(body: Mapping[str, Any], at: str) -> Node:
    """The trigger, a step or a branch; raises NotFound."""
    whole = dict(body)
    if at == TRIGGER:
        return dict(whole["trigger"])
    if "." not in at:
        return find(whole, at)
    ways, number = way_at(whole, at)
    return ways[number]
