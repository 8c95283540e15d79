"""Sums that several conditions of one statement ask for: worked out once for a range of records, not for each condition."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Subquery
from sqlalchemy.sql import visitors

from runtime.rules import shape

Leaf = Mapping[str, Any]
Bool = ColumnElement[bool]


@dataclass
class Shared:
    """`wanted` are the sums asked for more than once; `within` limits what is summed to the records of the range."""

    wanted: frozenset[str]
    within: Callable[[ColumnElement[Any]], Bool]
    made: dict[str, tuple[Subquery, Bool]] = field(default_factory=dict)

    def value(self, leaf: Leaf, record: ColumnElement[Any], grouped: Callable[[], Subquery]) -> ColumnElement[Any]:
        """A sum as a column of its grouped form (`k`, `v`), which is made when it is first asked for."""
        key = name_of(leaf)
        if key not in self.made:
            part = grouped()
            self.made[key] = part, part.c.k == record
        found: ColumnElement[Any] = self.made[key][0].c.v
        return found

    def join(self, source: sa.FromClause, answer: ColumnElement[Any]) -> sa.FromClause:
        """A FROM clause with the sums that an expression reads."""
        read = {getattr(part, "table", None) for part in visitors.iterate(answer)}
        for part, on in self.made.values():
            if part in read:
                source = source.outerjoin(part, on)
        return source


def name_of(leaf: Leaf) -> str:
    """What makes two sums the same one."""
    return json.dumps([leaf["field"], leaf["agg"]], sort_keys=True)


def repeated(rules: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The sums that conditions of these rules ask for more than once; the first and last of something are none."""
    asked = Counter(name_of(leaf) for rule in rules for _, leaf in shape.leaves(rule) if "agg" in leaf and "by" not in leaf["agg"])
    return frozenset(name for name, times in asked.items() if times > 1)
