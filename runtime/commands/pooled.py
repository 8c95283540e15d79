"""What a pool says to every change of an owner, through whichever door it comes: who may take, how many, and when again.

It is asked once all is written, inside the act, and counts under a lock per person: of two at once the second one sees the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from runtime.definitions.pool import Pool
from runtime.errors import Invalid, Problem
from runtime.records import pools
from runtime.records.act import Act
from runtime.records.events import SAMPLES
from runtime.records.pools import CLAIM, LEFT
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.storage.live import LiveForm
from runtime.storage.pool_tables import held, line, seat

UNDO = "undo"
Moved = Mapping[int, tuple[int | None, int | None]]


def changed(act: Act, live: LiveForm, differences: Mapping[int, Mapping[str, Sequence[Any]]]) -> None:
    """Owners have changed: refuse what the pool does not allow, and write down what it has to know later."""
    pool = live.form.pool
    if pool is None or act.cause == SAMPLES:
        return
    moved = {i: (each[pool.owner][0], each[pool.owner][1]) for i, each in differences.items() if pool.owner in each}
    if moved:
        claims = [i for i, (old, new) in moved.items() if old is None and new is not None and new == act.by.id]
        _lock(act, live, pool, moved)
        _allowed(act, live, pool, moved, claims)
        _not_too_many(act, live, pool, moved)
        _remember(act, live, moved, claims)


def created(act: Act, live: LiveForm, records: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """New records with an owner count like all others; nobody took them from the pool."""
    moved = _counted(act, live, records)
    if moved:
        _remember(act, live, moved, [])


def restored(act: Act, live: LiveForm, records: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
    """Records back from the bin count again for whoever has them."""
    _counted(act, live, records)


def _counted(act: Act, live: LiveForm, records: Iterable[tuple[int, Mapping[str, Any]]]) -> Moved:
    """Records that are there anew, by whoever gets them; refused where that is too many for somebody."""
    pool = live.form.pool
    if pool is None or act.cause == SAMPLES:
        return {}
    moved = {i: (None, values[pool.owner]) for i, values in records if values.get(pool.owner) is not None}
    if moved:
        _lock(act, live, pool, moved)
        _not_too_many(act, live, pool, moved)
    return moved


def _lock(act: Act, live: LiveForm, pool: Pool, moved: Moved) -> None:
    """Hold the seats of all who get something, in the order of their numbers."""
    if pool.most is None and pool.daily is None:
        return
    for person in sorted({new for _, new in moved.values() if new is not None}):
        here = (seat.c.form_id == live.id, seat.c.person == person)
        if act.conn.execute(sa.select(seat.c.person).where(*here).with_for_update()).first() is None:
            with suppress(IntegrityError), act.conn.begin_nested():
                act.conn.execute(sa.insert(seat).values(form_id=live.id, person=person))
            act.conn.execute(sa.select(seat.c.person).where(*here).with_for_update())


def _allowed(act: Act, live: LiveForm, pool: Pool, moved: Moved, claims: Sequence[int]) -> None:
    """Nobody moves what is a colleague's, nor gives the pool's away; builders and administrators may."""
    if act.by.may("build"):
        return
    me = act.by.id
    for old, new in moved.values():
        if old not in (None, me):
            raise Invalid(Problem(pool.owner, "pool_taken", {"who": act.names.person(old or 0)}))
        if old is None and new != me:
            raise Invalid(Problem(pool.owner, "pool_assign"))
    if claims and act.cause != UNDO:
        _may_take(act, live, pool, claims)


def _may_take(act: Act, live: LiveForm, pool: Pool, claims: Sequence[int]) -> None:
    """Whether the asker may take just these, just now."""
    if not pools.may_claim(act.conn, pool, act.by):
        raise Invalid(Problem(pool.owner, "pool_who"))
    if pool.again:
        for left in pools.left_by(act.conn, live, act.by.id, claims).values():
            day = pools.again_on(pool, left, act.as_of)
            if day > act.as_of.today:
                raise Invalid(Problem(pool.owner, "pool_again", {"day": day.isoformat()}))
    if pool.daily is not None:
        before = pools.taken_today(act.conn, live, act.by.id, act.as_of)
        if before + len(claims) > pool.daily:
            raise Invalid(Problem(pool.owner, "pool_daily", {"n": before, "most": pool.daily}))


def _not_too_many(act: Act, live: LiveForm, pool: Pool, moved: Moved) -> None:
    """Whoever gets something has no more than the pool allows; the count holds what was just given."""
    if pool.most is None:
        return
    for person, gained in sorted(Counter(new for old, new in moved.values() if new is not None and new != old).items()):
        count = pools.mine(act.conn, act.app, live, pool, person, act.as_of)
        if count > pool.most:
            code = "pool_full" if person == act.by.id else "pool_full_other"
            raise Invalid(Problem(pool.owner, code, {"n": max(count - gained, 0), "most": pool.most, "who": act.names.person(person)}))


def _remember(act: Act, live: LiveForm, moved: Moved, claims: Sequence[int]) -> None:
    """Since when each is whose, and who took or left it; what was warned of is over."""
    pools.end_warnings(act, live, list(moved), "gone")
    act.conn.execute(sa.delete(held).where(held.c.form_id == live.id, among(held.c.record_id, list(moved))))
    rows = [(live.id, i, new, act.at) for i, (_, new) in moved.items() if new is not None]
    insert_rows(act.conn, held, ("form_id", "record_id", "owner", "since"), rows)
    left = {i: old for i, (old, new) in moved.items() if old is not None and new is None}
    if act.cause == UNDO:
        _forget(act, live, {**dict.fromkeys(claims, act.by.id)}, LEFT)
        _forget(act, live, left, CLAIM)
        return
    lines = [(live.id, i, act.by.id, CLAIM, act.at) for i in claims] + [(live.id, i, old, LEFT, act.at) for i, old in left.items()]
    insert_rows(act.conn, line, ("form_id", "record_id", "person", "act", "at"), lines)


def _forget(act: Act, live: LiveForm, records: Mapping[int, int], what: str) -> None:
    """What is taken back has not happened: the last line of each goes."""
    for record, person in records.items():
        last = sa.select(sa.func.max(line.c.id)).where(line.c.form_id == live.id, line.c.record_id == record, line.c.person == person, line.c.act == what)
        act.conn.execute(sa.delete(line).where(line.c.id == last.scalar_subquery()))
