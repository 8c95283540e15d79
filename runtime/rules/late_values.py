"""The entry somebody is typing as a target whose values come at each run, so that its rules are compiled only once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.errors import Invalid, Problem
from runtime.rules.target import FOLDED, MANY, Operand, Related
from runtime.rules.values import kept_as
from runtime.sql.lists import among_bound
from runtime.sql.prepared import late
from runtime.sql.types import BinaryText


@dataclass(frozen=True)
class Known:
    """What a rule must know of a field beforehand: its kind, its `bind`, and what people call it."""

    kind: str
    bind: Callable[[Any], Any]
    label: Mapping[str, str]
    below: Callable[[Any], Sequence[Any] | sa.Select[Any] | None] | None = None


@dataclass(frozen=True)
class LateMany:
    """The values of a many-valued field, as one JSON parameter."""

    name: str

    def any_of(self, values: Sequence[Any]) -> ColumnElement[bool]:
        return sa.or_(sa.false(), *(self._has(value) for value in values))

    def only(self, values: Sequence[Any]) -> ColumnElement[bool]:
        found = [sa.case((self._has(value), 1), else_=0) for value in dict.fromkeys(values)]
        return self._size() == sum(found[1:], start=found[0])

    def present(self) -> ColumnElement[bool]:
        return self._size() > 0

    def _has(self, value: Any) -> ColumnElement[bool]:
        held = late(lambda context: json.dumps([str(one) for one in context["values"].get(self.name) or ()]), sa.Text())
        return among_bound(sa.literal(str(value), sa.Text()), held, whole=False)

    def _size(self) -> ColumnElement[Any]:
        return sa.cast(late(lambda context: len(context["values"].get(self.name) or ()), sa.BigInteger()), sa.BigInteger)


@dataclass(frozen=True)
class LateValues:
    """One entry of a form. A run is given `values`: by field what its column would hold, `<field>/k` what is folded.

    Nothing links to an entry that is not saved, and it is in no group, so related records and groups are refused.
    """

    fields: Mapping[str, Known] = field(default_factory=dict)

    @property
    def id(self) -> ColumnElement[Any]:
        return sa.cast(sa.null(), sa.BigInteger)

    def operand(self, name: str) -> Operand:
        known = self.fields.get(name)
        if known is None:
            raise Invalid(Problem("field", "no_such_field", {"field": name}))
        if known.kind in MANY:
            return Operand(known.kind, sa.null(), known.bind, many=LateMany(name), label=known.label)
        folded = _late(f"{name}/k", BinaryText) if known.kind in FOLDED else None
        return Operand(known.kind, _late(name, kept_as(known.kind)), known.bind, folded, label=known.label, below=known.below)

    def related(self, inverse: str) -> Related:
        raise Invalid(Problem("field", "no_such_inverse", {"name": inverse}))

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        raise Invalid(Problem("value", "no_such_group", {"group": groups[0]}))


def _late(name: str, kind: sa.types.TypeEngine[Any]) -> ColumnElement[Any]:
    return sa.cast(late(lambda context: context["values"].get(name), kind), kind)
