"""Law of many, by huey on Redis: three processes that share one database do each step once, whoever is killed, Redis too."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.config import Config
from runtime.jobs import by_redis, queue
from runtime.jobs.runner import Runner
from runtime.records.events import WORK
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import work
from tests.conftest import database_url
from tests.crm import made
from tests.flows import Flows, flow, step, way
from tests.redis_server import REDIS, Server, redis_server
from tests.shared import ROOT
from tests.workflows.drawn import CUSTOMER

pytestmark = REDIS
PROCESSES, BATCH = 3, 60
RARELY = 120.0  # so seldom the database is looked at that whatever is done soon was woken by Redis


def writes(key: str) -> dict[str, Any]:
    """A step that adds its own word to the record, so that one done twice is seen there."""
    return step(key, "set_fields", set=[{"field": "log", "text": {"zh": f"{{log}} {key}", "en": f"{{log}} {key}"}}])


FLOW = flow("v", {"type": "created"}, writes("a"), step("p", "parallel", branches=[way("x", writes("b")), way("y", writes("c"), writes("d"))]), writes("e"))
WORDS = Counter("abcde")


class Machines:
    """One that people work at, and others that do what is put there."""

    def __init__(self, flows: Flows, server: Server, ahead: timedelta) -> None:
        self.flows, self.server, self.ahead, self.records = flows, server, ahead, 0
        self.workers: list[subprocess.Popen[str]] = []
        config = Config(Path("nowhere"), "", "key", redis=server.url)
        self.here = Runner(flows.crm.database, work.kinds(flows.crm.live), threads=0, waking=by_redis.engine(config))
        self.here.start()

    def begin(self, count: int, poll: float) -> None:
        """Begin workers and wait until they listen."""
        asked = {"url": database_url(self.flows.crm.database), "redis": self.server.url, "ahead": self.ahead.total_seconds(), "poll": poll}
        some = [subprocess.Popen([sys.executable, "-m", "tests.workflows.redis_child", json.dumps(asked)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
                for _ in range(count)]
        for worker in some:
            assert worker.stdout is not None and worker.stdout.readline() == "started\n"
        self.workers += some
        until(lambda: self.listening() >= len(self.workers))

    def listening(self) -> int:
        """How many wait for Redis to tell them something."""
        return sum(one["cmd"] == "brpop" for one in self.server.client.client_list())

    def happen(self) -> None:
        """Some records are made, and whoever is idle is woken for them."""
        self.records += BATCH
        self.flows.crm.add_many("customer", [{"name": f"n{number}", "log": "begun"} for number in range(BATCH)])
        with self.flows.crm.database.write() as conn:
            for _ in range(PROCESSES):
                queue.put(conn, WORK, {})
        self.here.wake()

    def kill(self, worker: subprocess.Popen[str]) -> None:
        worker.kill()
        worker.wait()
        assert worker.stdout is not None
        worker.stdout.close()
        self.workers.remove(worker)

    def ended(self) -> int:
        return sum(run.state == "done" for run in self.flows.runs())

    def rest(self) -> None:
        """Until all that began has ended, and each step was done once."""
        until(lambda: self.ended() >= self.records)
        runs, line = self.flows.runs(), tables.run_line
        assert [run.state for run in runs] == ["done"] * self.records and len({run.record for run in runs}) == self.records
        with self.flows.crm.database.read() as conn:
            done: dict[int, Counter[str]] = {run.id: Counter() for run in runs}
            for run, key in conn.execute(sa.select(line.c.run_id, line.c.step).where(line.c.code == "fields_set")):
                done[run][key] += 1
            live = self.flows.crm.app(conn).form("customer").tables
            texts = list(conn.execute(sa.select(live.main.c[live.names["log"]])).scalars())
        assert all(found == WORDS for found in done.values())
        assert all(text.startswith("begun ") and Counter(text.split()[1:]) == WORDS for text in texts)


def until(condition: Any, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@contextmanager
def machines(database: Database, boss: Actor, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    crm = made(database, boss, [("form", CUSTOMER), FLOW])
    real: Any = clock.now
    ahead: timedelta = crm.as_of.at - real()
    now: Any = lambda: real() + ahead  # noqa: E731
    assert isinstance(now(), datetime)
    monkeypatch.setattr(clock, "now", now)
    found = Machines(Flows(crm), server, ahead)
    try:
        yield found
    finally:
        for worker in list(found.workers):
            found.kill(worker)
        found.here.stop(0)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with redis_server(tmp_path) as found:
        yield found


def test_three_processes_woken_by_redis_do_each_step_once(database: Database, boss: Actor, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with machines(database, boss, server, monkeypatch) as house:
        house.begin(PROCESSES, RARELY)
        house.happen()
        house.rest()
        for count in (1, 2):  # workers die in the middle of their work
            before = house.ended()
            house.happen()
            until(lambda before=before: house.ended() > before)
            house.kill(house.workers[0])
            house.begin(1, RARELY)
            house.rest()
            assert house.ended() == (count + 1) * BATCH


def test_redis_is_killed_in_the_middle_and_comes_back(database: Database, boss: Actor, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with machines(database, boss, server, monkeypatch) as house:
        house.begin(PROCESSES, 0.5)
        house.happen()
        until(house.ended)
        server.kill()
        for _ in range(2):
            house.happen()  # nobody is told of these
        house.rest()
        server.start()
        until(lambda: house.listening() == PROCESSES)
        for worker in list(house.workers):
            house.kill(worker)
        house.begin(PROCESSES, RARELY)
        time.sleep(by_redis.AGAIN)
        house.happen()
        house.rest()
        assert house.here.waking.odd is None
