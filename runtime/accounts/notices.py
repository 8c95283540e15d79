"""Notices: one sentence and a link for somebody who was not there when it happened, until they have looked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.errors import Problem
from runtime.messages import CODES, say
from runtime.storage.system_tables import notice, person
from runtime.words import Words

NEWEST = 50
MANY = 99  # the bell counts no further
KEPT = timedelta(days=90)
SWEPT = 1_000
BUILDERS = ("administrator", "builder")


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as its reader gets it."""

    id: int
    code: str
    params: dict[str, Any]
    href: str
    at: str
    new: bool

    def sentence(self, lang: str) -> str:
        """What it says; the words are the code `notice_<code>`."""
        return say(Problem("", f"notice_{self.code}", self.params), lang)


def tell(conn: Connection, users: Sequence[int], code: str, params: Mapping[str, Any], href: str, app_id: int | None = None) -> None:
    """Tell people once, in the caller's transaction: whoever has not yet looked at just this is not told it again.

    `code` needs a sentence `notice_<code>` in runtime/messages/notices.py. With `app_id` the notice goes when its app goes.
    """
    if f"notice_{code}" not in CODES:
        raise KeyError(f"the notice '{code}' has no sentence")
    same = {"code": code, "params": _stored(params), "href": href}
    still = sa.select(notice.c.person).where(notice.c.seen_at.is_(None), *(notice.c[key] == value for key, value in same.items()))
    waiting = set(conn.execute(still).scalars())
    rows = [{**same, "person": who, "app_id": app_id, "at": clock.text(clock.now())} for who in sorted(set(users) - waiting - {0})]
    if rows:
        conn.execute(sa.insert(notice), rows)


def reword(conn: Connection, people: Iterable[int], code: str, href: str, params: Mapping[str, Any]) -> None:
    """What people were told is said in other words now; it is not new to them for that."""
    mine = (notice.c.person.in_(list(people)), notice.c.code == code, notice.c.href == href)
    conn.execute(sa.update(notice).where(*mine).values(params=_stored(params)))


def _stored(params: Mapping[str, Any]) -> str:
    told = {name: value._asdict() if isinstance(value, Words) else value for name, value in params.items()}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def builders(conn: Connection, *also: int | None) -> list[int]:
    """Everybody who may build, and whoever else is named and still works here: those a broken definition concerns."""
    named = [who for who in also if who]
    found = sa.select(person.c.id).where(person.c.active, sa.or_(person.c.role.in_(BUILDERS), person.c.id.in_(named)))
    return list(conn.execute(found.order_by(person.c.id)).scalars())


def newest(conn: Connection, who: int) -> list[Notice]:
    """The newest notices of a person, the latest first."""
    mine = sa.select(notice).where(notice.c.person == who).order_by(notice.c.id.desc()).limit(NEWEST)
    return [Notice(row.id, row.code, json.loads(row.params), row.href, row.at, row.seen_at is None) for row in conn.execute(mine)]


def unseen(conn: Connection, who: int) -> int:
    """How many a person has not looked at; the bell says "99+" beyond that."""
    few = sa.select(notice.c.id).where(notice.c.person == who, notice.c.seen_at.is_(None)).limit(MANY + 1)
    return int(conn.execute(sa.select(sa.func.count()).select_from(few.subquery())).scalar_one())


def see(conn: Connection, who: int, up_to: int) -> None:
    """A person has looked at the list whose newest notice is `up_to`; what came since stays new."""
    looked = (notice.c.person == who, notice.c.seen_at.is_(None), notice.c.id <= up_to)
    conn.execute(sa.update(notice).where(*looked).values(seen_at=clock.text(clock.now())))


def take_back(conn: Connection, people: Iterable[int], code: str, href: str) -> None:
    """What people were told is no longer so."""
    conn.execute(sa.delete(notice).where(notice.c.person.in_(list(people)), notice.c.code == code, notice.c.href == href))


def sweep(conn: Connection, at: datetime) -> int:
    """Forget some of what is older than 90 days; gives how many went, 0 when none is left."""
    old = sa.select(notice.c.id).where(notice.c.at < clock.text(at - KEPT)).limit(SWEPT)
    return conn.execute(sa.delete(notice).where(notice.c.id.in_(list(conn.execute(old).scalars())))).rowcount


def forget_app(conn: Connection, app_id: int) -> None:
    """An app is removed: what its notices lead to is gone."""
    conn.execute(sa.delete(notice).where(notice.c.app_id == app_id))
