"""Work that comes back by the clock: one row per schedule, set to its next time whenever a run ends."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from runtime import clock
from runtime.accounts import settings
from runtime.clock import AsOf
from runtime.jobs import queue
from runtime.storage.system_tables import job, setting

# kind -> "day" (at local midnight), "night" (in the small hours) or "hour" (at the full hour of the local clock)
Schedules = Mapping[str, str]
NONE: Schedules = MappingProxyType({})
SMALL_HOURS = timedelta(hours=3)


def next_time(every: str, as_of: AsOf) -> datetime:
    """The next local midnight, small hour or full hour after a moment.

    Hours are those of the organisation's clock, so that one of them is its midnight in zones of half and quarter hours too.
    """
    midnight = as_of.start_of(as_of.today + timedelta(days=1))
    if every == "hour":
        local = as_of.at.astimezone(as_of.zone)
        return min(as_of.at + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second), midnight)
    if every == "night":
        tonight = as_of.start_of(as_of.today) + SMALL_HOURS
        return tonight if tonight > as_of.at else midnight + SMALL_HOURS
    return midnight


def ensure(conn: Connection, schedules: Schedules, at: datetime | None = None) -> None:
    """See that each schedule has its row; many processes starting at once make one.

    None waits beyond its next time, as it would after the machine's clock was put back.
    """
    as_of = AsOf(at or clock.now(), settings.read(conn).tz)
    for kind, every in schedules.items():
        take_turn(conn, f"schedule.{kind}")
        own, when = [row for row in queue.open_jobs(conn, kind) if comes_back(row, schedules)], next_time(every, as_of)
        if not own:
            queue.put(conn, kind, {"every": every}, run_at=when)
        late = [row.id for row in own if row.run_at > clock.text(when)]
        if late:
            conn.execute(sa.update(job).where(job.c.id.in_(late), job.c.state == "waiting").values(run_at=clock.text(when)))


def take_turn(conn: Connection, key: str) -> None:
    """Hold a setting's row until the transaction ends, so that starting processes look one after the other."""
    if settings.get(conn, key) is None:
        with suppress(IntegrityError), conn.begin_nested():
            conn.execute(sa.insert(setting).values(key=key, value=""))
    conn.execute(sa.select(setting.c.key).where(setting.c.key == key).with_for_update())


def comes_back(row: queue.Row, schedules: Schedules) -> bool:
    """Whether a row is a schedule's own; the same kind may also be asked for once, by a person."""
    return row.kind in schedules and "every" in row.params


def again(conn: Connection, row: queue.Row, schedules: Schedules, at: datetime) -> bool | None:
    """Set a schedule's row to its next time, with nothing left of the run that ended."""
    when = next_time(schedules[row.kind], AsOf(at, settings.read(conn).tz))
    return queue.release(conn, row, when, attempts=0, cancel=False, progress="{}", result="{}")


def move(conn: Connection, schedules: Schedules, at: datetime | None = None) -> None:
    """Put every waiting schedule at its right time, after the organisation's time zone has changed."""
    as_of = AsOf(at or clock.now(), settings.read(conn).tz)
    for kind, every in schedules.items():
        waits = (job.c.kind == kind, job.c.state == "waiting", job.c.run_at > clock.text(as_of.at))
        conn.execute(sa.update(job).where(*waits).values(run_at=clock.text(next_time(every, as_of))))
