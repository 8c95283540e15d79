"""A form of 200 fields in 12 sections: everyday types by turns, ten formulas, 20 rules of logic."""

from __future__ import annotations

from typing import Any

from benchmarks.definitions import KINDS, Body, every, leaf, said
from builder.edits import form, node
from runtime.fields import FIELD_TYPES

FIELDS, SECTIONS, FORMULAS, RULES = 200, 12, 10, 20
TYPES = ("text", "number", "date", "choice", "phone", "email", "long_text", "money", "yes_no", "choices", "percent", "region")
OPTIONS = [{"const": key, "label": said(key), "color": "dian", "retired": False} for key in KINDS]
TYPED = {
    "text": "苏州禾沐食品", "number": "12", "date": "2024-05-06", "choice": KINDS[0], "phone": "13806132288",
    "email": "orders@example.com", "long_text": "每周三送货，先打电话", "money": "12.50", "yes_no": "true",
    "choices": KINDS[1], "percent": "5", "region": "320500",
}  # fmt: skip


def type_of(number: int, count: int = FIELDS) -> str:
    """Types by turns; the last fields are formulas."""
    return "formula" if number >= count - FORMULAS else TYPES[number % len(TYPES)]


def body(count: int = FIELDS, key: str = "wide") -> Body:
    """The definition; its fields are `name`, then `k1`, `k2` …"""
    made: Body = form.new(said(key))
    names = ["name", *(f"k{number}" for number in range(1, count))]
    for number, name in enumerate(names[1:], 1):
        made["properties"][name] = _field(number, count)
    size = -(-count // SECTIONS)
    made["x-fenzu"]["layout"] = [
        {"key": f"s{at}", "label": said(f"Part {at + 1}"), "columns": 2, "items": [{"field": name} for name in names[at * size : (at + 1) * size]]}
        for at in range(SECTIONS)
    ]
    made["x-fenzu"]["logic"] = [_rule(number) for number in range(RULES)]
    return made


def _field(number: int, count: int) -> Body:
    kind = FIELD_TYPES[type_of(number, count)]
    settings: dict[str, Any] = {"options": OPTIONS} if kind.name in ("choice", "choices") else {}
    if kind.name == "formula":
        settings = {"formula": "IF(ISBLANK({k1}), 0, {k1} * 2) + {k13}", "result": "number"}
    return node.make(kind, settings, {"label": said(f"Field {number}")})


def _rule(number: int) -> Body:
    """Each looks at a choice and decides two fields behind it."""
    asked = 3 + 12 * (number % 5)
    about = 62 + number * 5
    return {
        "key": f"rule_{number + 1}",
        "when": every(leaf(f"k{asked}", "in", [KINDS[number % len(KINDS)]]), leaf("k1", ">=", number)),
        "then": [{"show": f"k{about}"}, {"require": f"k{about + 1}"}],
    }


def typed(count: int = FIELDS) -> dict[str, str]:
    """What somebody writes who fills in everything."""
    return {"name": "禾沐", **{f"k{n}": TYPED[type_of(n, count)] for n in range(1, count - FORMULAS)}}
