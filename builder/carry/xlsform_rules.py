"""XLSForm's expressions where they are simple: one comparison, or several joined by the same word; None for all others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from builder.edits import node
from runtime.rules.operators import OPERATORS_OF

Rule = dict[str, Any]
MOST = 20
LONGEST = 2_000
_NAME = r"\$\{\s*([\w.-]{1,80})\s*\}"
_WORD = r"(?:'([^']*)'|\"([^\"]*)\"|(-?\d+(?:\.\d+)?))"
_COMPARED = re.compile(rf"{_NAME}\s*(!=|<=|>=|=|<|>)\s*{_WORD}")
_SELECTED = re.compile(rf"(not\s*\(\s*)?selected\s*\(\s*{_NAME}\s*,\s*{_WORD}\s*\)\s*(\))?")
_LIMIT = re.compile(r"\.\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)")
_JOIN = re.compile(r"\s+(and|or)\s+")


def relevant(text: str, fields: Mapping[str, Mapping[str, Any]], keys: Mapping[str, str]) -> Rule | None:
    """A `relevant` as a rule over our fields; `keys` are our keys by the names of theirs."""
    parts, join = _parts(text)
    rules = [_leaf(part, fields, keys) for part in parts]
    if not rules or any(rule is None for rule in rules):
        return None
    return {"combinator": join or "and", "rules": rules}


def limits(text: str) -> dict[str, float | int] | None:
    """A `constraint` as the least and the most a number may be."""
    parts, join = _parts(text)
    found: dict[str, float | int] = {}
    for part in parts:
        match = _LIMIT.fullmatch(part.strip())
        if join == "or" or not match:
            return None
        number = float(match[2])
        step = 0 if "=" in match[1] else 1
        if step and number != int(number):
            return None
        name = "minimum" if match[1].startswith(">") else "maximum"
        value = number + (step if name == "minimum" else -step)
        found[name] = int(value) if value == int(value) else value
    return found or None


def _parts(text: str) -> tuple[list[str], str]:
    """The comparisons of an expression and the one word that joins them; none when it is not that simple."""
    plain = text.strip()[: LONGEST + 1]
    while plain.startswith("(") and plain.endswith(")") and plain.count("(") == 1:
        plain = plain[1:-1].strip()
    if len(plain) > LONGEST:
        return [], ""
    pieces = _JOIN.split(plain)
    words = set(pieces[1::2])
    if len(words) > 1 or len(pieces) > 2 * MOST:
        return [], ""
    return [piece.strip() for piece in pieces[::2]], next(iter(words), "")


def _leaf(part: str, fields: Mapping[str, Mapping[str, Any]], keys: Mapping[str, str]) -> Rule | None:
    if match := _SELECTED.fullmatch(part):
        name, value, denied = match[2], _value(match[3], match[4], match[5]), bool(match[1])
        if denied != bool(match[6]):
            return None
        return _made(keys.get(name, ""), "!=" if denied else "=", value, fields)
    if match := _COMPARED.fullmatch(part):
        return _made(keys.get(match[1], ""), match[2], _value(match[3], match[4], match[5]), fields)
    return None


def _value(single: str | None, double: str | None, number: str | None) -> str | float | int:
    if number is not None:
        return float(number) if "." in number else int(number)
    return single if single is not None else double or ""


def _made(key: str, operator: str, value: str | float | int, fields: Mapping[str, Mapping[str, Any]]) -> Rule | None:
    """One condition as the field's kind has it."""
    if key not in fields:
        return None
    kind = node.type_of(dict(fields[key]))
    if value == "" and operator in ("=", "!="):
        return {"field": key, "operator": "null" if operator == "=" else "notNull"}
    consts = {str(option["const"]) for option in node.settings_of(fields[key]).get("options", ())}
    if consts and str(value) not in consts:
        return None
    if kind.kind == "many" and operator in ("=", "!="):
        return {"field": key, "operator": "hasAnyOf" if operator == "=" else "hasNoneOf", "value": [str(value)]}
    if (kind.kind == "number" and isinstance(value, (int, float))) or (kind.kind in ("text", "choice") and operator in ("=", "!=")):
        fitting = operator in OPERATORS_OF[kind.kind]
        return {"field": key, "operator": operator, "value": value if kind.kind == "number" else str(value)} if fitting else None
    return None
