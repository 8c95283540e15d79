"""Whom time can have moved: the rows in which a rule's conditions may have turned, and the records they belong to.

Of most rules it can be told from the dates alone (runtime/rules/turning.py): of a record's own, of a linked record's, of the
orders that a sum reads. Where a formula asks what day it is it cannot, and everybody has to be asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.groups import plans
from runtime.records.targets import RecordTarget, shown
from runtime.rules import past, shape, turning
from runtime.rules.deps import Deps, dependencies
from runtime.rules.operators import OPERATORS
from runtime.rules.target import Operand, Target
from runtime.sql.scan import scan_of
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

OWN = ""
EXTREMES = ("min", "max", "first", "last")
Bool = ColumnElement[bool]


@dataclass
class Place:
    """Rows that hold dates which rules compare with the clock: a form's own records, or what is linked to them.

    `number` is what the rows are read on by, `record` the record of the form that each belongs to.
    """

    source: Any
    target: Target
    number: ColumnElement[Any]
    record: ColumnElement[Any]
    counts: Bool
    conditions: list[tuple[Operand, str, Any]] = field(default_factory=list)

    def turned(self, last: AsOf, now: AsOf) -> Bool | None:
        """Which rows may have turned between two moments; None when none can."""
        found = [part for condition in self.conditions for part in turning.turned(*condition, last, now)]
        return sa.or_(*found) if found else None

    def select(self, *columns: Any) -> sa.Select[Any]:
        """Rows that count, under these columns."""
        return sa.select(*columns).select_from(self.source).where(self.counts, self.record.is_not(None))


class Untold(Exception):
    """A condition of which it cannot be told where time turns it."""


def places(app: LiveApp, live: LiveForm, groupings: Sequence[Grouping]) -> list[Place] | None:
    """Where time can turn these groupings; None when everybody has to be asked."""
    walk = _Walk(app, live)
    try:
        for grouping in groupings:
            for group in grouping.groups.values():
                if group.rule is not None:
                    walk.rule(group.rule, OWN)
    except Untold:
        return None
    return [place for place in walk.places.values() if place.conditions]


def by_time(app: LiveApp, live: LiveForm) -> dict[str, str]:
    """The groupings of a form in which time passes, by how finely (`day` or `hour`)."""
    return {key: deps.time for key, deps in plans.plan_of(app, live.key).deps.items() if deps.time}


def rules_of(item: LiveGrouping) -> list[Grouping]:
    """The rules by which members are kept: those people see and those being built."""
    return [build.grouping for build in plans.builds_of(item)]


class _Walk:
    """One way through the rules of a form, collecting the places."""

    def __init__(self, app: LiveApp, live: LiveForm) -> None:
        self.app, self.live = app, live
        self.graph = plans.graph_of(app)
        main, target = live.tables.main, RecordTarget(app, live, shown(app))
        self.places = {OWN: Place(scan_of(main), target, main.c.id, main.c.id, main.c.deleted_at.is_(None))}

    def rule(self, rule: Mapping[str, Any], at: str) -> None:
        for _path, leaf in shape.leaves(rule):
            self.leaf(leaf, at)

    def leaf(self, leaf: Mapping[str, Any], at: str) -> None:
        """A condition of the form's own records or, at an inverse, of what is linked to them."""
        if not self._time(at, dependencies(leaf)):
            return
        if OPERATORS[leaf.get("operator", "=")].takes == "past":
            self._happened(leaf, at)
        elif "match" in leaf:
            self._inside(leaf["value"], leaf["field"], at)
        elif "agg" in leaf:
            self._sum(leaf, at)
        elif leaf["field"] == "$group" or leaf.get("valueSource") == "field":
            raise Untold
        else:
            self._plain(leaf, at)

    def _happened(self, leaf: Mapping[str, Any], at: str) -> None:
        """What happened turns with the lines that say it; a tag that a record was made with turns with its making."""
        held, own = leaf["value"], self.places[OWN].target
        sided = [held[side] for side in past.SIDES if isinstance(held.get(side), Mapping)]
        if at != OWN or any(dependencies({"field": leaf["field"], **side}).time for side in sided):
            raise Untold
        assert isinstance(own, RecordTarget)
        span, known = past.span_of(leaf["operator"], held, ""), None if leaf["field"] == "$group" else own.operand(leaf["field"]).past
        lines = own.entered(held["groups"]) if known is None else known().changed
        if leaf["operator"] == "taggedInLast":
            self.places[OWN].conditions.append((own.operand("$created_at"), "inLast", span))
        when = Operand("datetime", lines.at, lambda value: value)
        self.places[f"${len(self.places)}"] = Place(lines.source, own, lines.source.c.id, lines.record, lines.where, [(when, "inLast", span)])

    def _plain(self, leaf: Mapping[str, Any], at: str) -> None:
        link, _dot, rest = leaf["field"].partition(".")
        form = self._form(at)
        own = form.fields.get(link)
        if own is not None and own.type.computed and not rest:
            summed = own.type.summed(own.settings)
            if summed is not None and at == OWN:
                self.leaf({**summed, "operator": leaf["operator"], "value": leaf.get("value")}, at)
                return
        if self._time(at, Deps(fields=frozenset({leaf["field"]}))):
            raise Untold  # the value itself depends on the day
        self._compare(leaf["field"], leaf, at)

    def _compare(self, name: str, leaf: Mapping[str, Any], at: str) -> None:
        place = self.places[at]
        operand = place.target.operand(name)
        if not turning.known(operand.kind, leaf["operator"]):
            raise Untold
        place.conditions.append((operand, leaf["operator"], leaf.get("value")))

    def _sum(self, leaf: Mapping[str, Any], at: str) -> None:
        """A sum turns with the rows it counts, and an extreme that is a date with the rows whose date it may be."""
        agg = leaf["agg"]
        if agg.get("where"):
            self._inside(agg["where"], leaf["field"], at)
        read = frozenset(str(agg[part]) for part in ("of", "by") if agg.get(part))
        if at != OWN or self._time(leaf["field"], Deps(fields=read)):
            raise Untold
        if dependencies({**leaf, "agg": {}}).time:
            if agg["fn"] not in EXTREMES:
                raise Untold
            self._reach(leaf["field"])
            self._compare(agg["of"], leaf, leaf["field"])

    def _inside(self, rule: Mapping[str, Any], inverse: str, at: str) -> None:
        if at != OWN:
            raise Untold
        self._reach(inverse)
        self.rule(rule, inverse)

    def _reach(self, inverse: str) -> None:
        if inverse not in self.places:
            rows = self.places[OWN].target.related(inverse)
            self.places[inverse] = Place(rows.source, rows.target, rows.target.id, rows.link, rows.live)

    def _form(self, at: str) -> Any:
        """The form whose rows are at a place; a sub-form's rows are one of their own."""
        target = self.places[at].target
        assert isinstance(target, RecordTarget)
        return target.live.form

    def _time(self, at: str, deps: Deps) -> str:
        """How finely time matters to something about the rows at a place."""
        if at not in self.places:
            self._reach(at)
        return self.graph.time(self._form(at).key, deps)
