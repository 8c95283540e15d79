"""What lies on somebody's desk: the tasks that wait for a person, by day and kind, and those that have ended.

Every question goes by an index and reads no more than it shows, so that a desk with 100,000 tasks opens like an empty one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import NotFound, Problem
from runtime.storage import system_tables as tables
from runtime.words import read

OPEN, DONE = "open", "done"
APPROVE, FILL, FOLLOW, FREE = "approve", "fill", "todo", "free"
ASKED = (APPROVE, FILL)  # what one answers; the other two kinds are ticked off
EVERY = (*ASKED, FOLLOW, FREE)
MOST = 100  # no figure is counted further; pages say 99+
GONE = Problem("", "no_such_task")
t = tables.task


@dataclass(frozen=True, slots=True)
class Task:
    """One task as it is stored; `title` is a text, or one for each language."""

    id: int
    app_id: int
    run_id: int | None
    place_id: int | None
    step: str
    form: str
    record: int | None
    person: int
    kind: str
    state: str
    title: Mapping[str, str] | str
    opinion: str
    asked_by: int | None
    at: str
    due: str | None
    ended_at: str | None
    ended_by: int | None

    def said(self, lang: str) -> str:
        return self.title if isinstance(self.title, str) else read(self.title, lang)


@dataclass(frozen=True, slots=True)
class Span:
    """Tasks to count or to list: of some kinds and in some states, due from a moment on and before another.

    Without both moments those without a date count too.
    """

    kinds: Sequence[str]
    since: str | None = None
    until: str | None = None
    states: Sequence[str] = (OPEN,)


def one(conn: Connection, number: int, *, lock: bool = False) -> Task:
    """A task by its number; raises NotFound."""
    found = sa.select(*_COLUMNS).where(t.c.id == number)
    row = conn.execute(found.with_for_update() if lock else found).first()
    if row is None:
        raise NotFound(GONE)
    return task_of(row)


def task_of(row: sa.Row[Any]) -> Task:
    """A task from a row of its table."""
    return Task(row.id, row.app_id, row.run_id, row.place_id, row.step, row.form, row.record_id, row.person, row.kind, row.state,
                _title(row.title), row.opinion, row.asked_by, row.at, row.due, row.ended_at, row.ended_by)


def _title(stored: str) -> Mapping[str, str] | str:
    """A title is stored as JSON: a text, or one for each language."""
    try:
        found = json.loads(stored)
    except ValueError:
        return stored
    return found if isinstance(found, dict) else str(found)


_COLUMNS = [t.c[name] for name in ("id", "app_id", "run_id", "place_id", "step", "form", "record_id", "person", "kind", "state", "title",
                                   "opinion", "asked_by", "at", "due", "ended_at", "ended_by")]


def counts(conn: Connection, person: int, spans: Sequence[Span]) -> list[int]:
    """How many tasks lie in each of these spans, none counted beyond MOST; one statement."""
    if not spans:
        return []
    sums = []
    for span in spans:
        found = [sa.select(sa.func.count()).select_from(_few(person, kind, state, span).subquery()).scalar_subquery()
                 for kind in span.kinds for state in span.states]
        sums.append(sum(found[1:], found[0]))
    return [min(int(n), MOST) for n in conn.execute(sa.select(*(one.label(f"n{at}") for at, one in enumerate(sums)))).one()]


def _few(person: int, kind: str, state: str, span: Span) -> sa.Select[Any]:
    query = sa.select(t.c.id).where(t.c.person == person, t.c.state == state, t.c.kind == kind)
    if span.since is not None:
        query = query.where(t.c.due >= span.since)
    if span.until is not None:
        query = query.where(t.c.due < span.until)
    return query.limit(MOST)


def listed(conn: Connection, person: int, span: Span, limit: int, after: tuple[str, int] | None = None) -> list[Task]:
    """Tasks in the order in which they are due, those without a date last; `after` is the due ("" none) and number of the last seen."""
    parts = [part for kind in span.kinds for state in span.states for part in _slices(person, kind, state, span, limit, after)]
    if not parts:
        return []
    rows = conn.execute(sa.union_all(*(sa.select(part.subquery()) for part in parts)))
    found = sorted((task_of(row) for row in rows), key=lambda task: (task.due is None, task.due or "", task.id))
    return found[:limit]


def _slices(person: int, kind: str, state: str, span: Span, limit: int, after: tuple[str, int] | None) -> Iterable[sa.Select[Any]]:
    """Ranges of the index that hold what a page may show: dated tasks, then those without a date."""
    mine = sa.select(*_COLUMNS).where(t.c.person == person, t.c.state == state, t.c.kind == kind).order_by(t.c.due, t.c.id).limit(limit)
    due, last = after or (None, 0)
    if due != "":
        dated = mine.where(t.c.due >= (span.since or "") if due is None else t.c.due >= due)
        if due is not None:
            dated = dated.where(sa.or_(t.c.due > due, t.c.id > last))
        yield dated if span.until is None else dated.where(t.c.due < span.until)
    if span.since is None and span.until is None:
        without = mine.where(t.c.due.is_(None))
        yield without.where(t.c.id > last) if due == "" else without


def ended(conn: Connection, person: int, limit: int, *, since: str = "", after: tuple[str, int] | None = None) -> list[Task]:
    """Tasks of a person that are over, the latest first."""
    query = sa.select(*_COLUMNS).where(t.c.person == person, t.c.ended_at >= since)
    if after is not None:
        query = query.where(t.c.ended_at <= after[0], sa.or_(t.c.ended_at < after[0], t.c.id < after[1]))
    return [task_of(row) for row in conn.execute(query.order_by(t.c.ended_at.desc(), t.c.id.desc()).limit(limit))]
