"""How many records each condition of a rule lets through, and how many remain after it: one pass over the form.

A group of conditions is a row of sieves. Under `all` a record goes on while it fits; under `any` it goes on while it
fits none, and whom a condition holds back is whom it adds. So each group needs one number more for a condition: how
many each condition is the first to hold back; everything else is worked out from those.
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
FIRST = 2**32  # more than there are records
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
    """The columns of the one select: everybody, and for each condition who is held back by it, and who first by it.

    Held back is who does not fit under `all`, who fits under `any`. Both numbers share a column, so that a condition is
    looked at once for each record; only those it holds back are taken through the ones before it.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self.columns: list[ColumnElement[Any]] = [sa.func.count()]
        self.places: dict[str, int] = {}

    def walk(self, part: Any, path: str, depth: int) -> Bool:
        """Ask for a part of the rule; gives its condition, compiled once wherever it is used."""
        if not shape.is_group(part):
            return self.work.condition(part, path=path)
        shape.check_group(part, path, depth)
        inner = [self.walk(one, shape.under(path, at), depth + 1) for at, one in enumerate(part["rules"])]
        some = part["combinator"] == "or"
        for at, one in enumerate(inner):
            before = [sa.not_(each) if some else each for each in inner[:at]]
            self.places[shape.under(path, at)] = len(self.columns)
            self.columns.append(_held(one if some else sa.not_(one), before))
        together: Bool = (sa.or_ if some else sa.and_)(*inner).self_group()
        return sa.not_(together) if part.get("not", False) else together

    def alone(self, part: Any, path: str, row: Sequence[Any], steps: dict[str, Step]) -> int:
        """How many fit a group; fills in the steps of everything in it on the way."""
        everybody = through = int(row[0])
        some, turned = part["combinator"] == "or", bool(part.get("not", False))
        for at, one in enumerate(part["rules"]):
            here = shape.under(path, at)
            first, held = divmod(int(row[self.places[here]] or 0), FIRST)
            through -= first
            fits = held if some else everybody - held
            if shape.is_group(one):
                fits = self.alone(one, here, row, steps)
            steps[here] = Step(fits, first if some != turned else through, KINDS[some, turned])
        steps[path] = Step(everybody - through if some != turned else through)
        return steps[path].alone


def _held(back: Bool, before: Sequence[Bool]) -> ColumnElement[Any]:
    """How many are held back, and FIRST for each whom nothing before holds back."""
    one, first = (sa.literal_column(str(number), sa.BigInteger) for number in (1, 1 + FIRST))
    return sa.func.sum(sa.case((sa.and_(sa.true(), *before), first), else_=one) if before else first).filter(back)
