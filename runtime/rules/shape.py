"""What a rule may look like before anybody asks what it is about: its keys, how deep, how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.rules.operators import OPERATORS

DEPTH = 4
PER_GROUP = 50
LEAVES = 200
VALUES = 500
NESTED = 40  # lists and objects inside each other; the deepest rule that can mean something has 22
HOPS = 1  # a condition looks at related records, never at what is related to those: a write could not follow it back
GROUP_KEYS = frozenset({"combinator", "not", "rules", "id"})
LEAF_KEYS = frozenset({"field", "operator", "value", "valueSource", "agg", "match", "id"})
AGG_KEYS = frozenset({"fn", "of", "by", "where"})
MATCH_KEYS = frozenset({"mode", "threshold"})


def is_group(rule: Any) -> bool:
    """Whether this part of a rule holds conditions rather than being one."""
    return isinstance(rule, Mapping) and "rules" in rule


def listed(group: Mapping[str, Any]) -> list[Any]:
    """The parts of a group; none where what stands there is no list, as in a rule that somebody's program wrote."""
    found = group.get("rules")
    return found if isinstance(found, list) else []


def under(path: str, number: int) -> str:
    """The path of a group's part."""
    return f"{path}.rules[{number}]" if path else f"rules[{number}]"


def leaves(rule: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The conditions of a rule with their paths, in reading order; those on related records are parts of theirs."""
    if not is_group(rule):
        yield path, rule
        return
    for at, part in enumerate(rule["rules"]):
        yield from leaves(part, under(path, at))


def check_group(rule: Any, path: str, depth: int) -> None:
    """Refuse what is no group of conditions; an empty group is refused because it would mean nobody or everybody."""
    good = isinstance(rule, Mapping) and isinstance(rule.get("rules"), list) and not rule.keys() - GROUP_KEYS
    if not good or rule.get("combinator") not in ("and", "or") or not isinstance(rule.get("not", False), bool):
        raise Invalid(Problem(path, "rule_bad_shape"))
    if not rule["rules"]:
        raise Invalid(Problem(path, "rule_empty"))
    if depth > DEPTH:
        raise Invalid(Problem(path, "rule_too_deep", {"limit": DEPTH}))
    if len(rule["rules"]) > PER_GROUP:
        raise Invalid(Problem(path, "rule_too_wide", {"limit": PER_GROUP}))


def check_leaf(rule: Any, path: str) -> None:
    """Refuse what is no condition: an unknown key is never passed over, because it might have meant something."""
    if not isinstance(rule, Mapping) or not isinstance(rule.get("field"), str) or rule.keys() - LEAF_KEYS:
        raise Invalid(Problem(path, "rule_bad_shape"))
    if len(rule["field"]) > 100 or not rule["field"].isprintable():
        raise Invalid(Problem(path, "rule_bad_shape"))
    if rule.get("valueSource", "value") not in ("value", "field") or {"agg", "match"} <= rule.keys():
        raise Invalid(Problem(path, "rule_bad_shape"))
    if rule["field"] == "$group" and {"agg", "match", "valueSource"} & rule.keys():
        raise Invalid(Problem(path, "rule_bad_shape"))
    name = rule.get("operator")
    if not isinstance(name, str) or name not in OPERATORS:
        raise Invalid(Problem(path, "rule_no_operator", {"operator": short(name), "field": rule["field"]}))
    if OPERATORS[name].takes == "none" and rule.get("value") is not None:
        raise Invalid(Problem(path, "rule_needless_value"))


def short(value: Any) -> str:
    """What somebody sent, as much of it as fits into a sentence and as any page can carry."""
    return str(value)[:40].encode(errors="replace").decode()


def count_leaves(rule: Any) -> int:
    """How many conditions a rule has, those on related records included."""
    if is_group(rule):
        return sum(map(count_leaves, rule["rules"])) if isinstance(rule["rules"], list) else 0
    if not isinstance(rule, Mapping):
        return 1
    agg = rule.get("agg")
    inner = agg.get("where") if isinstance(agg, Mapping) else rule.get("value") if "match" in rule else None
    return 1 + (count_leaves(inner) if isinstance(inner, Mapping) else 0)


def drawable(part: Any) -> bool:
    """Whether this is conditions in groups all the way down, be they unfinished or wrong, so that each can be shown and mended."""
    if not isinstance(part, Mapping):
        return False
    if is_group(part):
        return isinstance(part["rules"], list) and all(map(drawable, part["rules"]))
    agg, match, value = part.get("agg", {}), part.get("match", {}), part.get("value")
    if not isinstance(part.get("field"), str) or not isinstance(part.get("operator", ""), str):
        return False
    if not isinstance(agg, Mapping) or not isinstance(match, Mapping) or any(not isinstance(agg.get(name) or "", str) for name in ("fn", "of", "by")):
        return False
    if agg.get("where") and not (is_group(agg["where"]) and drawable(agg["where"])):
        return False
    if "match" in part:
        return not value or drawable(value)
    return not isinstance(value, Mapping) or all(_side(value.get(name)) for name in ("from", "to"))


def mended(part: Any) -> dict[str, Any]:
    """The same with an unfinished condition in the place of each that cannot be drawn, so that it can be seen and taken out."""
    if is_group(part):
        return {**part, "rules": [one if drawable(one) else mended(one) for one in listed(part)]}
    field = part.get("field") if isinstance(part, Mapping) else None
    return {"field": field if isinstance(field, str) else ""}


def _side(side: Any) -> bool:
    """What a field was, or became: a condition without a field."""
    return side is None or (isinstance(side, Mapping) and isinstance(side.get("operator", ""), str) and not side.keys() - {"operator", "value"})


def _parts(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()


def check_size(rule: Any) -> None:
    """Refuse a rule with too many conditions for anybody to read, or for a database to answer at once.

    It is asked first, without recursion, so that everything after it may walk down a rule.
    """
    level: list[Any] = [rule]
    for _ in range(NESTED):
        level = [part for one in level for part in _parts(one) if isinstance(part, Mapping | list)]
    if level:
        raise Invalid(Problem("", "rule_too_deep", {"limit": DEPTH}))
    if count_leaves(rule) > LEAVES:
        raise Invalid(Problem("", "rule_too_long", {"limit": LEAVES}))
