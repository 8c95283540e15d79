"""Conditions on what happened as the editor draws them: a length of time, and beside it what a field was and became, tags or groups.

What stands beside has a path of its own behind the condition's, `rules[0].value.from`, and is changed as a condition is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from builder.web import rules_values
from builder.web.rules_scope import Leaf, Scope
from builder.web.rules_values import Changes, Given
from runtime.rules.operators import OPERATORS
from runtime.rules.past import BESIDE, SIDES
from runtime.words import Words

_SIDE = re.compile(r"(.+)\.value\.(from|to|tags|groups)")
# What stands before each, if anything, and what its control is called.
WORDS: Mapping[str, tuple[Words | None, Words]] = {
    "from": (Words("从", "from"), Words("原来是什么", "What it was")),
    "to": (Words("变成", "to"), Words("变成什么", "What it became")),
    "tags": (None, Words("哪些标签", "Which tags")),
    "groups": (None, Words("哪些分组", "Which groups")),
}


def split(path: str) -> tuple[str, str]:
    """The path of a condition, and which of the things beside its length of time is meant; "" for the condition itself."""
    found = _SIDE.fullmatch(path)
    return (found[1], found[2]) if found else (path, "")


def beside(leaf: Leaf) -> Iterator[tuple[str, Leaf]]:
    """What stands beside the length of time, each as a condition of its own; one that says nothing has no operator."""
    for side in BESIDE.get(str(leaf.get("operator")), ()):
        yield side, _own(leaf, side)


def _own(leaf: Leaf, side: str) -> Leaf:
    held = leaf["value"] if isinstance(leaf.get("value"), Mapping) else {}
    if side in SIDES:
        said = held.get(side)
        return {"field": leaf["field"], "operator": "", **(said if isinstance(said, Mapping) else {})}
    return {"field": leaf["field"], "operator": "in" if side == "groups" else "hasAnyOf", "value": held.get(side)}


def changes(scope: Scope, leaf: Leaf, side: str, given: Given) -> Changes:
    """The changes to a condition that one control makes, be it the condition's own or of what stands beside."""
    part = given.get("part", "")
    if not side:
        return rules_values.changes(scope, leaf, part, given)
    held = dict(leaf["value"]) if isinstance(leaf.get("value"), Mapping) else dict(rules_values.SPAN)
    own = _own(leaf, side)
    if part == "operator" and given.get("v") not in OPERATORS:
        held.pop(side, None)
        return {"value": held}
    made = {**own, **rules_values.changes(scope, own, part, given)}
    said = {name: made[name] for name in ("operator", "value") if made.get(name) is not None} if side in SIDES else made.get("value")
    return {"value": {**held, side: said} if said else {name: one for name, one in held.items() if name != side}}
