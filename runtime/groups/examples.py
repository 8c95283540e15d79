"""Examples of a group: records that must always be in it, or never may. A draft that breaks one cannot be published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.definitions.grouping import SIDES, Group, Grouping
from runtime.errors import Problem
from runtime.groups.preview import Draft
from runtime.groups.questions import Asked, questions
from runtime.records.names import RecordNames
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among
from runtime.storage.live import LiveApp
from runtime.words import Words, read


@dataclass(frozen=True)
class Example:
    """One record that a group names; `side` is in or out."""

    group: str
    side: str
    record: int


@dataclass(frozen=True)
class Tried:
    """What a draft does to its examples: those it breaks, and records that are deleted and asked no more.

    `places` are the groups each record would be in.
    """

    broken: tuple[Example, ...]
    gone: frozenset[int]
    places: dict[int, frozenset[str]]


def of(grouping: Grouping) -> list[Example]:
    """All examples of a grouping, in reading order."""
    return [Example(key, side, record) for key, group in grouping.groups.items() for side in SIDES for record in group.examples[side]]


def tried(conn: Connection, app: LiveApp, grouping: Grouping, as_of: AsOf) -> Tried:
    """Ask a grouping, published or drafted, about its examples alone; decisions by hand and the order count as ever."""
    named = of(grouping)
    if not named:
        return Tried((), frozenset(), {})
    places = _places(Draft(conn, app, grouping, as_of), sorted({one.record for one in named}))
    broken = [one for one in named if one.record in places and (one.group in places[one.record]) == (one.side == "out")]
    return Tried(tuple(broken), frozenset(one.record for one in named if one.record not in places), places)


def _places(draft: Draft, records: Sequence[int]) -> dict[int, frozenset[str]]:
    target = RecordTarget(draft.app, draft.live, shown(draft.app))

    def condition(rule: Any) -> Any:
        return compile_rule(rule, target, draft.as_of).where

    asked = questions(Asked(draft.draft, 0, draft.ids, condition, target.id, True, clock.text(draft.as_of.at)))
    main = draft.live.tables.main
    columns = [question.answer.label(f"a{at}") for at, question in enumerate(asked)]
    query = sa.select(main.c.id, *columns).where(main.c.deleted_at.is_(None), among(main.c.id, list(records)))
    return {row[0]: frozenset(draft.names[number] for number in row[1:] if number is not None) for row in draft.conn.execute(query)}


def problems(conn: Connection, app: LiveApp, grouping: Grouping, as_of: AsOf) -> Iterator[Problem]:
    """What stands in the way of publishing, each in a sentence that names the record and where it would be."""
    found = tried(conn, app, grouping, as_of)
    names = RecordNames(conn, app, "zh", str(as_of.zone))
    names.prime_records(grouping.form, [one.record for one in found.broken])
    for one in found.broken:
        group = grouping.groups[one.group]
        params = {"name": names.record(grouping.form, one.record), "group": group.label, "to": where(grouping, group, found.places[one.record])}
        yield Problem(f"{group.path}.examples", f"example_{one.side}_broken", params)


def where(grouping: Grouping, group: Group, places: frozenset[str]) -> Words:
    """Beside `group`, where a record would be instead."""
    beside = [grouping.groups[key].label for key in group.siblings.keys if key in places and key != group.key]
    if not beside:
        return Words("不在这里的任何组", "in no group here")
    zh, en = ("".join(f"「{read(label, 'zh')}」" for label in beside), ", ".join(f"“{read(label, 'en')}”" for label in beside))
    return Words(f"在{zh}", f"in {en}")
