"""A rule as claims about things, so that what can be true together can be thought through without asking any record.

Every condition becomes claims that mean exactly the same; what nothing is known of stays one opaque claim.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from runtime.clock import AsOf
from runtime.rules import binding, related, shape
from runtime.rules.compile import Work
from runtime.rules.deps import dependencies
from runtime.rules.lets_in import days, lets_in
from runtime.rules.operators import ENDS, OPERATORS
from runtime.rules.ranges import EVERYTHING, between, points
from runtime.rules.target import MANY, Operand, Target
from runtime.rules.theories import Opaque, Ordered, Sets, Signs, Texts, Theory

Rule = Mapping[str, Any]
COUNT = Ordered(blank=False, every=between(0, None), integral=True)
SIGNS = {"=": "=", "<": "<", "<=": "<=", ">": ">", ">=": "=>"}
FLIPPED = str.maketrans("<>", "><")
WHOLE = ("file", "rows", "date")
FLOATS, TURNS = "floats", "turns"
# Operators that are false on a blank, whatever else they mean; of any other one nothing is supposed.
FILLED = ("=", "<", "<=", ">", ">=", "between", "in", "under", "inLast", "olderThan", "inNext", "furtherThan", "anniversaryInNext",
          "anniversaryInLast", "near", "contains", "covers", *ENDS)


class Spot(NamedTuple):
    """A condition: whose rule it stands in, and its path there."""

    owner: str
    path: str


@dataclass(frozen=True)
class Fact:
    """One claim about a thing. `clock` says what time does to it: nothing, FLOATS with the days, or TURNS by months and hours.

    `source` is the condition it comes from, so that a condition and its own denial are known for what they are.
    """

    thing: str
    theory: Theory
    says: Any
    holds: bool
    spot: Spot
    source: str
    clock: str = ""


@dataclass(frozen=True)
class Joined:
    """All of several claims, or any."""

    every: bool
    parts: tuple[Formula, ...]


Formula = Fact | Joined


def claims(rule: Any, target: Target, as_of: AsOf, owner: str, *, holds: bool = True, path: str = "") -> Formula:
    """A rule in which nothing is wrong, or one part of it, as claims; with `holds` false that it is not true."""
    if shape.is_group(rule):
        holds ^= rule.get("not", False)
        parts = (claims(part, target, as_of, owner, holds=holds, path=shape.under(path, at)) for at, part in enumerate(rule["rules"]))
        return Joined((rule["combinator"] == "and") == holds, tuple(parts))
    made = _Leaf(rule, target, as_of, Spot(owner, path)).formula()
    return made if holds else denied(made)


def denied(part: Formula) -> Formula:
    """The opposite."""
    if isinstance(part, Fact):
        return replace(part, holds=not part.holds)
    return Joined(not part.every, tuple(denied(one) for one in part.parts))


def _canonical(part: Any) -> Any:
    """A part of a rule without its ids, which mean nothing."""
    if isinstance(part, Mapping):
        return {key: _canonical(value) for key, value in part.items() if key != "id"}
    return [_canonical(one) for one in part] if isinstance(part, list) else part


def _name(*parts: Any) -> str:
    return json.dumps([_canonical(part) for part in parts], sort_keys=True, default=str)


class _Leaf:
    """One condition on its way to claims."""

    def __init__(self, rule: Rule, target: Target, as_of: AsOf, spot: Spot) -> None:
        self.rule, self.target, self.as_of, self.spot = rule, target, as_of, spot
        operator = OPERATORS[rule.get("operator", "=")]
        self.operator, self.holds = operator.denies or operator.name, operator.denies is None
        self.value = rule.get("value")
        # What is compared may well change with time; only where the value compared with does, tomorrow is another claim.
        bare = {key: part for key, part in rule.items() if key != "agg"}
        self.clock = TURNS if "match" not in rule and dependencies(bare).time else ""
        self.source = _name({**rule, "operator": self.operator})

    def formula(self) -> Formula:
        made = self._positive()
        return made if self.holds else denied(made)

    def _positive(self) -> Formula:
        if "match" in self.rule:
            return self._match()
        if self.rule["field"] == "$group" and self.operator == "in":
            return self._any(self._fact(_name("$group", key), Opaque(), None) for key in self.value or ())
        if self.rule.get("valueSource") == "field":
            return self._beside()
        values = self.value if isinstance(self.value, list) else [self.value]
        if self.rule["field"] == "$group" or "$me" in values:
            return self._opaque()
        operand, thing = self._operand()
        if operand.many is not None or operand.kind in MANY:
            return self._set(operand, thing)
        if operand.kind == "text":
            return self._text(operand, thing)
        return self._ordered(operand, thing)

    def _operand(self) -> tuple[Operand, str]:
        if "agg" in self.rule:
            work = Work(self.target, self.as_of, 0, scan=False)
            return related.aggregate(work, self.rule, ""), _name(self.rule["field"], self.rule["agg"])
        return self.target.operand(self.rule["field"]), _name(self.rule["field"])

    def _fact(self, thing: str, theory: Theory, says: Any) -> Fact:
        return Fact(thing, theory, says, True, self.spot, self.source, self.clock)

    def _opaque(self) -> Fact:
        return replace(self._fact(self.source, Opaque(), None), clock="")

    def _any(self, parts: Any) -> Joined:
        return Joined(False, tuple(parts))

    def _match(self) -> Formula:
        """How many related records fit is the same count as an aggregate's; of `all` only the first half is known."""
        inner, how = self.rule["value"], self.rule["match"]
        where = inner if shape.is_group(inner) else {"combinator": "and", "rules": [inner]}
        thing, n = _name(self.rule["field"], {"fn": "count", "where": where}), how.get("threshold", 0)
        wanted = {"none": points([0]), "atLeast": between(n, None), "atMost": between(None, n), "exactly": points([n])}
        fact = self._fact(thing, COUNT, wanted.get(how["mode"], between(1, None)))
        return Joined(True, (fact, self._opaque())) if how["mode"] == "all" else fact

    def _beside(self) -> Fact:
        """Two fields: which of them is larger, named in one order for both ways to ask."""
        one, two = str(self.rule["field"]), str(self.value)
        if self.operator not in SIGNS:
            return self._opaque()
        signs = SIGNS[self.operator] if one <= two else SIGNS[self.operator].translate(FLIPPED)
        return self._fact(_name("beside", *sorted((one, two))), Signs(), frozenset(signs) if one != two else frozenset(signs) & {"="})

    def _set(self, operand: Operand, thing: str) -> Formula:
        if self.operator == "notNull":
            return self._fact(thing, Sets(), ("any",))
        if self.operator not in ("hasAnyOf", "hasAllOf", "hasExactly"):
            return self._opaque()
        wanted = [binding.bind(operand, value, "") for value in self.value or ()]
        has = tuple(self._fact(thing, Sets(), ("has", value)) for value in wanted)
        if self.operator == "hasAnyOf":
            return self._any(has)
        only = (self._fact(thing, Sets(), ("only", frozenset(wanted))),) if self.operator == "hasExactly" else ()
        return Joined(True, (*has, *only))

    def _text(self, operand: Operand, thing: str) -> Formula:
        if self.operator == "notNull":
            return self._fact(thing, Texts(), ("notNull", ()))
        wanted = self.value if isinstance(self.value, list) else [self.value]
        if self.operator not in ("=", "in", "contains", "beginsWith", "endsWith"):
            return self._opaque()
        return self._fact(thing, Texts(), (self.operator, tuple(binding.words(operand, value, "") for value in wanted)))

    def _ordered(self, operand: Operand, thing: str) -> Formula:
        if self.operator not in (*FILLED, "notNull"):
            return self._opaque()
        counted = "agg" in self.rule and self.rule["agg"].get("fn") in ("count", "countDistinct")
        every = between(0, 1) if operand.kind == "boolean" else EVERYTHING
        theory = COUNT if counted else Ordered(not operand.never_blank, every, operand.kind in (*WHOLE, "boolean", "period"))
        there = replace(self._fact(thing, theory, EVERYTHING), clock="")
        if self.clock and operand.kind in ("date", "period") and _floats(self.value):
            self.clock = FLOATS
        if self.operator == "notNull":
            return there
        if operand.kind == "period":
            return self._period(thing, theory, there)
        lets = lets_in(operand, self.operator, self.value, self.as_of)
        return Joined(True, (there, self._opaque())) if lets is None else self._fact(thing, theory, lets)

    def _period(self, thing: str, theory: Theory, there: Fact) -> Formula:
        """What is asked of the first day and of the last; whether there is a period at all is a thing of its own."""
        asked = {"covers": (("first", "<="), ("last", ">="))}.get(self.operator) or (ENDS.get(self.operator),)
        parts: list[Fact] = [there]
        for end in asked:
            lets = None if end is None else days(end[1], self.value, self.as_of)
            parts.append(self._opaque() if end is None or lets is None else self._fact(f"{thing} {end[0]}", theory, lets))
        return Joined(True, tuple(parts))


def _floats(value: Any) -> bool:
    """Whether days that are named from today stay equally far from each other, which months do not."""
    values = value if isinstance(value, list) else [value]
    return all(isinstance(one, Mapping) and one.get("unit", "day") in ("day", "week") and one.get("anchor", "today") == "today" for one in values)
