"""The queue and the runner within one process: each job once, in steps, again after a stumble, stopped when asked."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import Busy, Invalid, NotFound, Problem
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.pace import Pace
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from runtime.storage.system_tables import job as job_table
from runtime.words import Words


def put(database: Database, kind: str = "work", **given: Any) -> int:
    with database.write() as conn:
        return queue.put(conn, kind, given.pop("params", {}), **given)


def get(database: Database, job_id: int) -> queue.Row:
    with database.read() as conn:
        return queue.get(conn, job_id)


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def hurry(database: Database, job_id: int) -> None:
    """As if the back-off were over."""
    with database.write() as conn:
        conn.execute(sa.update(job_table).where(job_table.c.id == job_id).values(run_at="2000-01-01T00:00:00Z"))


def test_a_job_is_done_and_its_value_kept(database: Database) -> None:
    job_id = put(database, params={"名": "值"}, by=7, app_id=3)
    seen: list[Job] = []

    def work(job: Job) -> dict[str, Any]:
        seen.append(job)
        job.report(3, 4, file="a.xlsx")
        return {"rows": 3}

    assert Runner(database, {"work": work}).drain() == 1
    row = get(database, job_id)
    assert (row.state, row.value, row.attempts, row.owner) == ("done", {"rows": 3}, 1, None)
    assert row.progress == {"done": 3, "total": 4, "words": {"file": "a.xlsx"}} and row.percent == 75
    assert row.ended_at and not row.open
    assert (seen[0].params, seen[0].by, seen[0].app_id, seen[0].state) == ({"名": "值"}, 7, 3, {})


def test_a_job_asked_for_in_a_failed_transaction_does_not_exist(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as conn:
        queue.put(conn, "work", {})
        raise RuntimeError
    with database.read() as conn:
        assert not queue.is_due(conn, ["work"], clock.now()) and queue.recent(conn, None) == []


def test_jobs_wait_for_their_time_and_their_kind(database: Database) -> None:
    put(database, run_at=clock.now() + timedelta(hours=1))
    put(database, "other")
    assert Runner(database, {"work": lambda job: None}).drain() == 0


def test_asking_twice_for_the_same_thing_can_be_one_job(database: Database) -> None:
    first = put(database, params={"a": 1, "b": 2}, app_id=1, once=True)
    assert put(database, params={"b": 2, "a": 1}, app_id=1, once=True) == first
    others = {put(database, params={"a": 1}, app_id=1, once=True), put(database, params={"a": 1, "b": 2}, once=True)}
    assert first not in others and len(others) == 2
    with database.write() as conn:
        queue.claim(conn, ["work"], clock.now())
    assert put(database, params={"a": 1, "b": 2}, app_id=1, once=True) != first  # it runs: what it saw may be too old


def test_many_runners_claim_each_job_once(database: Database) -> None:
    ids = [put(database) for _ in range(40)]
    ran: Counter[int] = Counter()
    lock = threading.Lock()

    def work(job: Job) -> None:
        with lock:
            ran[job.id] += 1

    runners = [Runner(database, {"work": work}, threads=2) for _ in range(4)]
    for runner in runners:
        runner.start()
    until(lambda: len(ran) == 40)
    for runner in runners:
        runner.stop()
    assert ran == Counter(ids)
    assert {get(database, job_id).state for job_id in ids} == {"done"}


def test_a_stumble_goes_on_from_the_checkpoint_and_in_the_end_gives_up(database: Database) -> None:
    seen: list[tuple[int, Any]] = []
    job_id = put(database)

    def work(job: Job) -> None:
        seen.append((job.attempts, job.state.get("at")))
        if "at" not in job.state:
            with database.write() as conn:
                job.checkpoint(conn, {"at": 5})
        raise RuntimeError("stumbled")

    runner, waits = Runner(database, {"work": work}), []
    for _ in range(10):
        before = clock.now()
        if not runner.run_one():
            break
        row = get(database, job_id)
        if row.state == "waiting":
            waits.append(round((clock.moment(row.run_at) - before).total_seconds()))
            assert runner.drain() == 0
            hurry(database, job_id)
    row = get(database, job_id)
    assert seen == [(1, None), (2, 5), (3, 5), (4, 5)]
    assert [low <= wait <= low + 2 for low, wait in zip(queue.BACK_OFF, waits, strict=True)] == [True] * 3
    assert (row.state, row.saved) == ("failed", {"at": 5})
    assert [problem.code for problem in row.problems] == ["job_failed"]


def test_what_a_person_can_mend_is_not_tried_again(database: Database) -> None:
    problem = Problem("rows[3].phone", "no_such_language", {"given": Words("法语", "French")})

    def work(job: Job) -> None:
        raise Invalid(problem)

    job_id = put(database)
    Runner(database, {"work": work}).drain()
    row = get(database, job_id)
    assert row.state == "failed" and row.problems == (problem,)


def test_busy_is_tried_again(database: Database) -> None:
    def work(job: Job) -> None:
        if job.attempts == 1:
            raise Busy(Problem("", "busy"))

    job_id, runner = put(database), Runner(database, {"work": work})
    runner.drain()
    assert get(database, job_id).state == "waiting"
    hurry(database, job_id)
    runner.drain()
    assert get(database, job_id).state == "done"


def test_cancelling_a_waiting_job_ends_it_and_a_running_one_at_its_next_pause(database: Database, boss: Actor) -> None:
    waiting = put(database, by=boss.id, run_at=clock.now() + timedelta(hours=1))
    running = put(database, by=boss.id)
    started = threading.Event()

    def work(job: Job) -> None:
        started.set()
        for number in range(10_000):
            with database.write() as conn:
                job.checkpoint(conn, {"at": number})
            job.pause()

    runner = Runner(database, {"work": work})
    runner.start()
    assert started.wait(10)
    with database.write() as conn:
        assert queue.cancel(conn, boss, waiting).state == "cancelled"
        assert queue.cancel(conn, boss, running).state == "running"
    until(lambda: get(database, running).state == "cancelled")
    runner.stop()
    assert get(database, running).value["at"] < 9_999
    with database.write() as conn:
        assert queue.cancel(conn, boss, running).state == "cancelled"  # asking again changes nothing


def test_a_job_without_checkpoints_learns_of_its_cancelling_too(sqlite_database: Database, sqlite_boss: Actor) -> None:
    job_id = put(sqlite_database, by=sqlite_boss.id)

    def work(job: Job) -> dict[str, Any]:
        until(job.cancelled)
        return {"tidied": True}

    runner = Runner(sqlite_database, {"work": work})
    runner.start()
    until(lambda: get(sqlite_database, job_id).state == "running")
    with sqlite_database.write() as conn:
        queue.cancel(conn, sqlite_boss, job_id)
    until(lambda: not get(sqlite_database, job_id).open)
    runner.stop()
    row = get(sqlite_database, job_id)
    assert (row.state, row.value) == ("cancelled", {"tidied": True})


def test_people_see_and_stop_only_their_own_jobs(database: Database, boss: Actor) -> None:
    other = Actor(boss.id + 1, "x", "member", "zh", "UTC")
    mine, theirs = put(database, by=boss.id, app_id=1), put(database, by=other.id, app_id=2)
    with database.write() as conn:
        assert [row.id for row in queue.recent(conn, other.id)] == [theirs]
        assert queue.recent(conn, other.id, app_id=1) == []
        assert queue.get(conn, theirs, boss).id == theirs  # an administrator sees all
        for refused in (queue.get, lambda conn, job_id, by: queue.cancel(conn, by, job_id)):
            with pytest.raises(NotFound):
                refused(conn, mine, other)


def test_stopping_gives_the_job_back_and_it_goes_on(database: Database) -> None:
    job_id, started = put(database), threading.Event()
    seen: list[int] = []

    def work(job: Job) -> None:
        for number in range(job.state.get("at", 0), 1_000_000 if not seen else 0):
            with database.write() as conn:
                job.checkpoint(conn, {"at": number + 1})
            started.set()
            job.pause()
        seen.append(job.state["at"])

    runner = Runner(database, {"work": work})
    runner.start()
    assert started.wait(10)
    began = time.monotonic()
    runner.stop()
    assert time.monotonic() - began < 2
    row = get(database, job_id)
    assert (row.state, row.attempts, row.owner) == ("waiting", 0, None) and row.saved["at"] >= 1
    seen.append(0)
    assert Runner(database, {"work": work}).drain() == 1
    assert seen[-1] == row.saved["at"] and get(database, job_id).state == "done"


def test_the_pace_finds_a_blink() -> None:
    pace = Pace(start=100, least=10, most=1000, goal=0.02)
    with pace.chunk():
        pass
    assert pace.size == 200
    with pace.chunk():
        time.sleep(0.05)
    assert pace.size == 100
    for _ in range(10):
        with pace.chunk():
            pass
    assert pace.size == 1000
