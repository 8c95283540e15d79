"""Schedules: one row each, at local midnight or the full hour, whatever happens to a run."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import settings
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.jobs import queue, schedule
from runtime.jobs.job import Job
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from runtime.storage.system_tables import job

DAILY = {"clock": "day"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "zone", "at", "expected"),
    [
        ("day", "Asia/Shanghai", "2026-11-22T15:59:59", "2026-11-22T16:00:00"),
        ("day", "Asia/Shanghai", "2026-11-22T16:00:00", "2026-11-23T16:00:00"),
        ("day", "Europe/Berlin", "2026-10-24T12:00:00", "2026-10-24T22:00:00"),
        ("day", "Europe/Berlin", "2026-10-25T12:00:00", "2026-10-25T23:00:00"),  # the clocks went back that day
        ("hour", "Asia/Shanghai", "2026-11-22T15:59:59", "2026-11-22T16:00:00"),
        ("hour", "Asia/Shanghai", "2026-11-22T16:00:00", "2026-11-22T17:00:00"),
        ("hour", "Asia/Kolkata", "2026-11-22T18:29:59", "2026-11-22T18:30:00"),  # midnight, at a half hour of UTC
        ("hour", "Asia/Kathmandu", "2026-11-22T17:20:00", "2026-11-22T18:15:00"),
        ("hour", "America/Santiago", "2026-09-06T03:10:00", "2026-09-06T04:00:00"),  # a day that begins at one o'clock
        ("hour", "Australia/Lord_Howe", "2026-10-03T15:00:00", "2026-10-03T15:30:00"),  # half an hour is skipped
        ("hour", "Australia/Lord_Howe", "2026-10-03T15:30:00", "2026-10-03T16:00:00"),
        ("night", "Asia/Shanghai", "2026-11-22T16:00:00", "2026-11-22T19:00:00"),
        ("night", "Asia/Shanghai", "2026-11-22T19:00:00", "2026-11-23T19:00:00"),
    ],
)
def test_the_next_time(every: str, zone: str, at: str, expected: str) -> None:
    assert schedule.next_time(every, AsOf(moment(at), ZoneInfo(zone))) == moment(expected)


def rows(database: Database) -> list[queue.Row]:
    with database.read() as conn:
        return queue.open_jobs(conn, "clock")


def make_due(database: Database) -> None:
    with database.write() as conn:
        conn.execute(sa.update(job).values(run_at="2000-01-01T00:00:00Z"))


def test_many_processes_starting_at_once_make_one_row(database: Database, boss: Actor) -> None:
    barrier = threading.Barrier(4)

    def start() -> None:
        barrier.wait()
        with database.write() as conn:
            schedule.ensure(conn, DAILY)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rows(database)) == 1


def test_a_missed_midnight_is_made_up_once_and_the_row_moves_on(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        schedule.ensure(conn, DAILY)
    runs: list[int] = []
    runner = Runner(database, {"clock": lambda job: runs.append(job.id)}, schedules=DAILY)
    for count in (1, 2):
        make_due(database)
        assert runner.drain() == 1
        (row,) = rows(database)
        assert len(runs) == count and row.id == runs[0] and row.attempts == 0
        assert row.run_at == clock.text(schedule.next_time("day", AsOf(clock.now(), ZoneInfo("Asia/Shanghai"))))


def test_a_schedule_survives_a_run_that_failed(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        schedule.ensure(conn, DAILY)

    def work(job: Job) -> None:
        raise Invalid(Problem("", "not_found"))

    make_due(database)
    assert Runner(database, {"clock": work}, schedules=DAILY).drain() == 1
    (row,) = rows(database)
    assert row.state == "waiting" and clock.moment(row.run_at) > clock.now()


def test_the_same_kind_asked_for_by_a_person_runs_once(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        schedule.ensure(conn, DAILY)
        asked = queue.put(conn, "clock", {}, by=boss.id)
    assert Runner(database, {"clock": lambda job: None}, schedules=DAILY).drain() == 1
    with database.read() as conn:
        assert queue.get(conn, asked).state == "done"
    assert len(rows(database)) == 1


def test_a_cancelled_schedule_is_there_again_after_the_next_start(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        schedule.ensure(conn, DAILY)
        queue.cancel(conn, boss, queue.open_jobs(conn, "clock")[0].id)
        assert queue.open_jobs(conn, "clock") == []
        schedule.ensure(conn, DAILY)
    assert len(rows(database)) == 1


def test_a_new_time_zone_moves_midnight(database: Database, boss: Actor) -> None:
    with database.write() as conn:
        schedule.ensure(conn, DAILY)
        settings.save(conn, {"zone": "America/New_York"})
        schedule.move(conn, DAILY)
    local = clock.moment(rows(database)[0].run_at).astimezone(ZoneInfo("America/New_York"))
    assert (local.hour, local.minute) == (0, 0)
