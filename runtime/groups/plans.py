"""What a form's groupings read of each other and of records, and their questions compiled once per definition revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from runtime.definitions.computed import Graph, concerns
from runtime.definitions.grouping import Grouping
from runtime.errors import Invalid, Problem
from runtime.groups.questions import Asked, Question, questions
from runtime.records.targets import RecordTarget
from runtime.rules.compile import compile_rule
from runtime.rules.deps import Deps, dependencies
from runtime.rules.shared import Shared
from runtime.sql.lists import among_bound
from runtime.sql.prepared import Prepared, late
from runtime.storage.live import Generation, LiveApp, LiveForm, LiveGrouping


@dataclass(frozen=True)
class Plan:
    """One form's groupings in layers: a grouping whose rules read another's groups comes in a later layer."""

    deps: Mapping[str, Deps]
    layers: Sequence[Sequence[str]]

    def concerns(self, grouping: str, changed: frozenset[str] | None) -> bool:
        """Whether a grouping reads any of the changed fields (`@orders` stands for the records behind an inverse)."""
        if changed is None:
            return True
        return concerns(self.deps[grouping], changed)

    def reads_groups(self, grouping: str, moved: set[str]) -> bool:
        """Whether a grouping's rules read the groups of one that has just moved."""
        return any(name.split("/")[0] in moved for name in self.deps[grouping].groups)

    def reads_any(self, moved: set[str]) -> bool:
        """Whether any grouping reads the groups of one of these: of the same form, or of records linked to it."""
        return any(self.reads_groups(key, moved) for key in self.deps)

    def sums(self, inverse: str, changed: frozenset[str] | None) -> bool:
        """Whether any grouping reads the records behind an inverse, and of them any of these fields (None: all)."""
        return any(inverse in deps.related and (changed is None or changed & set(deps.related[inverse]))
                   for deps in self.deps.values())

    @cached_property
    def hops(self) -> Mapping[str, frozenset[str]]:
        """By link field, the fields of the linked record that rules read through it."""
        found: dict[str, set[str]] = {}
        for deps in self.deps.values():
            for name in deps.fields:
                link, dot, field = name.partition(".")
                if dot:
                    found.setdefault(link, set()).add(field)
        return {link: frozenset(fields) for link, fields in found.items()}


def builds_of(item: LiveGrouping) -> list[Generation]:
    """The builds every writer keeps right: the one people see, unless it stands still, and the one that will replace it."""
    return [build for build in (None if item.frozen else item.live, item.building) if build is not None]


def deps_of(grouping: Grouping) -> Deps:
    """What a grouping reads, all its rules together."""
    total = Deps()
    for group in grouping.groups.values():
        if group.rule is not None:
            total = total | dependencies(group.rule)
    return total


def plan_of(app: LiveApp, form: str) -> Plan:
    """The plan of a form, made once per definition revision; frozen groupings are left out, with all that read them."""
    key = ("plan", form)
    if key not in app.cache:
        app.cache[key] = _plan(form, [item for item in app.groupings_of(form) if builds_of(item)], graph_of(app))
    plan: Plan = app.cache[key]
    return plan


def graph_of(app: LiveApp) -> Graph:
    """What the app's computed fields read, made once per definition revision."""
    if "computed" not in app.cache:
        app.cache["computed"] = Graph({key: live.form for key, live in app.forms.items()})
    graph: Graph = app.cache["computed"]
    return graph


def _plan(form: str, items: Sequence[LiveGrouping], graph: Graph) -> Plan:
    deps: dict[str, Deps] = {}
    for item in items:
        total = Deps()
        for build in builds_of(item):
            total = total | deps_of(build.grouping)
        deps[item.key] = replace(total, time=graph.time(form, total))
    layers = layered(deps)
    standing = {key for layer in layers for key in layer}
    return Plan({key: deps[key] for key in standing}, layers)


