"""Which groups a record nearly is in: what little would have to be different, with pins and order as membership has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.errors import Invalid
from runtime.groups import why
from runtime.groups.why import Step, Walker
from runtime.rules.explain import Reason
from runtime.rules.nearly import Change, smallest

LIMITS = ("<", "<=", ">", ">=", "between", "notBetween")

def changes(walker: Walker, step: Step) -> list[Change] | None:
    """What would bring a record into a group that said no; None where nobody can say, or too much would have to change.

    Where a customer is in one group only, the groups asked earlier must go on saying no.
    """
    if step.outcome != why.NO or step.group.rule is None:
        return None
    try:
        return smallest(walker.conn, step.group.rule, earlier(walker, step), walker.target, walker.record, walker.as_of) or None
    except Invalid:
        return None


def earlier(walker: Walker, step: Step) -> list[Mapping[str, Any]]:
    """The rules that would take the record first."""
    siblings = step.group.siblings
    if siblings.mode != "exclusive":
        return []
    kept_out = {pin.group for pin in walker.pins if pin.keep == "out"}
    before = siblings.keys[: siblings.keys.index(step.group.key)]
    found = (walker.grouping.groups[key] for key in before if key not in kept_out and key != siblings.fallback)
    return [group.rule for group in found if group.rule is not None]


def missing(change: Change) -> Reason | None:
    """How much is lacking to a limit, as a reason whose `actual` is the difference; None where there is no limit."""
    if change.actual is None or change.any or change.vague:
        return None
    limits = [(leaf, ok) for leaf, ok in change.turns if leaf["operator"] in LIMITS]
    if not limits or isinstance(change.to, str):
        return None
    return Reason("", limits[0][0], limits[0][1], abs(change.to - change.actual))
