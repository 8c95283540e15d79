"""What a draft of a grouping would do: how many fit each condition, who comes in, who leaves, from where to where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.groups.questions import Asked, Question, questions
from runtime.groups.sampling import Sample
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.sql.scan import scan_of, unled
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

SAMPLE = 5
# A place now and a place under the draft, by number, and how many records have them; None is no group.
Placed = tuple[int | None, int | None, int]


@dataclass(frozen=True)
class Flow:
    """So many records that are in group `old` now and would be in `new`; None is no group of this level."""

    old: str | None
    new: str | None
    count: int


@dataclass(frozen=True)
class Impact:
    """`total` records are concerned; `flows` by level (the parent group's key, None at the top)."""

    total: int
    flows: Mapping[str | None, Sequence[Flow]]

    def all(self) -> list[Flow]:
        return [flow for level in self.flows.values() for flow in level]

    def count(self, group: str) -> int:
        """How many would be in a group."""
        return sum(flow.count for flow in self.all() if flow.new == group)

    def live(self, group: str) -> int:
        """How many are in it now."""
        return sum(flow.count for flow in self.all() if flow.old == group)

    def enter(self, group: str) -> list[Flow]:
        return [flow for flow in self.all() if flow.new == group and flow.old != group]

    def leave(self, group: str) -> list[Flow]:
        return [flow for flow in self.all() if flow.old == group and flow.new != group]

    @property
    def moved(self) -> int:
        """How many change their place at the top level."""
        return sum(flow.count for flow in self.flows.get(None, ()) if flow.old != flow.new)


def parted(conn: Connection, live: LiveForm, condition: Any) -> tuple[int, int]:
    """How many records fit a condition, and how many do not."""
    main = live.tables.main
    yes = sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
    row = conn.execute(sa.select(yes, sa.func.count()).select_from(main).where(main.c.deleted_at.is_(None))).one()
    return int(row[0]), int(row[1]) - int(row[0])


class Draft:
    """A draft of a grouping beside what is live: its groups have numbers, new ones negative ones of their own.

    With a sample only its records are asked, and what comes out is about what it would be for everybody.
    """

    def __init__(self, conn: Connection, app: LiveApp, draft: Grouping, as_of: AsOf, sample: Sample | None = None) -> None:
        self.conn, self.app, self.draft, self.as_of, self.sample = conn, app, draft, as_of, sample
        self.live = app.form(draft.form)
        self.item: LiveGrouping | None = app.groupings.get(draft.key)
        known = self.item.ids if self.item else {}
        self.ids = {key: known.get(key, -1 - at) for at, key in enumerate(draft.groups)}
        self.names = {number: key for key, number in {**known, **self.ids}.items()}

    def questions(self) -> tuple[list[Question], list[Any]]:
        joins: list[Any] = []
        target = RecordTarget(self.app, self.live, shown(self.app))

        def condition(rule: Mapping[str, Any]) -> Any:
            compiled = compile_rule(rule, target, self.as_of, scan=self.sample is None)
            joins.extend(compiled.joins)
            return compiled.where

        asked = Asked(self.draft, 0, self.ids, condition, target.id, self._pinned(), self.as_of.at.strftime("%Y-%m-%dT%H:%M:%SZ"))
        return list(questions(asked)), joins

    def _pinned(self) -> bool:
        p = tables.pin
        if self.item is None:
            return False
        return self.conn.execute(sa.select(sa.literal(1)).where(p.c.grouping_id == self.item.id).limit(1)).first() is not None

    def impact(self) -> Impact:
        """From where to where everybody would go."""
        asked, joins = self.questions()
        flows: dict[str | None, list[Flow]] = {}
        total: int | None = None
        for question in asked:
            parent = self.draft.groups[self.names[question.choices[0]]].parent
            found = self._flows(question, joins)
            total = self.told(sum(count for *_, count in found)) if total is None else total
            told = [Flow(self.names.get(old or 0), self.names.get(new or 0), self.told(count)) for old, new, count in found
                    if old is not None or new is not None or len(question.choices) > 1]
            flows.setdefault(parent, []).extend(told)
        return Impact(total or 0, flows)

    def pairs(self, question: Question, joins: Sequence[Any], more: Sequence[Any] = ()) -> sa.Subquery:
        """Each record with its place now (`old`) and its place under the draft (`new`), and with `more` columns."""
        main, g = self.live.tables.main, self.live.tables.members.alias()
        source = self.joined(joins)
        old: Any = sa.cast(sa.null(), sa.BigInteger)
        if self.item is not None and self.item.live is not None:
            choices = self._live_choices(question)
            source = source.outerjoin(g, sa.and_(g.c.record_id == main.c.id, g.c.generation == self.item.live.id, unled(g.c.group_id).in_(choices)))
            old = g.c.group_id
        query = sa.select(main.c.id.label("id"), old.label("old"), question.answer.label("new"), *more).select_from(source)
        return query.where(*self.there()).subquery()

    def joined(self, joins: Sequence[Any]) -> sa.FromClause:
        """The form's records with the sums that the conditions need."""
        source: sa.FromClause = scan_of(self.live.tables.main) if self.sample is None else self.live.tables.main
        for part, on in joins:
            source = source.outerjoin(part, on)
        return source

    def there(self) -> list[Any]:
        """Which records are asked: all that are not deleted, or those of the sample."""
        main = self.live.tables.main
        alive = main.c.deleted_at.is_(None)
        return [alive] if self.sample is None else [alive, self.sample.among(main.c.id)]

    def told(self, found: int) -> int:
        """A number as it is, or about what it is for everybody."""
        return found if self.sample is None else self.sample.about(found)

    def _live_choices(self, question: Question) -> list[int]:
        """The numbers a record can be stored under at this question's level: groups that the draft drops included."""
        group = self.draft.groups[self.names[question.choices[0]]]
        assert self.item is not None and self.item.live is not None
        if self.draft.mode == "overlapping" and group.parent is None:
            return list(question.choices)
        kept = {key for key, known in self.item.live.grouping.groups.items() if known.parent == group.parent}
        return sorted({self.item.ids[key] for key in kept} | {number for number in question.choices if number > 0}) or [0]

    def _flows(self, question: Question, joins: Sequence[Any]) -> list[Placed]:
        """Each record once: how many have one place now and another one, or the same, under the draft."""
        pairs = self.pairs(question, joins)
        places = (pairs.c.old, pairs.c.new)
        query = sa.select(*places, sa.func.count()).group_by(*places)
        if self.sample is not None or self.item is None or self.item.live is None:
            return [(old, new, int(count)) for old, new, count in self.conn.execute(query)]
        rows = self.conn.execute(query.where(pairs.c.old.is_distinct_from(pairs.c.new)))
        return self._with_stayers(question, [(old, new, int(count)) for old, new, count in rows])

    def _with_stayers(self, question: Question, moved: list[Placed]) -> list[Placed]:
        """Nearly everybody stays, so only who moves is gone through; the rest is told by what is stored."""
        assert self.item is not None and self.item.live is not None
        main, g = self.live.tables.main, self.live.tables.members
        everybody = sa.select(sa.func.count()).select_from(scan_of(main)).where(main.c.deleted_at.is_(None))
        kept: dict[int | None, int] = {None: int(self.conn.execute(everybody).scalar_one())}
        query = sa.select(g.c.group_id, sa.func.count()).where(g.c.generation == self.item.live.id, g.c.group_id.in_(self._live_choices(question)))
        for group, count in self.conn.execute(query.group_by(g.c.group_id)):
            kept[group] = int(count)
            kept[None] -= kept[group]
        for old, _, count in moved:
            kept[old] -= count
        return [*moved, *((place, place, count) for place, count in kept.items() if count)]

    def movers(self, group: str, kind: str, limit: int = SAMPLE) -> list[tuple[int, str | None, str | None]]:
        """Some of those who would `enter`, `leave` or `stay`: record, group now, group then."""
        asked, joins = self.questions()
        question = next(q for q in asked if self.ids[group] in q.choices)
        pairs, number = self.pairs(question, joins), self.ids[group]
        now = sa.func.coalesce(pairs.c.old, 0) == number
        then = sa.func.coalesce(pairs.c.new, 0) == number
        where = {"enter": sa.and_(then, sa.not_(now)), "leave": sa.and_(now, sa.not_(then)), "stay": sa.and_(now, then)}[kind]
        rows = self.conn.execute(sa.select(pairs).where(where).order_by(pairs.c.id.desc()).limit(limit))
        return [(row.id, self.names.get(row.old), self.names.get(row.new)) for row in rows]


def sizes(conn: Connection, app: LiveApp, live: LiveForm, only: Any = None) -> dict[str, dict[str, int]]:
    """How many records each group has, by grouping: from the stored members; `only` limits them to an asker's rows."""
    builds = {item.live.id: item for item in app.groupings_of(live.key) if item.live}
    if not builds:
        return {}
    g = live.tables.members
    query = sa.select(g.c.generation, g.c.group_id, sa.func.count()).where(g.c.generation.in_(sorted(builds)))
    if only is not None:
        main = live.tables.main
        query = query.where(g.c.record_id.in_(sa.select(main.c.id).where(main.c.deleted_at.is_(None), only)))
    found: dict[str, dict[str, int]] = {item.key: {} for item in builds.values()}
    for build, number, count in conn.execute(query.group_by(g.c.generation, g.c.group_id)):
        item = builds[build]
        names = {own: key for key, own in item.ids.items()}
        if number in names:
            found[item.key][names[number]] = int(count)
    return found

