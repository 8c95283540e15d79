"""How many records each condition of a rule lets through, and how many remain after it: one pass over the form.

A group of conditions is a row of sieves. Under `all` a record goes on while it fits; under `any` it goes on while it
fits none, and what a condition holds back is what it adds. So each group needs the sizes of its beginnings only: how
many got through the first one, the first two … and everything else is worked out from those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.clock import AsOf
from runtime.groups.sampling import Sample
from runtime.records.targets import RecordTarget, shown
from runtime.rules import shape
from runtime.rules.compile import Work
from runtime.rules.target import Target
from runtime.sql.scan import scan_of
from runtime.storage.live import LiveApp, LiveForm

Bool = ColumnElement[bool]
# What `after` tells, by whether any is enough and whether the group is turned around.
KINDS = {(False, False): "left", (True, False): "more", (True, True): "free", (False, True): "out"}


@dataclass(frozen=True)
class Step:
    """One condition or group of conditions: `alone` records fit it, whatever its neighbours say.

    `after` is the size after it in its order, by `kind`: `left` fit it and all before it; `more` fit it and none before
    it; `free` fit neither it nor any before it (none of these); `out` fit all before it and not it (not all of these).
    The whole rule has no place in an order.
    """

    alone: int
    after: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Funnel:
    """The steps by path, the whole rule at ""; `everybody` is all there are."""

    everybody: int
    steps: Mapping[str, Step]

    @property
    def total(self) -> int:
        """How many fit the whole rule."""
        return self.steps[""].alone


def funnel(
    conn: Connection, app: LiveApp, live: LiveForm, rule: Mapping[str, Any], as_of: AsOf, sample: Sample | None = None
) -> Funnel:
    """The funnel of a rule over a form; from a sample, about what it would be."""
    main = live.tables.main
    found = count(conn, main, rule, RecordTarget(app, live, shown(app)), as_of, sample, main.c.deleted_at.is_(None))
    return found if sample is None else estimated(found, sample)


def count(
    conn: Connection, main: sa.Table, rule: Mapping[str, Any], target: Target, as_of: AsOf, sample: Sample | None, *where: Bool
) -> Funnel:
    """What there is in a table or in a sample of it, as it is counted."""
    shape.check_size(rule)
    work = Work(target, as_of, None, scan=sample is None)
    asked = _Asked(work)
    asked.walk(rule, "", 1)
    source: sa.FromClause = scan_of(main) if sample is None else main
    for part, on in work.joins:
        source = source.outerjoin(part, on)
    query = sa.select(*asked.columns).select_from(source).where(*where)
    row = conn.execute(query if sample is None else query.where(sample.among(main.c.id))).one()
    steps: dict[str, Step] = {}
    asked.alone(rule, "", row, steps)
    return Funnel(int(row[0]), steps)


def estimated(found: Funnel, sample: Sample) -> Funnel:
    """The same of everybody, as far as the sample can tell."""
    steps = {
        path: Step(sample.about(step.alone), None if step.after is None else sample.about(step.after), step.kind)
        for path, step in found.steps.items()
    }
    return Funnel(sample.about(found.everybody), steps)


class _Asked:
    """The columns of the one select: everybody, each condition alone, each group's beginnings of two and more."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.columns: list[ColumnElement[int]] = [sa.func.count()]
        self.places: dict[str, int] = {}

    def walk(self, part: Any, path: str, depth: int) -> Bool:
        """Ask for a part of the rule; gives its condition, compiled once wherever it is used."""
        if not shape.is_group(part):
            condition = self.work.condition(part, path=path)
            self._count(path, condition)
            return condition
        shape.check_group(part, path, depth)
        inner = [self.walk(one, shape.under(path, at), depth + 1) for at, one in enumerate(part["rules"])]
        passing = inner if part["combinator"] == "and" else [sa.not_(one) for one in inner]
        for size in range(2, len(inner) + 1):
            self._count(f"{path}:{size}", sa.and_(*passing[:size]))
        together: Bool = (sa.and_ if part["combinator"] == "and" else sa.or_)(*inner).self_group()
        return sa.not_(together) if part.get("not", False) else together

    def _count(self, place: str, condition: Bool) -> None:
        self.places[place] = len(self.columns)
        self.columns.append(sa.func.count().filter(condition))

    def alone(self, part: Any, path: str, row: Sequence[Any], steps: dict[str, Step]) -> int:
        """How many fit a part; fills in the steps of everything in it on the way."""
        if not shape.is_group(part):
            steps[path] = Step(int(row[self.places[path]]))
            return steps[path].alone
        everybody = int(row[0])
        some, turned = part["combinator"] == "or", bool(part.get("not", False))
        paths = [shape.under(path, at) for at in range(len(part["rules"]))]
        fits = [self.alone(one, here, row, steps) for one, here in zip(part["rules"], paths, strict=True)]
        through = [everybody, everybody - fits[0] if some else fits[0]]
        through += [int(row[self.places[f"{path}:{size}"]]) for size in range(2, len(fits) + 1)]
        for at, here in enumerate(paths):
            after = through[at] - through[at + 1] if some != turned else through[at + 1]
            steps[here] = Step(fits[at], after, KINDS[some, turned])
        alone = everybody - through[-1] if some != turned else through[-1]
        steps[path] = Step(alone)
        return alone
