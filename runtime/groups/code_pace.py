"""How fast a grouping moves, for whoever puts its letters into codes: codes stay, and what moves fast leaves them behind."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.clock import AsOf
from runtime.rules.deps import dependencies
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveForm, LiveGrouping

SPAN = timedelta(days=90)
# From so many of a hundred customers on, and never below so many customers.
SHARE, FEWEST = 5, 3
# Who designs a grouping moves people too; that says nothing about how fast they move by themselves.
BY_RULE = ("rule", "silent", "template")
# So many that moved are enough to know.
MOST = 100_000


class Pace(NamedTuple):
    """How many records left a group of a grouping in the last 90 days, of how many there are; whether its rules turn by
    themselves, by dates, or with every related record.
    """

    moved: int
    total: int
    dated: bool
    summed: bool

    @property
    def percent(self) -> int:
        return min(100, round(self.moved * 100 / self.total)) if self.total else 0

    @property
    def fast(self) -> bool:
        """Whether codes made of it will soon tell of yesterday."""
        many = self.moved >= FEWEST and self.moved * 100 >= self.total * SHARE
        return many or self.dated or self.summed


def of(conn: Connection, live: LiveForm, item: LiveGrouping, as_of: AsOf) -> Pace:
    """Measured by the diary, and judged by what the rules read."""
    d, main = tables.diary, live.tables.main
    since = clock.text(as_of.at - SPAN)
    tops = [item.ids[group.key] for group in item.newest.top if group.key in item.ids]  # nested groups do not count for codes
    left = sa.select(d.c.record_id).where(d.c.grouping_id == item.id, d.c.group_id.in_(tops), d.c.at >= since, d.c.joined.is_(False), d.c.cause.not_in(BY_RULE)).distinct()
    moved = conn.execute(sa.select(sa.func.count()).select_from(left.limit(MOST).subquery())).scalar_one()
    total = conn.execute(sa.select(sa.func.count()).select_from(main).where(main.c.deleted_at.is_(None))).scalar_one()
    read = [dependencies(group.rule) for group in item.newest.groups.values() if group.rule]
    return Pace(int(moved), int(total), any(deps.time for deps in read), any(deps.related for deps in read))
