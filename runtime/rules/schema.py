"""The JSON Schema of a rule, and how a rule from elsewhere (react-querybuilder) becomes one of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.errors import Invalid, Problem
from runtime.rules import dates, related, shape
from runtime.rules.operators import OPERATORS
from runtime.rules.past import BESIDE, SIDES

_TAKES = {
    takes: [operator.name for operator in OPERATORS.values() if operator.takes == takes]
    for takes in ("none", "list", "pair", "span")
}
_RULE = {"$ref": "#/$defs/rule"}
_GROUP = {"$ref": "#/$defs/group"}
_PART = {"if": {"required": ["rules"]}, "then": _GROUP, "else": _RULE}
_NAME = {"type": "string", "minLength": 1, "maxLength": 100}


def _when(operators: list[str], then: Mapping[str, Any]) -> dict[str, Any]:
    """A clause for the conditions with one of these operators."""
    return {"if": {"properties": {"operator": {"enum": operators}}}, "then": then}


def _value(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"required": ["value"], "properties": {"value": schema}}


def _values(fewest: int, most: int) -> dict[str, Any]:
    return _value({"type": "array", "minItems": fewest, "maxItems": most})


def _past(beside: Sequence[str]) -> dict[str, Any]:
    """A length of time with what stands beside it: sides that are conditions without a field, or a list of keys."""
    sides = beside == SIDES
    kept = _SIDE if sides else {"type": "array", "minItems": 1, "maxItems": shape.VALUES, "items": {"type": "string"}}
    return {**SPAN, "properties": {**SPAN["properties"], **dict.fromkeys(beside, kept)}, "required": [*SPAN["required"], *(() if sides else beside)]}


_SIDE = {
    "type": "object",
    "required": ["operator"],
    "additionalProperties": False,
    "properties": {"operator": {"enum": [name for name, one in OPERATORS.items() if one.takes != "past"]}, "value": True},
}
SPAN: dict[str, Any] = {
    "type": "object",
    "required": ["n", "unit"],
    "additionalProperties": False,
    "properties": {
        "n": {"type": "integer", "minimum": 0, "maximum": 36500},
        "unit": {"enum": list(dates.UNITS)},
        "today": {"type": "boolean"},
    },
}
GROUP = {
    "type": "object",
    "required": ["combinator", "rules"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "combinator": {"enum": ["and", "or"]},
        "not": {"type": "boolean"},
        "rules": {"type": "array", "minItems": 1, "maxItems": shape.PER_GROUP, "items": _PART},
    },
}
RULE = {
    "type": "object",
    "required": ["field", "operator"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "field": _NAME,
        "operator": {"enum": list(OPERATORS)},
        "value": True,
        "valueSource": {"enum": ["value", "field"]},
        "agg": {"$ref": "#/$defs/agg"},
        "match": {"$ref": "#/$defs/match"},
    },
    "allOf": [
        {**_when(_TAKES["none"], {"properties": {"value": {"type": "null"}}}), "else": {"required": ["value"]}},
        _when(_TAKES["list"], _values(1, shape.VALUES)),
        _when(_TAKES["pair"], _values(2, 2)),
        _when(_TAKES["span"], _value({"$ref": "#/$defs/span"})),
        *(_when([name], _value(_past(beside))) for name, beside in BESIDE.items()),
        {
            "if": {"required": ["match"]},
            "then": {
                "properties": {"operator": {"const": "="}, "value": {"type": "object", **_PART}},
                "not": {"required": ["agg"]},
            },
        },
    ],
}
AGG = {
    "type": "object",
    "required": ["fn"],
    "additionalProperties": False,
    "properties": {"fn": {"enum": list(related.FUNCTIONS)}, "of": _NAME, "by": _NAME, "where": _GROUP},
    "allOf": [
        {
            "if": {"properties": {"fn": {"const": "count"}}},
            "then": {"not": {"required": ["of"]}},
            "else": {"required": ["of"]},
        },
        {
            "if": {"properties": {"fn": {"enum": ["first", "last"]}}},
            "then": {"required": ["by"]},
            "else": {"not": {"required": ["by"]}},
        },
    ],
}
MATCH = {
    "type": "object",
    "required": ["mode"],
    "additionalProperties": False,
    "properties": {"mode": {"enum": list(related.MODES)}, "threshold": {"type": "integer", "minimum": 0}},
    "if": {"properties": {"mode": {"enum": ["atLeast", "atMost", "exactly"]}}},
    "then": {"required": ["threshold"]},
}
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_GROUP,
    "$defs": {"group": GROUP, "rule": RULE, "agg": AGG, "match": MATCH, "span": SPAN},
}

_DROPPED = ("id", "path", "disabled")  # disabled is a lock in the editor; it changes nothing in the meaning
_COMMA = re.compile(r"(?<!\\),")
_LISTS = frozenset(_TAKES["list"] + _TAKES["pair"])


def normalise(rule: Any, path: str = "", depth: int = 1) -> dict[str, Any]:
    """A rule as react-querybuilder writes it, in our form; what it cannot mean here is refused, never dropped.

    Lists written with commas become lists; ids, paths, locks and values beside `null` and `notNull` go. Where and/or
    stand between the conditions, brackets say what they mean there: `and` binds first.
    """
    if not isinstance(rule, Mapping) or not isinstance(rule.get("rules"), list):
        raise Invalid(Problem(path, "rule_bad_shape"))
    if depth > shape.DEPTH:
        raise Invalid(Problem(path, "rule_too_deep", {"limit": shape.DEPTH}))
    _refuse_muted(rule, path)
    if rule.get("combinator") == "xor":
        raise Invalid(Problem(path, "rule_xor"))
    if not path:
        shape.check_size(rule)
    made = {key: value for key, value in rule.items() if key not in (*_DROPPED, "muted")}
    if "combinator" in rule:
        made["rules"] = [_part(part, shape.under(path, at), depth) for at, part in enumerate(rule["rules"])]
    else:
        made |= _bracketed(rule["rules"], path, depth)
    if made.get("not") is False:
        del made["not"]
    shape.check_group(made, path, depth)
    return made


def _bracketed(rules: list[Any], path: str, depth: int) -> dict[str, Any]:
    """Conditions with and/or between every two of them as groups: runs of `and` inside one `or`."""
    joins = rules[1::2]
    if "xor" in joins:
        raise Invalid(Problem(shape.under(path, 2 * joins.index("xor") + 1), "rule_xor"))
    good = all(one in ("and", "or") for one in joins) and not any(isinstance(one, str) for one in rules[::2])
    if not good or (rules and len(rules) % 2 == 0):
        raise Invalid(Problem(path, "rule_loose"))
    runs: list[list[int]] = [[0]] if rules else []
    for at, join in enumerate(joins, 1):
        runs.append([2 * at]) if join == "or" else runs[-1].append(2 * at)
    if len(runs) < 2:
        return {"combinator": "and", "rules": [_part(rules[at], shape.under(path, at), depth) for run in runs for at in run]}
    return {"combinator": "or", "rules": [_run(rules, run, path, depth) for run in runs]}


def _run(rules: list[Any], run: list[int], path: str, depth: int) -> dict[str, Any]:
    if len(run) == 1:
        return _part(rules[run[0]], shape.under(path, run[0]), depth)
    if depth == shape.DEPTH:
        raise Invalid(Problem(shape.under(path, run[0]), "rule_too_deep", {"limit": shape.DEPTH}))
    return {"combinator": "and", "rules": [_part(rules[at], shape.under(path, at), depth + 1) for at in run]}


def _part(part: Any, path: str, depth: int) -> dict[str, Any]:
    return normalise(part, path, depth + 1) if shape.is_group(part) else _leaf(part, path)


def _leaf(rule: Any, path: str) -> dict[str, Any]:
    if not isinstance(rule, Mapping):
        raise Invalid(Problem(path, "rule_bad_shape"))
    _refuse_muted(rule, path)
    made = {key: value for key, value in rule.items() if key not in (*_DROPPED, "muted")}
    if made.get("valueSource") == "value":
        del made["valueSource"]
    operator = made.get("operator")
    if operator in _TAKES["none"]:
        made.pop("value", None)
    elif isinstance(operator, str) and operator in _LISTS and isinstance(made.get("value"), str):
        made["value"] = [part for part in map(_unescaped, _COMMA.split(made["value"])) if part]
    if "match" in made and shape.is_group(made.get("value")):
        made["value"] = normalise(made["value"], f"{path}.value")
    agg = made.get("agg")
    if isinstance(agg, Mapping) and shape.is_group(agg.get("where")):
        made["agg"] = {**agg, "where": normalise(agg["where"], f"{path}.agg.where")}
    shape.check_leaf(made, path)
    return made


def _unescaped(part: str) -> str:
    """One value of a list written with commas; a comma of its own has a backslash before it there."""
    return part.replace("\\,", ",").strip()


def _refuse_muted(rule: Mapping[str, Any], path: str) -> None:
    """A muted condition stands for `everybody` there; here it would change who is in without anybody seeing why."""
    if rule.get("muted"):
        raise Invalid(Problem(path, "rule_muted"))
