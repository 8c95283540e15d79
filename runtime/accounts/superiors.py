"""Who is whose superior: each person has one or none, and nobody is their own, by however many others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import audit, people
from runtime.accounts.actor import Actor
from runtime.errors import Invalid, Problem
from runtime.sql.lists import among
from runtime.storage import system_tables as tables

MOST = 10  # levels that a workflow may go up
s = tables.superior


def everyone(conn: Connection) -> Mapping[int, int]:
    """The superior of each person who has one."""
    return {row.person: row.superior for row in conn.execute(sa.select(s.c.person, s.c.superior))}


def below(conn: Connection, person: int) -> int:
    """How many people somebody is the superior of."""
    return int(conn.execute(sa.select(sa.func.count()).select_from(s).where(s.c.superior == person)).scalar_one())


def above(conn: Connection, found: Sequence[int], levels: int) -> list[int]:
    """Those who are so many levels above some people, each once; whoever has nobody there is left out."""
    line = list(found)
    for _ in range(levels):
        if not line:
            break
        up = {row.person: row.superior for row in conn.execute(sa.select(s.c.person, s.c.superior).where(among(s.c.person, line)))}
        line = list(dict.fromkeys(up[one] for one in line if one in up))
    return line


def keep(conn: Connection, by: Actor, person: int, superior: int | None) -> None:
    """Say who somebody's superior is, or that there is none; raises Invalid for a leaver, and where it would go round in a circle."""
    by.must("administer")
    name = people.get(conn, person).name
    if superior is not None and (not people.get(conn, superior).active or _leads_to(everyone(conn), superior, person)):
        raise Invalid(Problem("superior", "superior_circle" if people.get(conn, superior).active else "superior_left", {"name": people.get(conn, superior).name}))
    _put(conn, person, superior)
    audit.note(conn, by, "superior", name, superior=people.get(conn, superior).name if superior is not None else "—")


def hand_over(conn: Connection, who: int, to: int) -> int:
    """Those whose superior somebody was have another one; gives how many. Who takes over from above them comes to stand in their place."""
    held = everyone(conn)
    mine = [person for person, superior in held.items() if superior == who and person != to]
    if _leads_to(held, to, who):
        _put(conn, to, held.get(who))
    for person in mine:
        _put(conn, person, to)
    return len(mine)


def _put(conn: Connection, person: int, superior: int | None) -> None:
    conn.execute(sa.delete(s).where(s.c.person == person))
    if superior is not None:
        conn.execute(sa.insert(s).values(person=person, superior=superior, at=clock.text(clock.now())))


def _leads_to(held: Mapping[int, int], start: int, person: int) -> bool:
    """Whether somebody is met on the way up from a person, that person included."""
    seen = set[int]()
    one: int | None = start
    while one is not None and one not in seen:
        if one == person:
            return True
        seen.add(one)
        one = held.get(one)
    return False
