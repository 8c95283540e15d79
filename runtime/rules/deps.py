"""What a rule reads, so that a write asks only the rules it concerns and the clock only those that time concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.rules.dates import FINE
from runtime.rules.operators import OPERATORS

SPANS = tuple(operator.name for operator in OPERATORS.values() if operator.takes in ("span", "past"))
RANK = {"": 0, "day": 1, "hour": 2}


@dataclass(frozen=True)
class Deps:
    """`fields` of the record (`customer.owner` is one hop), fields by inverse key, groups, how finely time matters.

    `entered` are those of the groups of which it is asked who joined them, which the diary says.
    """

    fields: frozenset[str] = frozenset()
    related: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    time: str = ""
    me: bool = False
    entered: frozenset[str] = frozenset()

    def __or__(self, other: Deps) -> Deps:
        related = {
            key: self.related.get(key, frozenset()) | other.related.get(key, frozenset())
            for key in self.related.keys() | other.related.keys()
        }
        return Deps(
            self.fields | other.fields,
            related,
            self.groups | other.groups,
            max(self.time, other.time, key=RANK.__getitem__),
            self.me or other.me,
            self.entered | other.entered,
        )


def dependencies(rule: Mapping[str, Any]) -> Deps:
    """Everything a rule (or one part of it) reads."""
    if not isinstance(rule, Mapping):
        return Deps()
    if isinstance(rule.get("rules"), list):
        total = Deps()
        for part in rule["rules"]:
            total = total | dependencies(part)
        return total
    name, value = str(rule.get("field")), rule.get("value")
    time = _time(str(rule.get("operator", "=")), value)
    me = value == "$me" or (isinstance(value, list) and "$me" in value)
    if "agg" in rule or "match" in rule:
        inner, fields = _related(rule)
        return Deps(
            related={name: fields | inner.fields},
            groups=inner.groups,
            time=max(time, inner.time, key=RANK.__getitem__),
            me=me or inner.me,
            entered=inner.entered,
        )
    if name == "$group":
        past = value.get("groups") if isinstance(value, Mapping) else None
        named = value if past is None else past
        keys = frozenset(map(str, named if isinstance(named, list) else [named]))
        return Deps(groups=keys, time=time, entered=keys if past is not None else frozenset())
    if rule.get("operator") == "changed" and isinstance(value, Mapping):
        time = max(time, *(_sided(value.get(side)) for side in ("from", "to")), key=RANK.__getitem__)
    others = {str(value)} if rule.get("valueSource") == "field" else set()
    return Deps(fields=frozenset({name} | others), time=time, me=me)


def _related(rule: Mapping[str, Any]) -> tuple[Deps, frozenset[str]]:
    if "match" in rule:
        return dependencies(rule.get("value", {})), frozenset()
    agg = rule["agg"] if isinstance(rule["agg"], Mapping) else {}
    inner = dependencies(agg["where"]) if agg.get("where") else Deps()
    return inner, frozenset(str(agg[part]) for part in ("of", "by") if agg.get(part))


def _sided(side: Any) -> str:
    """Whether what a field was, or became, is compared with a day that moves."""
    return _time(str(side.get("operator")), side.get("value")) if isinstance(side, Mapping) else ""


def _time(operator: str, value: Any) -> str:
    """Whether a condition turns by itself: at midnight, or within the day."""
    if operator in SPANS and isinstance(value, Mapping):
        return "hour" if value.get("unit") in FINE else "day"
    values = value if isinstance(value, list) else [value]
    found = [item for item in values if isinstance(item, Mapping) and "anchor" in item]
    if not found:
        return ""
    return "hour" if any(item.get("anchor") == "now" or item.get("unit") in FINE for item in found) else "day"
