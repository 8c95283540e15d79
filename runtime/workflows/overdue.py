"""Who has not been contacted in time: listed and counted by the index, the longest first; and how many a cadence would find, before there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.records import access, cadences
from runtime.records.cadences import Cadence
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp

PAGE = 50
MOST = 100  # no figure is counted further
c, p = tables.cadence, tables.person


class Asker(NamedTuple):
    """Who looks, at which app: they find only records that are theirs to see."""

    app: LiveApp
    actor: Actor


class Line(NamedTuple):
    """Somebody to contact; `talked` is None where nobody ever has, `late` the days since it was due.

    To whoever may not see all talks nothing of the stored moment is told: `base` is "", `talked` and `late` are None.
    """

    record: int
    owner: int
    base: str
    talked: str | None
    late: int | None


def listed(conn: Connection, cadence: Cadence, as_of: AsOf, owner: int | None, limit: int = PAGE, after: tuple[str, int] | None = None, *,
           asker: Asker | None = None) -> list[Line]:
    """Those who are due in a group, of one owner or of all, the longest first; `after` is the moment and the number of the last seen.

    Whoever may not see all talks gets them by number: neither the order nor where a page begins says when others talked.
    """
    if asker is not None and blind(cadence, asker):
        query = _due(sa.select(c.c.record_id, c.c.owner), cadence, as_of, owner, asker).where(c.c.record_id > (after[1] if after else 0))
        return [Line(row[0], row[1], "", None, None) for row in conn.execute(query.order_by(c.c.record_id).limit(limit))]
    query = _due(sa.select(c.c.record_id, c.c.owner, c.c.base, c.c.talked), cadence, as_of, owner, asker)
    if after is not None:
        query = query.where(c.c.base >= after[0], sa.or_(c.c.base > after[0], c.c.record_id > after[1]))
    rows = conn.execute(query.order_by(c.c.base, c.c.record_id).limit(limit))
    return [Line(row[0], row[1], row[2], row[3], cadence.late(row[2], as_of)) for row in rows]


def blind(cadence: Cadence, asker: Asker) -> bool:
    """Whether somebody sees only some of the talks, and so may not know when the last of all was."""
    return access.restricted(asker.app, cadence.talks[0], asker.actor)


def counts(conn: Connection, found: Sequence[Cadence], as_of: AsOf, owner: int | None, *, asker: Asker | None = None) -> list[int]:
    """How many are due in each group, none counted beyond MOST; one statement."""
    if not found:
        return []
    few = [_due(sa.select(c.c.record_id), one, as_of, owner, asker).limit(MOST).subquery() for one in found]
    return [int(n) for n in conn.execute(sa.select(*(sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in few))).one()]


def _due(query: sa.Select[Any], cadence: Cadence, as_of: AsOf, owner: int | None, asker: Asker | None) -> sa.Select[Any]:
    """Those of a group who are due; the records are looked at only for somebody who sees some of them."""
    mine = [] if owner is None else [c.c.owner == owner]
    query = query.where(c.c.group_id == cadence.number, *mine, c.c.base < cadence.edge(as_of))
    return query if asker is None else cadences.seen(query, asker.app, cadence, asker.actor, as_of)


class Found(NamedTuple):
    """How many one owner (0: nobody) would have to contact; `here` is False for whoever has left."""

    owner: int
    name: str
    here: bool
    n: int


def foreseen(conn: Connection, cadence: Cadence, as_of: AsOf) -> list[Found]:
    """By owner how many of the group's members are due now, the most first: worked out anew, one look at all of them."""
    true = cadence.truth().subquery()
    n = sa.func.count().label("n")
    due = sa.select(true.c.owner, n).where(true.c.base < cadence.edge(as_of)).group_by(true.c.owner).subquery()
    rows = conn.execute(sa.select(due.c.owner, p.c.name, p.c.active, due.c.n).select_from(due.outerjoin(p, p.c.id == due.c.owner)).order_by(due.c.n.desc(), due.c.owner))
    return [Found(row[0], row[1] or "", bool(row[2]), row[3]) for row in rows]
