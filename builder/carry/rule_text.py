"""A rule as text for another tool: react-querybuilder's JSON put in and taken out, and what of it has no twin elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.definitions import document
from runtime.errors import Invalid, Problem
from runtime.rules import shape
from runtime.rules.schema import normalise
from runtime.rules.shape import is_group
from runtime.words import Words

Rule = dict[str, Any]
# What react-querybuilder itself compares with; everything else is ours, and another tool has to be told.
THEIRS = frozenset(
    ("=", "!=", "<", ">", "<=", ">=", "between", "notBetween", "null", "notNull", "in", "notIn", "contains", "beginsWith",
     "endsWith", "doesNotContain", "doesNotBeginWith", "doesNotEndWith")
)
AGG = Words("合计、计数这些算出来的条件", "a total or a count of related records")
MATCH = Words("看关联记录里有几条符合", "how many related records fit")
GROUP = Words("看在不在别的分组", "whether they are in another group")
COMPARED = Words("这种比法（{operator}）", "this way to compare ({operator})")
RELATIVE = Words("相对的日期", "a day counted from today")
OWN = Words("拿正在填的记录来比", "a value of the record being filled in")


@dataclass(frozen=True)
class Taken:
    """A rule that came in as text. `lines` says where each part of the text begins."""

    rule: Rule
    lines: Mapping[str, int]
    locked: bool

    def line(self, path: str) -> int:
        return document.line_of(path, dict(self.lines))


def taken(text: str) -> Taken:
    """The rule that a text says; raises Invalid with the path of the first thing that has no twin here."""
    body = document.read(text)
    if isinstance(body, dict) and "rules" not in body and "field" in body:
        body = {"combinator": "and", "rules": [body]}
    if not isinstance(body, dict) or "rules" not in body:
        raise Invalid(Problem("", "rule_text_none"))
    made = normalise(body)
    for path, values in _lists(made, ""):
        if len(values) > shape.VALUES:
            raise Invalid(Problem(path, "rule_list_too_long", {"limit": shape.VALUES}))
    return Taken(made, document.lines(text), _locked(body))


def placed(refused: Invalid, text: str) -> list[tuple[int, Problem]]:
    """Each problem with the line it stands on."""
    try:
        found = document.lines(text) if not any(p.path.startswith("line:") for p in refused.problems) else {}
    except (ValueError, IndexError):
        found = {}
    return [(document.line_of(problem.path, found), problem) for problem in refused.problems]


def given(rule: Mapping[str, Any]) -> str:
    """A rule as text that goes into any tool of this format; put in again it is the same rule."""
    return document.written(_given(rule))


def _given(part: Any) -> Any:
    if not isinstance(part, Mapping):
        return part
    made = {key: value for key, value in part.items() if key != "id"}
    if is_group(part):
        return made | {"rules": [_given(one) for one in part["rules"]]}
    if made.get("operator") in ("null", "notNull"):
        made["value"] = None
    if isinstance(made.get("agg"), Mapping) and made["agg"].get("where"):
        made["agg"] = {**made["agg"], "where": _given(made["agg"]["where"])}
    return made | ({"value": _given(made["value"])} if "match" in made else {})


def foreign(rule: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Words, Mapping[str, str]]]:
    """The conditions that another tool will not know, with what of them is ours: path, condition, words and their values."""
    for path, leaf in shape.leaves(rule):
        why = _ours(leaf)
        if why is not None:
            yield path, leaf, why, {"operator": str(leaf.get("operator", ""))}


def _ours(leaf: Mapping[str, Any]) -> Words | None:
    if "agg" in leaf:
        return AGG
    if "match" in leaf:
        return MATCH
    if leaf.get("field") == "$group":
        return GROUP
    if leaf.get("operator") not in THEIRS:
        return COMPARED
    value = leaf.get("value")
    if leaf.get("valueSource") == "field" and str(value).startswith("$"):
        return OWN
    held = value if isinstance(value, list) else [value]
    return RELATIVE if any(isinstance(one, Mapping) for one in held) else None


def _lists(part: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """The lists of values of a rule, those of conditions on related records included."""
    for where, leaf in shape.leaves(part, path):
        value, agg = leaf.get("value"), leaf.get("agg")
        if isinstance(value, list):
            yield f"{where}.value", value
        if isinstance(value, Mapping) and is_group(value):
            yield from _lists(value, f"{where}.value")
        if isinstance(agg, Mapping) and is_group(agg.get("where")):
            yield from _lists(agg["where"], f"{where}.agg.where")


def _locked(part: Any) -> bool:
    """Whether something in it was locked in its editor; here nothing is, and the person is told."""
    if isinstance(part, Mapping):
        return part.get("disabled") is True or any(map(_locked, part.values()))
    return isinstance(part, list) and any(map(_locked, part))
