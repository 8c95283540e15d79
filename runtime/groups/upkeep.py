"""The record of what was done to keep groups right: each stroke of the clock and each audit, with what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.storage.live import LiveApp
from runtime.storage.system_tables import upkeep as table

CLOCK, AUDIT = "clock", "audit"
KEPT = 90


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `found` says by grouping how many records were in another group than the rules say."""

    begun: str
    ended: str
    asked: int
    found: dict[str, int]

    @property
    def seconds(self) -> int:
        return int((clock.moment(self.ended) - clock.moment(self.begun)).total_seconds())


def note(conn: Connection, app: LiveApp, kind: str, begun: str, asked: int, found: Mapping[str, int]) -> None:
    """Keep one run, and no more of its kind than the last ninety; a stroke that concerned nobody is not kept."""
    if kind == CLOCK and not asked:
        return
    conn.execute(sa.insert(table).values(app_id=app.id, kind=kind, begun_at=begun, ended_at=clock.text(clock.now()), asked=asked,
                                         found=json.dumps(dict(found), sort_keys=True)))
    mine = (table.c.app_id == app.id, table.c.kind == kind)
    old = conn.execute(sa.select(table.c.id).where(*mine).order_by(table.c.id.desc()).offset(KEPT).limit(1)).scalar()
    if old is not None:
        conn.execute(sa.delete(table).where(*mine, table.c.id <= old))


def newest(conn: Connection, app: LiveApp, kind: str, limit: int = 10) -> list[Run]:
    """The last runs of a kind, the latest first."""
    query = sa.select(table).where(table.c.app_id == app.id, table.c.kind == kind).order_by(table.c.id.desc()).limit(limit)
    return [Run(row.begun_at, row.ended_at, row.asked, json.loads(row.found)) for row in conn.execute(query)]
