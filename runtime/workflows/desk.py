"""What lies on somebody's desk: the tasks that wait for a person, by day and kind, and those that have ended.

Every question goes by an index and reads no more than it shows, so that a desk with 100,000 tasks opens like an empty one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.errors import NotFound, Problem
from runtime.sql.prepared import Prepared, late
from runtime.storage import system_tables as tables
from runtime.words import read

OPEN, DONE = "open", "done"
APPROVE, FILL, FOLLOW, FREE = "approve", "fill", "todo", "free"
ASKED = (APPROVE, FILL)  # what one answers; the other two kinds are ticked off
EVERY = (*ASKED, FOLLOW, FREE)
MOST = 100  # no figure is counted further; pages say 99+
GONE = Problem("", "no_such_task")
t = tables.task
Id = t.c.id.type
_KNOWN: dict[Any, Prepared] = {}


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

    @property
    def shape(self) -> tuple[Any, ...]:
        """What of it stands in the text of a statement; the moments are filled in."""
        return (*self.kinds, *self.states, self.since is None, self.until is None)


def one(conn: Connection, number: int, *, lock: bool = False) -> Task:
    """A task by its number; raises NotFound."""
    found = sa.select(*COLUMNS).where(t.c.id == number)
    row = conn.execute(found.with_for_update() if lock else found).first()
    if row is None:
        raise NotFound(GONE)
    return task_of(row)


def task_of(row: Sequence[Any]) -> Task:
    """A task from a row of its table."""
    values = list(row)
    values[10] = _title(values[10])
    return Task(*values)


def _title(stored: str) -> Mapping[str, str] | str:
    """A title is stored as JSON: a text, or one for each language."""
    try:
        found = json.loads(stored)
    except ValueError:
        return stored
    return found if isinstance(found, dict) else str(found)


COLUMNS = [t.c[name] for name in ("id", "app_id", "run_id", "place_id", "step", "form", "record_id", "person", "kind", "state", "title",
                                  "opinion", "asked_by", "at", "due", "ended_at", "ended_by")]


def counts(conn: Connection, person: int, spans: Sequence[Span]) -> list[int]:
    """How many tasks lie in each of these spans, none counted beyond MOST; one statement."""
    if not spans:
        return []

    def make() -> sa.Select[Any]:
        sums = []
        for at, span in enumerate(spans):
            few = [_mine(sa.select(t.c.id), kind, state, span, at).limit(MOST).subquery() for kind in span.kinds for state in span.states]
            found = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in few]
            sums.append(sum(found[1:], found[0]).label(f"n{at}"))
        return sa.select(*sums)

    row, = known(conn, ("counts", *(span.shape for span in spans)), make).run(conn, **_context(person, spans))
    return [min(int(n), MOST) for n in row]


def _mine(query: sa.Select[Any], kind: str, state: str, span: Span, at: int = 0) -> sa.Select[Any]:
    """Tasks of one person, kind and state within a span: one range of the index."""
    query = query.where(t.c.person == late("person", Id), t.c.state == state, t.c.kind == kind)
    if span.since is not None:
        query = query.where(t.c.due >= late(f"since{at}", sa.Text()))
    return query if span.until is None else query.where(t.c.due < late(f"until{at}", sa.Text()))


def _context(person: int, spans: Sequence[Span]) -> dict[str, Any]:
    sides = {f"{name}{at}": moment for at, span in enumerate(spans) for name, moment in (("since", span.since), ("until", span.until))}
    return {"person": person, **sides}


def known(conn: Connection, shape: Any, make: Callable[[], Any]) -> Prepared:
    """A statement of a shape, compiled once in a process; shapes begin with the name of who asks."""
    name = (type(conn.dialect), shape)
    if name not in _KNOWN:
        _KNOWN[name] = Prepared(make(), conn.dialect)
    return _KNOWN[name]


def listed(conn: Connection, person: int, span: Span, limit: int, after: tuple[str, int] | None = None) -> list[Task]:
    """Tasks in the order in which they are due, those without a date last; `after` is the due ("" none) and number of the last seen."""
    begins = "" if after is None else "dated" if after[0] else "undated"

    def make() -> Any:
        parts = [part for kind in span.kinds for state in span.states for part in _slices(kind, state, span, limit, begins)]
        return sa.union_all(*(sa.select(part.subquery()) for part in parts))

    due, last = after or ("", 0)
    if begins == "undated" and (span.since, span.until) != (None, None):
        return []
    rows = known(conn, ("listed", span.shape, limit, begins), make).run(conn, **_context(person, [span]), due=due, last=last)
    return sorted(map(task_of, rows), key=lambda task: (task.due is None, task.due or "", task.id))[:limit]


def _slices(kind: str, state: str, span: Span, limit: int, begins: str) -> Iterable[sa.Select[Any]]:
    """Ranges of the index that hold what a page may show: dated tasks, then those without a date."""
    mine = _mine(sa.select(*COLUMNS), kind, state, span).order_by(t.c.due, t.c.id).limit(limit)
    due, last = late("due", sa.Text()), late("last", Id)
    if begins == "dated":
        yield mine.where(t.c.due >= due, sa.or_(t.c.due > due, t.c.id > last))
    elif not begins:
        yield mine.where(t.c.due >= "")
    if span.since is None and span.until is None:
        without = mine.where(t.c.due.is_(None))
        yield without.where(t.c.id > last) if begins == "undated" else without


def ended(conn: Connection, person: int, limit: int, *, since: str = "", after: tuple[str, int] | None = None) -> list[Task]:
    """Tasks of a person that are over, the latest first."""

    def make() -> sa.Select[Any]:
        query = sa.select(*COLUMNS).where(t.c.person == late("person", Id), t.c.ended_at >= late("since", sa.Text()))
        if after is not None:
            at = late("at", sa.Text())
            query = query.where(t.c.ended_at <= at, sa.or_(t.c.ended_at < at, t.c.id < late("last", Id)))
        return query.order_by(t.c.ended_at.desc(), t.c.id.desc()).limit(limit)

    at, last = after or ("", 0)
    return [task_of(row) for row in known(conn, ("ended", limit, after is None), make).run(conn, person=person, since=since, at=at, last=last)]
