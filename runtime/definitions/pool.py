"""A form's pool: whose the records are, who may take them from it, how many, and when they come back by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.definitions.parts import KEY

ROOT = "x-fenzu.pool"
Rule = Mapping[str, Any]
LONGEST = 3650  # days
DAYS = {"type": "integer", "minimum": 1, "maximum": LONGEST}
RULE = {"type": "object"}
ONE = {
    "type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
    "properties": {"person": {"type": "integer", "minimum": 1}, "role": KEY, "department": KEY},
}
SHAPE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "owner": KEY,
        "who": {"type": "array", "items": ONE, "uniqueItems": True, "maxItems": 200},
        "most": {"type": "integer", "minimum": 1, "maximum": 100_000},
        "free": RULE,
        "daily": {"type": "integer", "minimum": 1, "maximum": 10_000},
        "again": DAYS,
        "keep": DAYS,
        "reclaim": {
            "type": "object",
            "properties": {"days": DAYS, "warn": {"type": "integer", "minimum": 0, "maximum": LONGEST}, "when": RULE},
            "required": ["days"],
            "additionalProperties": False,
        },
    },
    "required": ["owner"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Reclaim:
    """Without a contact for so many days a record comes back, so many days after its owner was told; `when` says which."""

    days: int
    warn: int
    when: Rule | None


@dataclass(frozen=True)
class Pool:
    """What is said about a form's pool: a limit that is not set is None; nobody named under `who` means everybody."""

    owner: str
    who: Sequence[Mapping[str, Any]]
    most: int | None
    free: Rule | None
    daily: int | None
    again: int | None
    keep: int | None
    reclaim: Reclaim | None


def read(node: Mapping[str, Any] | None) -> Pool | None:
    """The pool as a document that has been checked has it; None for a form without one."""
    if not node:
        return None
    back = node.get("reclaim")
    reclaim = Reclaim(back["days"], back.get("warn", 0), asked(back.get("when"))) if back else None
    return Pool(node["owner"], node.get("who", ()), node.get("most"), asked(node.get("free")), node.get("daily"),
                node.get("again"), node.get("keep"), reclaim)


def asked(rule: Rule | None) -> Rule | None:
    """A rule that asks something; one without conditions is none."""
    return rule if rule and rule.get("rules") else None
