"""A rule into one SQL expression: the only interpreter of rules there is.

`not` is pushed down to the leaves; every leaf is true or false, never NULL; a negative operator is the exact complement
of its positive twin and so true on blank. What cannot be compiled is an Invalid with a path, never skipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Subquery

from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.rules import binding, leaves, past, related, shape
from runtime.rules.operators import GROUP_OPERATORS, OPERATORS, OPERATORS_OF, PAST_OPERATORS
from runtime.rules.shared import Shared
from runtime.rules.target import WHO, Operand, Target, at_moment
from runtime.sql.prepared import late

Rule = Mapping[str, Any]
Bool = ColumnElement[bool]


@dataclass(frozen=True)
class Compiled:
    """`where` is the condition; `joins` are the grouped sums that a scan adds to its FROM, each with its ON."""

    where: Bool
    joins: list[tuple[Subquery, Bool]] = field(default_factory=list)

    def select_from(self, source: sa.FromClause) -> sa.FromClause:
        """A FROM clause with the sums joined to it."""
        for part, on in self.joins:
            source = source.outerjoin(part, on)
        return source


def compile_rule(
    rule: Rule, target: Target, as_of: AsOf | None, *, me: int | None = None, scan: bool = False, shared: Shared | None = None
) -> Compiled:
    """A whole rule. Without `as_of` times, and without `me` the asker, are late parameters for statements made once.

    `scan` compiles sums over related records as grouped joins, which is how a whole table is asked; otherwise they are
    correlated with the record, which is how a few are. Both give the same. `shared` holds those that several rules of one
    statement ask for.
    """
    shape.check_size(rule)
    work = Work(target, as_of, me, scan, shared=shared)
    return Compiled(work.group(rule, negated=False, path="", depth=1), work.joins)


@dataclass
class Work:
    """One compilation on its way down a rule."""

    target: Target
    as_of: AsOf | None
    me: int | None
    scan: bool
    joins: list[tuple[Subquery, Bool]] = field(default_factory=list)
    hops: int = 0
    shared: Shared | None = None

    def __post_init__(self) -> None:
        self.target = at_moment(self.target, self.as_of)

    def group(self, rule: Any, *, negated: bool, path: str, depth: int) -> Bool:
        """All or any of several conditions."""
        shape.check_group(rule, path, depth)
        negated ^= rule.get("not", False)
        parts = []
        for at, part in enumerate(rule["rules"]):
            here = shape.under(path, at)
            if shape.is_group(part):
                parts.append(self.group(part, negated=negated, path=here, depth=depth + 1))
            else:
                parts.append(self.condition(part, negated=negated, path=here))
        together = sa.and_ if (rule["combinator"] == "and") != negated else sa.or_
        return together(*parts).self_group()

    def condition(self, rule: Any, *, negated: bool = False, path: str = "") -> Bool:
        """One leaf, or its complement."""
        shape.check_leaf(rule, path)
        if "match" in rule:
            found = related.match(self, rule, path)
            return sa.not_(found) if negated else found
        name = rule["operator"]
        operator = OPERATORS[name]
        positive = operator.denies or name
        found = self._positive({**rule, "operator": positive}, name, path)
        return sa.not_(found) if negated ^ (operator.denies is not None) else found

    def _positive(self, rule: Rule, asked: str, path: str) -> Bool:
        if rule["field"] == "$group":
            return self._member(rule, asked, path)
        operand = related.aggregate(self, rule, path) if "agg" in rule else self.operand(rule["field"], path)
        if rule.get("valueSource") == "field":
            return self._two_fields(operand, rule, path)
        if asked in PAST_OPERATORS and "agg" not in rule:
            return past.happened(self, self._with_me(operand), rule, path)
        if asked not in OPERATORS_OF[operand.kind]:
            params = {"operator": OPERATORS[asked].phrase, "field": operand.label}
            raise Invalid(Problem(path, "rule_no_operator", params))
        operand = self._with_mine(operand) if rule["operator"] == "under" and operand.mine else self._with_me(operand)
        return leaves.leaf(operand, rule["operator"], rule.get("value"), self.as_of, path)

    def operand(self, name: str, path: str) -> Operand:
        """A field by name; a miss names the place in the rule."""
        try:
            return self.target.operand(name)
        except Invalid as miss:
            raise Invalid([problem.under(path) for problem in miss.problems]) from None

    def _member(self, rule: Rule, asked: str, path: str) -> Bool:
        if asked not in GROUP_OPERATORS:
            raise Invalid(Problem(path, "rule_no_operator", {"operator": OPERATORS[asked].phrase, "field": "$group"}))
        if asked == "enteredInLast":
            return past.entered(self, rule, path)
        keys = [str(key) for key in binding.many_values(rule.get("value"), path)]
        try:
            return self.target.member(keys)
        except Invalid as miss:
            raise Invalid([problem.under(path) for problem in miss.problems]) from None

    def _two_fields(self, operand: Operand, rule: Rule, path: str) -> Bool:
        name = rule.get("value")
        if not isinstance(name, str) or not name:
            raise Invalid(Problem(path, "rule_no_value", {"field": operand.label}))
        other = self.operand(name, path)
        made = leaves.two_fields(operand, rule["operator"], other)
        if made is None:
            raise Invalid(Problem(path, "rule_other_kind", {"field": operand.label, "other": other.label}))
        return made

    def _with_me(self, operand: Operand) -> Operand:
        """`$me` stands for the asker in filters and row rules."""
        if operand.kind not in WHO:
            return operand

        def bind(value: Any) -> Any:
            return self._asker() if value == "$me" else operand.bind(value)

        return replace(operand, bind=bind)

    def _with_mine(self, operand: Operand) -> Operand:
        """`$me` in a tree with people in it stands for the asker's own places; everything under them is meant too."""
        mine, below = operand.mine, operand.below

        def found(value: Any) -> Any:
            if value != "$me":
                return below(value) if below else None
            me = self._asker()
            return mine(me if isinstance(me, ColumnElement) else sa.literal(me, sa.BigInteger())) if mine else None

        return replace(operand, bind=lambda value: value if value == "$me" else operand.bind(value), below=found)

    def _asker(self) -> Any:
        """Who asks: known now, or filled in at each run."""
        return late("me", sa.BigInteger()) if self.me is None else self.me


def leaf_columns(
    rule: Rule, target: Target, as_of: AsOf | None, *, scan: bool = False, me: int | None = None
) -> tuple[list[tuple[str, Bool]], list[tuple[Subquery, Bool]]]:
    """Each condition and each group of a rule alone, by path, with the joins a scan needs: one select asks them all."""
    shape.check_size(rule)
    work = Work(target, as_of, me, scan)
    found: list[tuple[str, Bool]] = []

    def walk(part: Any, path: str, depth: int) -> None:
        if shape.is_group(part):
            found.append((path, work.group(part, negated=False, path=path, depth=depth)))
            for at, inner in enumerate(part["rules"]):
                walk(inner, shape.under(path, at), depth + 1)
        else:
            found.append((path, work.condition(part, path=path)))

    walk(rule, "", 1)
    return found, work.joins
