"""The records of a pool that are warned of and that return, chunk by chunk, for the job that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from runtime.definitions.pool import Pool
from runtime.records import pools
from runtime.records.act import Act
from runtime.sql.bulk import insert_rows
from runtime.sql.lists import among
from runtime.sql.locks import hold_rows
from runtime.storage.live import LiveForm
from runtime.storage.pool_tables import held as h

CHUNK = 500


def chunk(act: Act, live: LiveForm, query: sa.Select[Any], low: int) -> tuple[list[tuple[int, int]], int | None]:
    """The next records behind a number and their owners, held; asked again once they are, so that what was written meanwhile
    counts. Then where to go on, if there may be more.
    """
    main = live.tables.main
    ids = [row[0] for row in act.conn.execute(query.where(main.c.id > low).order_by(main.c.id).limit(CHUNK))]
    hold_rows(act.conn, main, ids)
    rows = act.conn.execute(query.where(among(main.c.id, ids)).order_by(main.c.id)).all() if ids else []
    return [(row[0], row[1]) for row in rows], ids[-1] if len(ids) == CHUNK else None


def overtaken(act: Act, live: LiveForm, pool: Pool | None) -> list[int]:
    """Some of those warned of who would not return any more; all of them where nothing returns by the clock.

    It is asked as of the day on which the last of them returns, so that a clock that went back ends no warning.
    """
    warned = sa.select(h.c.record_id).where(h.c.form_id == live.id, h.c.back.is_not(None))
    if pool is not None and pool.reclaim is not None and pool.reclaim.warn:
        last = act.conn.execute(sa.select(sa.func.max(h.c.back)).where(h.c.form_id == live.id)).scalar()
        ahead = (date.fromisoformat(last) - act.as_of.today).days if last else 0
        still = pools.due(act.app, live, pool, act.as_of, max(pool.reclaim.warn, ahead)).with_only_columns(live.tables.main.c.id)
        warned = warned.where(h.c.record_id.not_in(still))
    return list(act.conn.execute(warned.order_by(h.c.record_id).limit(CHUNK)).scalars())


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
