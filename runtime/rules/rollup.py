"""The aggregate of a condition as a value of its own: what a roll-up field shows is what a rule would compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.rules import related
from runtime.rules.compile import Work
from runtime.rules.target import Computed, Operand, Target, moment_of

Leaf = Mapping[str, Any]


def operand(leaf: Leaf, target: Target, *, as_is: bool = False) -> Operand:
    """What the aggregate comes to; `as_is` leaves a text in the letters it was written with."""
    return related.aggregate(Work(target, moment_of(target), None, scan=False), leaf, "", as_is=as_is)


def expression(leaf: Leaf, target: Target, one: int) -> Computed:
    """The same as a column would hold it; `one` is how the column keeps 1, and to that an average is rounded."""
    if leaf["agg"]["fn"] == "avg":
        return Computed(_mean(leaf, target, one))
    found = operand(leaf, target, as_is=True)
    folded = operand(leaf, target).value if found.folded is not None else None
    return Computed(found.value, folded, found.never_blank)


def _mean(leaf: Leaf, target: Target, one: int) -> ColumnElement[Any]:
    """A sum divided by a count in whole numbers, halves away from zero, so that both databases round alike."""
    agg = leaf["agg"]
    there = {"field": agg["of"], "operator": "notNull"}
    where = {"combinator": "and", "rules": [agg["where"], there] if "where" in agg else [there]}
    total = operand({**leaf, "agg": {**agg, "fn": "sum"}}, target)
    counted = operand({**leaf, "agg": {"fn": "count", "where": where}}, target).value
    kept = int(total.bind(1))
    above = sa.cast(total.value, sa.BigInteger) * (2 * max(1, one // kept))
    # Functions around the parts keep them together: a division by `op` has no parentheses of its own.
    below = sa.func.nullif(sa.cast(counted, sa.BigInteger) * (2 * max(1, kept // one)), 0)
    size = sa.func.abs(sa.func.abs(above) + below.op("/")(sa.literal_column("2"))).op("/")(below)
    return sa.cast(sa.case((above < 0, -size), else_=size), sa.BigInteger)
