"""A rule about the records of one form that may compare them with another record: the one that is being filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.rules.deps import dependencies
from runtime.rules.target import Diaried, Lines, Operand, Related, Target, at_moment, moment_of

OWN = "$own."


@dataclass(frozen=True)
class Beside:
    """`$own.customer` is a value of the record that is being filled in; every other name is one of `target`."""

    target: Target
    own: Target

    @property
    def as_of(self) -> AsOf | None:
        return moment_of(self.target)

    def at(self, as_of: AsOf) -> Beside:
        return Beside(at_moment(self.target, as_of), self.own)

    @property
    def id(self) -> ColumnElement[Any]:
        return self.target.id

    def operand(self, name: str) -> Operand:
        return self.own.operand(name.removeprefix(OWN)) if name.startswith(OWN) else self.target.operand(name)

    def related(self, inverse: str) -> Related:
        return self.target.related(inverse)

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        return self.target.member(groups)

    def entered(self, groups: Sequence[str]) -> Lines:
        assert isinstance(self.target, Diaried)
        return self.target.entered(groups)


def own_reads(rule: Mapping[str, Any]) -> frozenset[str]:
    """The fields of the record being filled in that a rule compares with."""
    return frozenset(name.removeprefix(OWN) for name in dependencies(rule).fields if name.startswith(OWN))
