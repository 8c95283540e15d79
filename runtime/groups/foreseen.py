"""Who will change place by themselves in the days to come, because time passes, unless something happens before.

Only those are asked whom time can turn on a day, with the very questions that membership asks, as of that day. A grouping
that reads another is asked with that one's groups as they are now.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.groups import generations, plans, turning
from runtime.groups.membership import CHUNK
from runtime.groups.turning import Place
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm, LiveGrouping

MOST, SECONDS = 1_000, 2.0
ROWS = 50_000  # how many rows that time can turn are looked at for a week
EVERYBODY = 2_000  # up to so many records all are asked where it cannot be told whom time turns
WEEK = 7


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One record that will change its group on a day: numbers of groups, None for none."""

    record: int
    on: date
    old: int | None
    new: int | None


@dataclass
class Outlook:
    """What is foreseen, the soonest first; `through` is the last day that was looked at.

    `blind` says that a formula asks what day it is, of too many records for anybody to wait for.
    """

    through: date
    moves: list[Foreseen] = field(default_factory=list)
    whole: bool = True
    blind: bool = False


def look(conn: Connection, app: LiveApp, live: LiveForm, item: LiveGrouping, as_of: AsOf, days: int) -> Outlook:
    """The moves of the next days between a grouping's top-level groups."""
    found, until = Outlook(as_of.today), time.monotonic() + SECONDS
    if item.live is None or item.frozen or not (item.key in turning.by_time(app, live) or _ends(conn, item)):
        return Outlook(as_of.today + timedelta(days=days))
    places = turning.places(app, live, [item.live.grouping])
    if places is None and generations.last_record(conn, live) > EVERYBODY:
        return Outlook(as_of.today, blind=True)
    moved: set[tuple[int, int | None]] = set()
    for moment, ids in _by_day(conn, live, item, places, found, _starts(as_of, days)):
        for one in _asked(conn, app, live, item, ids, moment):
            if (one.record, one.old) not in moved:
                moved.add((one.record, one.old))
                found.moves.append(one)
        found.through = moment.today
        if len(found.moves) > MOST or time.monotonic() > until:
            break
    found.whole = found.whole and (found.through - as_of.today).days >= days
    return found


def _ends(conn: Connection, item: LiveGrouping) -> bool:
    p = tables.pin
    query = sa.select(sa.literal(1)).where(p.c.grouping_id == item.id, p.c.until.is_not(None)).limit(1)
    return conn.execute(query).first() is not None


def _starts(as_of: AsOf, days: int) -> list[AsOf]:
    """Now, and the beginning of each coming day."""
    return [as_of, *(AsOf(as_of.start_of(as_of.today + timedelta(days=n)), as_of.zone) for n in range(1, days + 1))]


def _by_day(conn: Connection, live: LiveForm, item: LiveGrouping, places: list[Place] | None, found: Outlook,
            starts: Sequence[AsOf]) -> Iterator[tuple[AsOf, list[int]]]:
    """Each coming day with those whom it may turn, found a week at a time: what comes soon is known soon."""
    for first in range(0, len(starts) - 1, WEEK):
        moments = starts[first : first + WEEK + 1]
        turned = [set(ids) for ids in _ending(conn, item, moments)]
        if places is None:
            everybody = set(conn.execute(sa.select(live.tables.main.c.id)).scalars())
            turned = [everybody for _ in turned]
        for place in places or ():
            for ids, more in zip(turned, _turned(conn, place, moments, found), strict=True):
                ids |= more
        yield from ((moment, sorted(ids)) for moment, ids in zip(moments[1:], turned, strict=True))


def _ending(conn: Connection, item: LiveGrouping, moments: Sequence[AsOf]) -> Iterator[list[int]]:
    """Whose pins run out, day by day."""
    p, ends = tables.pin, [clock.text(moment.at) for moment in moments]
    rows = conn.execute(sa.select(p.c.record_id, p.c.until).where(p.c.grouping_id == item.id, p.c.until > ends[0], p.c.until <= ends[-1])).all()
    for low, high in pairwise(ends):
        yield [record for record, until in rows if low < until <= high]


def _turned(conn: Connection, place: Place, moments: Sequence[AsOf], outlook: Outlook) -> list[set[int]]:
    """Whose rows may turn, day by day: one look at the table for all of them."""
    days = [place.turned(last, now) for last, now in pairwise(moments)]
    found: list[set[int]] = [set() for _ in days]
    whole = [day for day in days if day is not None]
    if not whole:
        return found
    columns = [sa.false() if day is None else day for day in days]
    query = place.select(place.record, *(column.label(f"d{n}") for n, column in enumerate(columns))).where(sa.or_(*whole))
    rows = conn.execute(query.limit(ROWS)).all()
    outlook.whole = outlook.whole and len(rows) < ROWS
    for record, *flags in rows:
        for ids, flag in zip(found, flags, strict=True):
            if flag:
                ids.add(record)
    return found


def _asked(conn: Connection, app: LiveApp, live: LiveForm, item: LiveGrouping, ids: Sequence[int], as_of: AsOf) -> Iterator[Foreseen]:
    """Those of some records who will be in another group at a moment."""
    assert item.live is not None
    statement, asked = plans.statement(app, live, (item.key,), pinned=True, fresh=False, dialect=conn.dialect)
    top = {item.ids[key] for key, group in item.live.grouping.groups.items() if group.parent is None}
    for start in range(0, len(ids), CHUNK):
        rows = statement.run(conn, as_of=as_of, at=clock.text(as_of.at), ids=json.dumps(list(ids[start : start + CHUNK])))
        for row in rows:
            for at, question in enumerate(asked):
                new, old = row[1 + 2 * at], row[2 + 2 * at]
                if question.generation == item.live.id and new != old and {*question.choices} & top:
                    yield Foreseen(row[0], as_of.today, old, new)


@dataclass(frozen=True, slots=True)
class Old:
    """A decision that somebody should look at again: of a record and a group, since when, and how long it still holds."""

    record: int
    group: int
    keep: str
    at: str
    until: str | None


def pins(conn: Connection, item: LiveGrouping, as_of: AsOf, days: int, limit: int = 50) -> list[Old]:
    """Decisions by hand that end within so many days, the soonest first, and those that have stood for a year."""
    p, now = tables.pin, clock.text(as_of.at)
    soon = sa.and_(p.c.until > now, p.c.until <= clock.text(as_of.later(days=days).at))
    long = sa.and_(p.c.until.is_(None), p.c.at <= clock.text(as_of.later(days=-365).at))
    query = sa.select(p.c.record_id, p.c.group_id, p.c.keep, p.c.at, p.c.until).where(p.c.grouping_id == item.id, sa.or_(soon, long))
    return [Old(*row) for row in conn.execute(query.order_by(p.c.until.is_(None), p.c.until, p.c.at).limit(limit))]


def examples(conn: Connection, item: LiveGrouping, as_of: AsOf) -> list[tuple[str, str, int]]:
    """Examples that have stood for a year: the group's key, `in` or `out`, and the record."""
    v = tables.definition_version
    query = sa.select(v.c.body).where(v.c.definition_id == item.id, v.c.at <= clock.text(as_of.later(days=-365).at))
    text = conn.execute(query.order_by(v.c.version.desc()).limit(1)).scalar()
    before = set(_examples(Grouping(json.loads(text)))) if text else set()
    return [one for one in _examples(item.newest) if one in before]


def _examples(grouping: Grouping) -> Iterator[tuple[str, str, int]]:
    for group in grouping.groups.values():
        for side, records in group.examples.items():
            yield from ((group.key, side, record) for record in records)
