"""Gestures on a rule tree: conditions and any/all groups, addressed as problems are (`rules[1].agg.where.rules[0]`).

A rule may be incomplete while it is drawn; its checks say what is missing. A tree without a condition is None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.edits.made import copy, shifted
from runtime.errors import Invalid, NotFound, Problem

Rule = dict[str, Any]
Node = dict[str, Any]
DEEPEST = 4
WAYS = ("all", "any", "none")
STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def blank_rule(combinator: str = "and") -> Rule:
    """A group of conditions with nothing in it yet."""
    return {"combinator": combinator, "rules": []}


def add_condition(rule: Mapping[str, Any] | None, path: str, leaf: Mapping[str, Any], at: int | None = None) -> Rule:
    """Put a condition (or a whole group of them) into the group at `path`, at the end unless `at` says where."""
    root = _root(rule)
    rules = _group(root, path)["rules"]
    rules.insert(len(rules) if at is None else at, copy(leaf))
    return _within(root)


def change_leaf(rule: Mapping[str, Any], path: str, changes: Mapping[str, Any]) -> Rule:
    """Change parts of a condition; None takes a part away. A new field starts the condition afresh."""
    root = _root(rule)
    holder, index = _place(root, path)
    old = holder[index]
    if "field" in changes and changes["field"] != old.get("field"):
        old = {}
    merged = {**old, **copy(changes)}
    holder[index] = {name: value for name, value in merged.items() if value is not None}
    return _within(root)


def remove(rule: Mapping[str, Any], path: str) -> Rule | None:
    """Take a condition or a group away; a group that is left empty goes with it."""
    root = _root(rule)
    if not path:
        return None
    holder, index = _place(root, path)
    around = _holders(root, path)
    del holder[index]
    return _pruned(root, around)


def wrap(rule: Mapping[str, Any], path: str, combinator: str = "or") -> Rule:
    """Put a condition into a new any/all group of its own, at the same place."""
    root = _root(rule)
    if not path:
        return _within({"combinator": _either(combinator), "rules": [root]})
    holder, index = _place(root, path)
    holder[index] = {"combinator": _either(combinator), "rules": [holder[index]]}
    return _within(root)


def unwrap(rule: Mapping[str, Any], path: str) -> Rule:
    """Take the conditions of a group out into the group around it."""
    root = _root(rule)
    holder, index = _place(root, path)
    inner = _group(root, path)
    holder[index : index + 1] = inner["rules"]
    return root


def set_combinator(rule: Mapping[str, Any] | None, path: str, combinator: str) -> Rule:
    """All of these (`and`) or any of these (`or`)."""
    root = _root(rule)
    _group(root, path)["combinator"] = _either(combinator)
    return root


def set_not(rule: Mapping[str, Any], path: str, opposite: bool) -> Rule:
    """Turn a group into its opposite, or back."""
    root = _root(rule)
    group = _group(root, path)
    group.pop("not", None)
    if opposite:
        group["not"] = True
    return root


def turn(rule: Mapping[str, Any], path: str, way: str) -> Rule:
    """`all` of these, `any` of these, or `none`: the opposite of any."""
    if way not in WAYS:
        raise Invalid(Problem("combinator", "bad_combinator", {"combinator": way}))
    return set_not(set_combinator(rule, path, "and" if way == "all" else "or"), path, way == "none")


def move(rule: Mapping[str, Any], path: str, to: str) -> Rule:
    """Move a condition `up`, `down`, to the `top` or the `bottom` among its neighbours; past the end of its group it leaves it."""
    root = _root(rule)
    holder, index = _place(root, path)
    around = _around(path)
    if around.endswith("]") and index == {"up": 0, "down": len(holder) - 1}.get(to):
        _outer, at = _place(root, around)
        return move_into(rule, path, _around(around), at + (to == "down"))
    holder.insert(shifted(index, to, len(holder)), holder.pop(index))
    return root


def duplicate(rule: Mapping[str, Any], path: str, twin: Mapping[str, Any]) -> Rule:
    """Put another condition just behind this one."""
    root = _root(rule)
    holder, index = _place(root, path)
    holder.insert(index + 1, copy(twin))
    return _within(root)


def move_into(rule: Mapping[str, Any], path: str, group: str, at: int) -> Rule:
    """Move a condition into another group (or another place of its own) before the one that stands at `at` there."""
    root = _root(rule)
    if group == path or group.startswith((f"{path}.", f"{path}[")):
        raise Invalid(Problem(path, "rule_inside_itself"))
    holder, index = _place(root, path)
    target, around, node = _group(root, group)["rules"], _holders(root, path), holder[index]
    gone: Node = {}
    holder[index] = gone
    target.insert(min(at, len(target)), node)
    holder[:] = [item for item in holder if item is not gone]
    return _within(_pruned(root, around) or blank_rule())


def indent(rule: Mapping[str, Any], path: str) -> Rule:
    """Put a condition into the group just before it, or into a new group of the other kind."""
    root = _root(rule)
    holder, index = _place(root, path)
    before = holder[index - 1] if index else {}
    if "rules" in before:
        before["rules"].append(holder.pop(index))
        return _within(root)
    around = _group(root, _around(path))
    other = "or" if around.get("combinator") == "and" else "and"
    return wrap(root, path, other)


def outdent(rule: Mapping[str, Any], path: str) -> Rule:
    """Take a condition out of its group and put it just after the group; at the top nothing happens."""
    root = _root(rule)
    around = _around(path)
    if not around.endswith("]"):
        return root
    holder, index = _place(root, path)
    outer, at = _place(root, around)
    groups = _holders(root, path)
    outer.insert(at + 1, holder.pop(index))
    return _pruned(root, groups) or blank_rule()


def depth(node: Mapping[str, Any]) -> int:
    """How deep groups stand in each other, this one counted; conditions on related records begin their own count."""
    return 1 + max((depth(child) for child in node.get("rules", ()) if "rules" in child), default=0)


def _root(rule: Mapping[str, Any] | None) -> Rule:
    return copy(rule) if rule else blank_rule()


def _either(combinator: str) -> str:
    if combinator not in ("and", "or"):
        raise Invalid(Problem("combinator", "bad_combinator", {"combinator": combinator}))
    return combinator


def _within(root: Rule) -> Rule:
    """A tree that is not deeper than people can read."""
    if depth(root) > DEEPEST:
        raise Invalid(Problem("rule", "rule_nested_too_deep", {"most": DEEPEST}))
    return root


def _steps(path: str) -> list[str | int]:
    """`rules[1].agg.where` as `["rules", 1, "agg", "where"]`."""
    found: list[str | int] = []
    for part in path.split(".") if path else ():
        match = STEP.fullmatch(part)
        if match is None:
            raise NotFound(Problem(path, "no_such_condition", {}))
        found.append(match[1])
        if match[2] is not None:
            found.append(int(match[2]))
    return found


def _at(root: Rule, steps: list[str | int], path: str) -> Any:
    node: Any = root
    try:
        for step in steps:
            node = node[step]
    except (KeyError, IndexError, TypeError):
        raise NotFound(Problem(path, "no_such_condition", {})) from None
    return node


def _place(root: Rule, path: str) -> tuple[list[Node], int]:
    """The list in which a condition stands, and where in it."""
    steps = _steps(path)
    if len(steps) < 2 or steps[-2] != "rules" or not isinstance(steps[-1], int):
        raise NotFound(Problem(path, "no_such_condition", {}))
    holder = _at(root, steps[:-1], path)
    if steps[-1] >= len(holder):
        raise NotFound(Problem(path, "no_such_condition", {}))
    return holder, steps[-1]


def _group(root: Rule, path: str) -> Node:
    """The group of conditions at a path; the place for conditions on related records is made when it is first used."""
    if path.endswith("agg.where"):
        agg = _at(root, _steps(path)[:-1], path)
        agg.setdefault("where", blank_rule())
    node = _at(root, _steps(path), path)
    if not isinstance(node, dict) or "rules" not in node:
        raise NotFound(Problem(path, "no_such_condition", {}))
    return node


def _around(path: str) -> str:
    """The path of the group in which a condition stands."""
    return re.sub(r"\.?rules\[\d+\]$", "", path)


def _holders(root: Rule, path: str) -> list[tuple[Any, Node]]:
    """The groups around a path, innermost first, each with what holds it: a list, or an aggregate for its `where`."""
    found: list[tuple[Any, Node]] = []
    around = _around(path)
    while around:
        steps = _steps(around)
        found.append((_at(root, steps[:-1], path), _at(root, steps, path)))
        around = _around(around) if around.endswith("]") else ""
    return found


def _pruned(root: Rule, holders: list[tuple[Any, Node]]) -> Rule | None:
    """Groups that a gesture left empty are taken away, inside out; a rule without any condition is none."""
    for holder, group in holders:
        if group.get("rules"):
            break
        if isinstance(holder, list):
            holder[:] = [node for node in holder if node is not group]
        elif holder.get("where") is group:
            del holder["where"]
    return root if root["rules"] else None
