"""The records of a pool that are warned of and that return, chunk by chunk, for the job that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.pool import Pool
from runtime.records import pools
from runtime.records.act import Act
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.sql.locks import hold_rows
from runtime.storage.live import LiveApp, LiveForm
from runtime.storage.pool_tables import held as h

CHUNK = 500


def newest(conn: Connection, live: LiveForm) -> int:
    """The highest number of a form's records, 0 where there are none."""
    return conn.execute(sa.select(sa.func.max(live.tables.main.c.id))).scalar() or 0


def between(conn: Connection, live: LiveForm, query: sa.Select[Any], low: int, high: int) -> list[int]:
    """The numbers a query finds behind one number and up to another, only read: nobody waits for it."""
    main = live.tables.main
    return [row[0] for row in conn.execute(query.where(main.c.id > low, main.c.id <= high).order_by(main.c.id))]


def chunk(act: Act, live: LiveForm, query: sa.Select[Any], ids: Sequence[int]) -> list[tuple[int, int]]:
    """Those of some records that a query still finds once they are held, and their owners: what was written meanwhile counts."""
    main = live.tables.main
    hold_rows(act.conn, main, ids)
    rows = act.conn.execute(query.where(among(main.c.id, list(ids))).order_by(main.c.id))
    return [(row[0], row[1]) for row in rows]


def warned(conn: Connection, live: LiveForm, low: int) -> list[int]:
    """The next records behind a number whose owners were warned."""
    query = sa.select(h.c.record_id).where(h.c.form_id == live.id, h.c.back.is_not(None), h.c.record_id > low)
    return list(conn.execute(query.order_by(h.c.record_id).limit(CHUNK)).scalars())


def forms_warned(conn: Connection, forms: Sequence[int]) -> set[int]:
    """Those of some forms in which owners were warned."""
    return set(conn.execute(sa.select(h.c.form_id).where(among(h.c.form_id, list(forms)), h.c.back.is_not(None)).distinct()).scalars())


def overtaken(conn: Connection, app: LiveApp, live: LiveForm, pool: Pool | None, as_of: AsOf, ids: Sequence[int]) -> list[int]:
    """Those of some warned of who would not return any more; all of them where nothing returns by the clock.

    It is asked as of the day on which the last of them returns, so that a clock that went back ends no warning.
    """
    if not ids or pool is None or pool.reclaim is None or not pool.reclaim.warn:
        return list(ids)
    last = conn.execute(sa.select(sa.func.max(h.c.back)).where(h.c.form_id == live.id, among(h.c.record_id, list(ids)))).scalar()
    ahead = (date.fromisoformat(last) - as_of.today).days if last else 0
    main = live.tables.main
    due = pools.due(app, live, pool, as_of, max(pool.reclaim.warn, ahead)).where(among(main.c.id, list(ids)))
    still = {row[0] for row in conn.execute(due)}
    return [i for i in ids if i not in still]


def keep(act: Act, live: LiveForm, rows: Sequence[tuple[int, int]], back: str, asked: Mapping[int, int]) -> None:
    """Write down the day of return of each, for those without a row since when they are whose, too."""
    main, ids = live.tables.main, [i for i, _ in rows]
    if not ids:
        return
    there = {row[0]: row[1] for row in act.conn.execute(sa.select(h.c.record_id, h.c.owner).where(h.c.form_id == live.id, among(h.c.record_id, ids)))}
    since = {row[0]: row[1] for row in act.conn.execute(sa.select(main.c.id, main.c.created_at).where(among(main.c.id, ids)))}
    other = [i for i, owner in rows if there.get(i, owner) != owner]
    if other:
        act.conn.execute(sa.delete(h).where(h.c.form_id == live.id, among(h.c.record_id, other)))
    fresh = [(live.id, i, owner, since[i], back, asked.get(i)) for i, owner in rows if there.get(i) != owner]
    insert_rows(act.conn, h, ("form_id", "record_id", "owner", "since", "back", "task"), fresh)
    known = [{"i": i, "number": asked.get(i)} for i, owner in rows if there.get(i) == owner]
    if known:
        same = sa.update(h).where(h.c.form_id == live.id, h.c.record_id == sa.bindparam("i"))
        act.conn.execute(same.values(back=back, task=sa.bindparam("number")), known)
