"""How a run ends: it stands nowhere any more, and nobody is asked; tasks that no step waits for stay whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.storage import system_tables as tables
from runtime.workflows.rows import OPEN, WAITING

p, r, t = tables.place, tables.run, tables.task
_MINE: sa.BindParameter[int] = sa.bindparam("of_run")
_LEAVE = sa.delete(p).where(p.c.run_id == _MINE)
_UNASK = sa.update(t).where(t.c.run_id == _MINE, t.c.place_id.is_not(None), sa.or_(t.c.state == OPEN, t.c.state == WAITING)).values(state="gone", ended_at=sa.bindparam("ended_at"))
_END = sa.update(r).where(r.c.id == _MINE).values({name: sa.bindparam(name) for name in ("state", "why", "ended_at")})


def row(run: int, state: str, why: str, at: str) -> dict[str, Any]:
    """What `close` is given of one run."""
    return {"of_run": run, "state": state, "why": why, "ended_at": at}


def close(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put an end to runs, many in one statement."""
    if rows:
        conn.execute(_LEAVE, [{"of_run": one["of_run"]} for one in rows])
        conn.execute(_UNASK, [{"of_run": one["of_run"], "ended_at": one["ended_at"]} for one in rows])
        conn.execute(_END, [dict(one) for one in rows])
