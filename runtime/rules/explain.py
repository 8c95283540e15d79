"""Why a record is in or out: every condition's answer with the value it looked at, from one select."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.rules import past, related, shape
from runtime.rules.compile import Work, leaf_columns
from runtime.rules.operators import OPERATORS
from runtime.rules.resolved import Days, resolved
from runtime.rules.target import Target

ASKED = 20  # so many of a long list's values are looked up one by one


@dataclass(frozen=True)
class Reason:
    """One condition, or a group of them, and whether this record fulfils it.

    `actual` is what the record has, as its column holds it: the field's value, the sum, the number of related records
    that fit; for many-valued fields and groups the list of those asked for that it has. `other` is the value of the
    second field where two are compared. Of what happened `actual` is when it did last, and `other` what a field was and
    became then, as JSON. `days` is what a relative date came to.
    """

    path: str
    rule: Mapping[str, Any]
    ok: bool
    actual: Any = None
    other: Any = None
    days: Days | None = None
    parts: tuple[Reason, ...] = ()

    @property
    def kind(self) -> str:
        return "group" if shape.is_group(self.rule) else "leaf"

    def leaves(self) -> Iterator[Reason]:
        """All conditions below, in reading order."""
        if self.kind == "leaf":
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass
class _Asked:
    """The columns of the one select, by what they are for."""

    columns: list[ColumnElement[Any]] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, path: str, what: str, column: ColumnElement[Any]) -> None:
        self.places[path, what] = len(self.columns)
        self.columns.append(column.label(f"c{len(self.columns)}"))


def explain(
    conn: Connection, rule: Mapping[str, Any], target: Target, record_id: int | None, as_of: AsOf, me: int | None = None
) -> Reason | None:
    """The tree of reasons for one record; None when there is no such record. Without an id, for unsaved values."""
    work = Work(target, as_of, me, scan=False)
    asked = _Asked()
    for path, column in leaf_columns(rule, target, as_of, me=me)[0]:
        asked.add(path, "ok", column)
    for path, leaf in shape.leaves(rule):
        for what, column in _actual(work, leaf, path):
            asked.add(path, what, column)
    query = sa.select(*asked.columns)
    row = conn.execute(query if record_id is None else query.where(target.id == record_id)).one_or_none()
    if row is None:
        return None
    return _reason(rule, "", {place: row[at] for place, at in asked.places.items()}, as_of)


def _actual(work: Work, leaf: Mapping[str, Any], path: str) -> Iterator[tuple[str, ColumnElement[Any]]]:
    """The columns that say what the record has."""
    if "match" in leaf:
        yield "value", related.hits(work, leaf, path)
    elif OPERATORS[leaf["operator"]].takes == "past":
        yield from _happened(work, leaf, path)
    elif leaf["field"] == "$group":
        for at, key in enumerate(_list(leaf)):
            yield f"has{at}", work.target.member([str(key)])
    elif "agg" in leaf:
        yield "value", related.aggregate(work, leaf, path).value
    else:
        operand = work.operand(leaf["field"], path)
        if operand.many is None:
            yield "value", operand.value
        else:
            for at, key in enumerate(_list(leaf)):
                yield f"has{at}", operand.many.any_of([operand.bind(key)])
        if leaf.get("valueSource") == "field":
            yield "other", work.operand(leaf["value"], path).value


def _happened(work: Work, leaf: Mapping[str, Any], path: str) -> Iterator[tuple[str, ColumnElement[Any]]]:
    """When it happened last, and of a field what it was and became."""
    if leaf["field"] == "$group":
        yield "value", past.last_entry(work, leaf, path)
    elif (last := past.last_change(work, work.operand(leaf["field"], path))) is not None:
        yield "value", last[0]
        yield "other", last[1]


def _list(leaf: Mapping[str, Any]) -> list[Any]:
    value = leaf.get("value")
    return value[:ASKED] if isinstance(value, list) else [] if value is None else [value]


def _reason(rule: Mapping[str, Any], path: str, found: Mapping[tuple[str, str], Any], as_of: AsOf) -> Reason:
    ok = bool(found[path, "ok"])
    if shape.is_group(rule):
        parts = tuple(_reason(part, shape.under(path, at), found, as_of) for at, part in enumerate(rule["rules"]))
        return Reason(path, rule, ok, parts=parts)
    actual = found.get((path, "value"))
    if (path, "value") not in found:
        actual = [key for at, key in enumerate(_list(rule)) if found.get((path, f"has{at}"))]
    days = None if "match" in rule else resolved(_positive(rule["operator"]), rule.get("value"), as_of)
    return Reason(path, rule, ok, actual, found.get((path, "other")), days)


def _positive(operator: str) -> str:
    return OPERATORS[operator].denies or operator
