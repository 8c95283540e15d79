"""Real kill -9 of a real process in the middle of a job: nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.jobs import owner, queue
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.runtime.job_child import WORK, count_up
from tests.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")


def start_child(database: Database, threads: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.runtime.job_child", database_url(database), str(threads)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == "started\n"
    return child


def kill(child: subprocess.Popen[str]) -> None:
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def done(database: Database) -> int:
    with database.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(WORK)).scalar_one())


def wait_for(database: Database, count: int) -> None:
    end = time.monotonic() + 20
    while done(database) < count:
        assert time.monotonic() < end, f"only {done(database)} of {count}"
        time.sleep(0.01)


def put(database: Database, total: int, slow: float = 0.002) -> int:
    with database.write() as conn:
        return queue.put(conn, "count_up", {"total": total, "slow": slow})


@pytest.fixture(autouse=True)
def work_table(database: Database) -> None:
    with database.write() as conn:
        WORK.create(conn)


def test_killed_again_and_again_it_ends_with_every_number_once(database: Database) -> None:
    job_id = put(database, 400)
    for goal in (40, 120, 200):
        child = start_child(database)
        wait_for(database, goal)  # each restart takes the job back at once: no thirty seconds of lease go by
        kill(child)
        assert done(database) % 5 == 0  # never half a chunk
    runner = Runner(database, {"count_up": count_up}, rest=0)
    runner.sweep()
    assert runner.drain() == 1
    with database.read() as conn:
        numbers = Counter(conn.execute(sa.select(WORK.c.n)).scalars())
        row = queue.get(conn, job_id)
    assert numbers == Counter(range(400))
    assert (row.state, row.value, row.progress["done"]) == ("done", {"count": 400}, 400)


def test_a_zombie_counts_as_dead_and_the_living_keep_their_jobs(database: Database) -> None:
    put(database, 10_000)
    child = start_child(database)
    wait_for(database, 10)
    with database.read() as conn:
        assert not queue.needs_sweep(conn, clock.now())
    os.kill(child.pid, signal.SIGKILL)  # not waited for: its entry stays in the process table
    end = time.monotonic() + 5
    while True:
        with database.read() as conn:
            if queue.needs_sweep(conn, clock.now()):
                break
        assert time.monotonic() < end
        time.sleep(0.02)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_several_processes_share_the_jobs(database: Database) -> None:
    ids = [put(database, 20, 0.0) for _ in range(12)]
    children = [start_child(database, threads=2) for _ in range(3)]
    wait_for(database, 20 * len(ids))
    end = time.monotonic() + 10
    while True:
        with database.read() as conn:
            states = {queue.get(conn, job_id).state for job_id in ids}
        if states == {"done"}:
            break
        assert time.monotonic() < end, states
        time.sleep(0.05)
    for child in children:
        kill(child)
    with database.read() as conn:
        rows = Counter((row.job, row.n) for row in conn.execute(sa.select(WORK)))
    assert rows == Counter((job_id, n) for job_id in ids for n in range(20))


def test_another_machines_job_is_left_to_its_lease() -> None:
    mine = owner.new_owner()
    assert not owner.dead(mine)
    _, pid, start, rest = mine.split(":")
    assert not owner.dead(f"elsewhere:{pid}:{start}:{rest}")
    if start:
        assert owner.dead(f"{owner.machine()}:{pid}:{int(start) + 1}:{rest}")  # the number was used again