def layered(deps: Mapping[str, Deps]) -> list[list[str]]:
    """Groupings by dependency; raises Invalid naming the circle when they refer to each other in one."""
    sorter: TopologicalSorter[str] = TopologicalSorter(
        {key: {name.split("/")[0] for name in own.groups} & deps.keys() for key, own in deps.items()})
    try:
        sorter.prepare()
    except CycleError as circle:
        raise Invalid(Problem("groups", "group_cycle", {"path": " → ".join(circle.args[1])})) from None
    layers = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        layers.append(ready)
        sorter.done(*ready)
    return layers


def ask(app: LiveApp, live: LiveForm, item: LiveGrouping, build: Generation, target: RecordTarget, *, pinned: bool,
        as_of: Any = None, scan: bool = False, shared: Shared | None = None) -> tuple[list[Question], list[Any]]:
    """The questions of one build of a grouping and the joins their sums need. Without `as_of` times are late parameters."""
    joins: list[Any] = []

    def condition(rule: Mapping[str, Any]) -> sa.ColumnElement[bool]:
        compiled = compile_rule(rule, target, as_of, scan=scan, shared=shared)
        joins.extend(compiled.joins)
        return compiled.where

    at = late("at", sa.Text()) if as_of is None else as_of.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = Asked(build.grouping, build.id, item.ids, condition, target.id, pinned, at)
    return list(questions(asked)), joins


def statement(app: LiveApp, live: LiveForm, groupings: tuple[str, ...], *, pinned: bool, fresh: bool,
              dialect: Dialect) -> tuple[Prepared, list[Question]]:
    """One statement that answers all questions of several groupings for a list of ids: `id, new, old, new, old …`.

    For records that were just inserted the old answers are left out: there are none.
    """
    key = ("ask", live.key, groupings, pinned, fresh, dialect.name)
    if key not in app.cache:
        app.cache[key] = _statement(app, live, groupings, pinned, fresh, dialect)
    found: tuple[Prepared, list[Question]] = app.cache[key]
    return found


def _statement(app: LiveApp, live: LiveForm, groupings: tuple[str, ...], pinned: bool, fresh: bool,
               dialect: Dialect) -> tuple[Prepared, list[Question]]:
    asked: list[Question] = []
    for key in groupings:
        item = app.groupings[key]
        for build in builds_of(item):
            target = RecordTarget(app, live, generations(app, building=build is item.building), fresh=fresh)
            asked += ask(app, live, item, build, target, pinned=pinned)[0]
    main, members = live.tables.main, live.tables.members
    columns: list[Any] = [main.c.id]
    for question in asked:
        columns.append(sa.case((main.c.deleted_at.is_(None), question.answer), else_=sa.null()))
        if not fresh:
            columns.append(stored_answer(main, members, question))
    numbered = [column.label(f"c{at}") for at, column in enumerate(columns)]
    query = sa.select(*numbered).select_from(main).where(among_bound(main.c.id, late("ids", sa.Text())))
    return Prepared(query, dialect), asked


def stored_answer(main: sa.Table, members: sa.Table, question: Question) -> sa.ScalarSelect[Any]:
    """The group a record is stored in among a question's choices."""
    g = members.alias()
    numbers = [sa.literal_column(str(number), sa.BigInteger) for number in question.choices]
    return (
        sa.select(sa.func.min(g.c.group_id))
        .where(g.c.record_id == main.c.id, g.c.generation == sa.literal_column(str(question.generation), sa.BigInteger),
               sa.or_(*(g.c.group_id == number for number in numbers)))
        .scalar_subquery()
    )


def generations(app: LiveApp, *, building: bool) -> dict[str, int]:
    """By grouping, the build whose stored members a `$group` condition reads."""
    found = {}
    for key, item in app.groupings.items():
        build = (item.building if building and item.building else item.live) or item.building
        if build is not None:
            found[key] = build.id
    return found
