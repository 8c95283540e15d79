"""How far the clock has come with each workflow, kept in the transactions that begin the runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from runtime import clock
from runtime.clock import AsOf
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveWorkflow
from runtime.workflows.moments import Window

LOG = logging.getLogger("fenzu.workflows")
BACK = timedelta(days=31)  # what was missed longer ago than this is not made up for
DAY = timedelta(days=1)  # by how much two time zones may differ, and some
s, r = tables.stroke, tables.run


@dataclass
class Mark:
    """Where the clock stands with one workflow; held until the transaction ends."""

    workflow_id: int
    zone: ZoneInfo
    at: datetime
    seen: datetime
    until: datetime | None
    after: int
    begun: int

    def window(self, now: AsOf) -> Window | None:
        """The time to look at: the rest of a stroke that was cut off, or what has passed since the last; None for nothing."""
        if self.until is not None:
            return Window(self.at, self.until, self.zone)
        if now.at < self.at:  # somebody put the clock back: what comes again is looked at again, and begins nothing twice
            self.at = now.at
        if now.at - self.at > BACK:
            LOG.warning("the clock stood still since %s; workflow %s makes up for the last %s days only", self.at, self.workflow_id, BACK.days)
            self.at = now.at - BACK
        return Window(self.at, now.at, self.zone) if self.at < now.at else None

    def go_on(self, window: Window, after: int, begun: int) -> None:
        """A part of a stroke is done."""
        self.until, self.after, self.begun = window.high, after, self.begun + begun

    def end(self, window: Window) -> None:
        """A stroke is done."""
        self.at, self.seen, self.until, self.after, self.begun = window.high, max(self.seen, window.high), None, 0, 0


def held(conn: Connection, item: LiveWorkflow, now: AsOf) -> Mark:
    """The mark of a workflow, which nobody else moves until the transaction ends."""
    trigger = json.dumps(item.workflow.trigger, sort_keys=True, ensure_ascii=False)
    mine = sa.select(s).where(s.c.workflow_id == item.id).with_for_update()
    row = conn.execute(mine).first()
    if row is None:
        at = clock.text(min(now.at, _published(conn, item)))
        with suppress(IntegrityError), conn.begin_nested():
            conn.execute(sa.insert(s).values(workflow_id=item.id, trigger=trigger, zone=now.zone.key, at=at, seen=at, after=0, begun=0))
        row = conn.execute(mine).one()
    mark = Mark(item.id, now.zone, clock.moment(row.at), clock.moment(row.seen), clock.moment(row.until) if row.until else None, row.after, row.begun)
    if row.trigger != trigger:  # what it waits for now, it waits for since it was published
        mark.at, mark.until, mark.after, mark.begun = max(mark.at, min(now.at, _published(conn, item))), None, 0, 0
    elif row.zone != now.zone.key:  # the day's hours lie elsewhere: some may come again, none may be left out
        mark.at, mark.seen, mark.until, mark.after = mark.at - DAY, mark.seen + DAY, None, 0
    return mark


def keep(conn: Connection, item: LiveWorkflow, mark: Mark) -> None:
    """Store where the clock stands now."""
    conn.execute(sa.update(s).where(s.c.workflow_id == item.id).values(
        trigger=json.dumps(item.workflow.trigger, sort_keys=True, ensure_ascii=False), zone=mark.zone.key, at=clock.text(mark.at), seen=clock.text(mark.seen),
        until=clock.text(mark.until) if mark.until else None, after=mark.after, begun=mark.begun))


def skip(conn: Connection, workflow_id: int, at: str) -> None:
    """Nothing that was due up to a moment begins any more: the workflow was turned off until then."""
    conn.execute(sa.update(s).where(s.c.workflow_id == workflow_id).values(at=at, until=None, after=0, begun=0))


def begun_before(conn: Connection, item: LiveWorkflow, due: Mapping[int | None, Mapping[str, Any]]) -> set[int | None]:
    """For whom a run of just this moment is there already."""
    ids: Sequence[int] = [one for one in due if one is not None]
    who = r.c.record_id.in_(ids) if ids else r.c.record_id.is_(None)
    rows = conn.execute(sa.select(r.c.record_id, r.c.detail).where(r.c.workflow_id == item.id, who))
    return {row.record_id for row in rows if row.record_id in due and json.loads(row.detail).get("due") == due[row.record_id]["due"]}


def _published(conn: Connection, item: LiveWorkflow) -> datetime:
    v = tables.definition_version
    return clock.moment(conn.execute(sa.select(v.c.at).where(v.c.definition_id == item.id, v.c.version == item.version)).scalar_one())
