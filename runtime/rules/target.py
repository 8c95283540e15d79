"""What a field name in a rule means: a column, an unsaved value, rows behind a link, stored membership."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause

from runtime.clock import AsOf

KINDS = ("text", "number", "date", "datetime", "time", "period", "choice", "boolean", "consent", "tree", "many", "file", "person", "people", "link", "links", "rows", "place")
# Kinds with many values, and kinds whose values are people, of whom `$me` is one.
MANY = ("many", "people", "links")
WHO = ("person", "people")
# Kinds of which a column keeps a folded twin, by which they are compared.
FOLDED = ("text", "place")


class Many(Protocol):
    """The values of a many-valued field of one record."""

    def any_of(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """Whether it has at least one of these."""
        ...

    def only(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """Whether it has nothing but these; true for none at all."""
        ...

    def present(self) -> ColumnElement[bool]:
        """Whether it has any value."""
        ...


@dataclass(frozen=True)
class Lines:
    """Lines that were written about records, under an alias of their own: about which record, when, and which lines count."""

    source: FromClause
    record: ColumnElement[Any]
    at: ColumnElement[Any]
    where: ColumnElement[bool]


@dataclass(frozen=True)
class Past:
    """What a record's history says of one field.

    `changed` are the lines that changed it, with what it `was` and `became` (`whole` is both as JSON); `made` is the line
    that made the record, at the moment of its making, with what the field had `begun` with. `readable` says of a side that
    it is of the field's present kind. `retold` says that the sides can be compared as the field itself can; otherwise only
    whether there was anything. Of a `fresh` record the very act that asks has yet to write the first line.
    """

    changed: Lines
    made: Lines
    was: Operand
    became: Operand
    begun: Operand
    readable: Callable[[str], ColumnElement[bool]]
    whole: ColumnElement[Any]
    retold: bool = True
    fresh: bool = False


@dataclass(frozen=True)
class Operand:
    """One field as SQL sees it.

    `value` is NULL when the field is blank. `folded` is text without case and outer spaces. `bind` turns a rule's value
    into what `value` is compared with; it raises an exception carrying `code` and `params` when it is no such value.
    `label` is what people call it; `options` are the values it may have, where there is a list of them. A count or a sum
    is `never_blank`. `below` gives a bound value of a tree and all under it, where its key does not say so;
    `mine` the values of a tree that are the asker's own. `power` says how many powers of ten smaller a number is in a formula than in its field (percent: 2).
    `past` gives its history, of a stored record's own field; `tagged` says that its values are tags.
    """

    kind: str
    value: ColumnElement[Any]
    bind: Callable[[Any], Any]
    folded: ColumnElement[Any] | None = None
    many: Many | None = None
    label: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, Any]] | None = None
    retired: bool = False
    never_blank: bool = False
    power: int = 0
    below: Callable[[Any], Sequence[Any] | sa.Select[Any] | None] | None = None
    mine: Callable[[ColumnElement[Any]], sa.Select[Any] | None] | None = None
    past: Callable[[], Past] | None = None
    tagged: bool = False


@dataclass(frozen=True)
class Computed:
    """What a computed field comes to in SQL: a value as a column of its kind would hold it, NULL when blank.

    `folded` is the text as it is compared; `never_blank` says that the value is never NULL.
    """

    value: ColumnElement[Any]
    folded: ColumnElement[Any] | None = None
    never_blank: bool = False


@dataclass(frozen=True)
class Related:
    """The rows of another form that link here: a target over them, their link column and what makes a row count."""

    target: Target
    link: ColumnElement[Any]
    live: ColumnElement[bool]
    source: FromClause
    label: Mapping[str, str] = field(default_factory=dict)
    covers: Sequence[frozenset[str]] = ()  # what an index in the order of the link holds, as names of columns


class Target(Protocol):
    """What a rule is about. A miss raises Invalid: `no_such_field`, `no_such_inverse`, `no_such_group`."""

    @property
    def id(self) -> ColumnElement[Any]:
        """The record's id, for what is correlated with it."""
        ...

    def operand(self, name: str) -> Operand:
        """A field, a system field (`$created_at`), or a linked record's field (`customer.owner`)."""
        ...

    def related(self, inverse: str) -> Related:
        """The rows behind an inverse key, under an alias of their own."""
        ...

    def member(self, groups: Sequence[str]) -> ColumnElement[bool]:
        """Whether the record is stored in any of these groups (`grouping/group`)."""
        ...


@runtime_checkable
class Timed(Protocol):
    """A target whose computed fields may ask what day it is."""

    @property
    def as_of(self) -> AsOf | None:
        """The moment they are worked out for; None where it is a late parameter, filled in at each run."""
        ...

    def at(self, as_of: AsOf) -> Target:
        """The same target at one moment."""
        ...


@runtime_checkable
class Diaried(Protocol):
    """A target whose records have a diary of the groups they joined."""

    def entered(self, groups: Sequence[str]) -> Lines:
        """The lines of the diary by which records joined any of these groups; a miss is `no_such_group`."""
        ...


def moment_of(target: Target) -> AsOf | None:
    """The moment that a target's computed fields are worked out for; None for a late parameter."""
    return target.as_of if isinstance(target, Timed) else None


def at_moment(target: Target, as_of: AsOf | None) -> Target:
    """The target at the moment a rule is asked, so that its computed fields mean the same day."""
    return target.at(as_of) if as_of is not None and isinstance(target, Timed) else target


@dataclass(frozen=True)
class HeldValues:
    """The values of a many-valued field that is not stored yet."""

    held: Sequence[Any]

    def any_of(self, values: Sequence[Any]) -> ColumnElement[bool]:
        return sa.or_(sa.false(), *(sa.literal(have) == want for have in self.held for want in values))

    def only(self, values: Sequence[Any]) -> ColumnElement[bool]:
        return sa.and_(sa.true(), *(sa.or_(*(sa.literal(have) == want for want in values)) for have in self.held))

    def present(self) -> ColumnElement[bool]:
        return sa.literal(len(self.held)) > 0
