"""Who is away: what they are asked in that time goes to whoever stands in for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import Denied, Invalid, Problem
from runtime.sql.lists import among
from runtime.storage import system_tables as tables

a, who = tables.absence, tables.person


@dataclass(frozen=True, slots=True)
class Absence:
    """Days from and to, both included, and who stands in."""

    person: int
    since: str
    until: str
    stands_in: int


def keep(conn: Connection, by: Actor, person: int, since: str, until: str, stands_in: int) -> None:
    """Somebody is away from one day to another; for themselves, or said by an administrator. An earlier word is forgotten."""
    _theirs(by, person)
    if since > until:
        raise Invalid(Problem("until", "absence_days"))
    there = conn.execute(sa.select(who.c.id).where(who.c.id == stands_in, who.c.active)).first()
    if stands_in == person or there is None:
        raise Invalid(Problem("stands_in", "absence_stand_in"))
    forget(conn, by, person)
    conn.execute(sa.insert(a).values(person=person, since=since, until=until, stands_in=stands_in, at=clock.text(clock.now())))


def forget(conn: Connection, by: Actor, person: int) -> None:
    """They are here after all."""
    _theirs(by, person)
    conn.execute(sa.delete(a).where(a.c.person == person))


def of(conn: Connection, person: int) -> Absence | None:
    """When somebody is away, if they said so."""
    row = conn.execute(sa.select(a.c.person, a.c.since, a.c.until, a.c.stands_in).where(a.c.person == person)).first()
    return Absence(*row) if row else None


def standing_in(conn: Connection, people: Sequence[int], day: str) -> Mapping[int, int]:
    """For those who are away on a day who is asked in their place, along the line of stand-ins.

    A line that leads round in a circle, or to nobody who works here, asks the person themselves.
    """
    if not people:
        return {}
    query = sa.select(a.c.person, a.c.stands_in).where(a.c.since <= day, a.c.until >= day)
    if conn.execute(query.where(among(a.c.person, list(people))).limit(1)).first() is None:
        return {}
    away = {row.person: row.stands_in for row in conn.execute(query)}
    here = set(conn.execute(sa.select(who.c.id).where(who.c.active, among(who.c.id, list(away.values())))).scalars())
    found = {}
    for one in people:
        last, seen = one, {one}
        while last in away and away[last] not in seen:
            last = away[last]
            seen.add(last)
        if last != one and last not in away and last in here:
            found[one] = last
    return found


def _theirs(by: Actor, person: int) -> None:
    if by.id != person and not by.may("administer"):
        raise Denied(Problem("", "denied"))
