"""Leases: who holds a job may write for it, who lost it may not."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.jobs import queue
from runtime.jobs.job import Job, Lost
from runtime.storage.db import Database
from runtime.storage.system_tables import job as job_table


def put(database: Database) -> int:
    with database.write() as conn:
        return queue.put(conn, "work", {})


def get(database: Database, job_id: int) -> queue.Row:
    with database.read() as conn:
        return queue.get(conn, job_id)


def expire(database: Database, job_id: int, at: datetime) -> None:
    with database.write() as conn:
        conn.execute(sa.update(job_table).where(job_table.c.id == job_id).values(lease=clock.text(at)))


def test_who_lost_the_lease_cannot_write_any_more(database: Database) -> None:
    job_id = put(database)
    with database.write() as conn:
        first = queue.claim(conn, ["work"], clock.now())
    assert first is not None
    slow = Job(database, first, threading.Event())
    expire(database, job_id, clock.now() - timedelta(seconds=1))
    with database.write() as conn:
        assert queue.sweep(conn, clock.now()) == 1
        second = queue.claim(conn, ["work"], clock.now())
    assert second is not None and second.attempts == 2
    with pytest.raises(Lost), database.write() as conn:
        queue.put(conn, "trace", {})
        slow.checkpoint(conn, {"at": 1})
    with database.write() as conn:
        assert queue.finish(conn, first, {}) is None and queue.finish(conn, second, {}) is False
        assert not queue.is_due(conn, ["trace"], clock.now())
    with pytest.raises(Lost):
        slow.pause()


def test_a_heartbeat_renews_the_lease_and_stores_progress(database: Database) -> None:
    put(database)
    with database.write() as conn:
        row = queue.claim(conn, ["work"], clock.now())
    assert row is not None
    expire(database, row.id, clock.now())
    job = Job(database, row, threading.Event())
    job.beat(every=1000)
    assert get(database, row.id).progress["done"] == 0  # nothing new, not yet time
    job.report(5, 10)
    job.beat(every=1000)
    assert get(database, row.id).progress["done"] == 5
    with database.read() as conn:
        assert not queue.needs_sweep(conn, clock.now() + queue.LEASE - timedelta(seconds=2))


def test_a_job_that_takes_its_process_down_each_time_is_stopped(database: Database) -> None:
    job_id = put(database)
    for attempt in range(1, queue.ATTEMPTS + 1):
        with database.write() as conn:
            row = queue.claim(conn, ["work"], clock.now())
            assert row is not None and row.attempts == attempt
        with database.write() as conn:
            assert queue.sweep(conn, clock.now() + queue.LEASE + timedelta(seconds=1)) == 1
    row = get(database, job_id)
    assert row.state == "failed" and row.problems[0].code == "job_keeps_stopping"
