"""Rules over values that no table holds yet: the entry somebody is typing, asked by the very same expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.fold import fold
from runtime.rules.target import FOLDED, MANY, HeldValues, Operand, Related, Target
from runtime.sql.types import BinaryText

Held = tuple[str, Any, Callable[[Any], Any]]
_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "number": sa.BigInteger(),
    "file": sa.BigInteger(),
    "rows": sa.BigInteger(),
    "person": sa.BigInteger(),
    "link": sa.BigInteger(),
    "boolean": sa.Boolean(create_constraint=False),
}


@dataclass(frozen=True)
class ValuesTarget:
    """One entry: by field its kind, its value as the column would hold it (a list for many), and its `bind`.

    Nothing links to an entry that is not saved, and it is in no group, so related records and groups are refused.
    `labels` are what people call the fields. `computed` makes the operand of a computed field out of this very target, so
    that it follows what is being typed.
    """

    values: Mapping[str, Held]
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    computed: Mapping[str, Callable[[Target], Operand]] = field(default_factory=dict)
    as_of: AsOf | None = None

    def at(self, as_of: AsOf) -> ValuesTarget:
        return replace(self, as_of=as_of)

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.cast(sa.null(), sa.BigInteger)

    def operand(self, name: str) -> Operand:
        if name in self.computed:
            return self.computed[name](self)
        if name not in self.values:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        kind, value, bind = self.values[name]
        label = self.labels.get(name, {"zh": name, "en": name})
        if kind in MANY:
            return Operand(kind, sa.null(), bind, many=HeldValues(tuple(value or ())), label=label)
        folded = literal(fold(value) if value else None, BinaryText) if kind in FOLDED else None
        return Operand(kind, literal(value, kept_as(kind)), bind, folded, label=label)

    def related(self, inverse: str) -> Related:
        raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        raise Invalid(Problem("value", "no_such_group", {"group": groups[0]}))


def kept_as(kind: str) -> sa.types.TypeEngine[Any]:
    """The type in which a column holds values of a kind."""
    return _TYPES.get(kind, BinaryText)


def literal(value: Any, kind: sa.types.TypeEngine[Any]) -> ColumnElement[Any]:
    """A bound value that keeps its type even where it is NULL."""
    bound: ColumnElement[Any] = sa.cast(sa.literal(value, kind), kind)
    return bound
