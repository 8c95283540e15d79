"""How idle threads hear of work: within the process, and by huey on a real Redis that may be wrong, away, or full of nonsense."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime import config as configuration
from runtime.config import Config
from runtime.errors import FenzuError
from runtime.jobs import by_redis, queue, waking
from runtime.jobs.by_redis import ByRedis
from runtime.jobs.job import Job
from runtime.jobs.runner import Runner
from runtime.jobs.waking import Threads
from runtime.messages import say
from runtime.storage.db import Database
from tests.redis_server import REDIS, Server, redis_server
from tests.shared import ROOT


def config(url: str, secret: str = "key") -> Config:
    return Config(Path("nowhere"), "", secret, redis=url)


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with redis_server(tmp_path) as found:
        yield found


@pytest.fixture
def rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is looked at so rarely that only who is woken does anything."""
    for module in (waking, by_redis):
        monkeypatch.setattr(module, "POLL", 60)


def by(engine: Any, seen: list[tuple[str, int]], database: Database, *, threads: int = 1) -> Runner:
    def work(job: Job) -> None:
        seen.append((threading.current_thread().name, job.id))

    return Runner(database, {"work": work, "send": work}, threads=threads, apart={"send": threads}, waking=engine)


def put(database: Database, kind: str = "work") -> int:
    with database.write() as conn:
        return queue.put(conn, kind, {})


def test_nobody_pays_for_it_who_does_not_use_it() -> None:
    code = ("import sys; from pathlib import Path; from runtime.config import Config; from runtime.jobs import by_redis\n"
            "print(type(by_redis.engine(Config(Path('x'), '', 'key'))).__name__, sorted({'huey', 'redis'} & set(sys.modules)))")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout == "Threads []\n"
    assert isinstance(by_redis.engine(config("")), Threads)


def test_the_address_comes_from_the_environment(tmp_path: Path) -> None:
    assert configuration.load({"FENZU_REDIS": "redis://a/0"}, instance=str(tmp_path)).redis == "redis://a/0"
    assert configuration.load({}, instance=str(tmp_path)).redis == ""


@pytest.mark.parametrize("url", ["http://:s3cret@a/0", "a:6379", "redis://:s3cret@a:port/0", "nonsense"])
def test_a_wrong_address_is_said_without_its_password(url: str) -> None:
    with pytest.raises(FenzuError) as refused:
        by_redis.engine(config(url))
    problem, = refused.value.problems
    assert problem.code == "redis_address" and "redis://" in say(problem, "zh") != say(problem, "en")
    assert "s3cret" not in say(problem, "zh") + say(problem, "en") + repr(refused.value)


def test_missing_packages_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(FenzuError) as refused:
        by_redis.engine(config("redis://127.0.0.1:1/0"))
    assert [problem.code for problem in refused.value.problems] == ["redis_missing"]


@REDIS
def test_a_redis_that_refuses_is_said(tmp_path: Path) -> None:
    with redis_server(tmp_path, "hush") as server:
        bare = server.url.replace(":hush@", "")
        for wrong in (bare, server.url.replace("hush", "s3cret"), server.url.replace("/0", "/99")):
            with pytest.raises(FenzuError) as refused:
                by_redis.engine(config(wrong))
            problem, = refused.value.problems
            assert problem.code == "redis_refused" and f"127.0.0.1:{server.port}" in say(problem, "en")
            assert "hush" not in say(problem, "en") and "s3cret" not in say(problem, "en")
        assert by_redis.engine(config(server.url)).odd is None


@REDIS
@pytest.mark.usefixtures("rarely")
def test_one_process_wakes_another(database: Database, server: Server) -> None:
    """And each kind its own lane."""
    seen: list[tuple[str, int]] = []
    here, there = (by(by_redis.engine(config(server.url)), seen, database, threads=most) for most in (0, 1))
    there.start()
    until(lambda: len(server.client.client_list()) >= 4)  # both lanes listen
    here.start()
    try:
        numbers = [put(database), put(database, "send")]
        here.wake()
        until(lambda: len(seen) == 2)
        assert sorted(number for _, number in seen) == numbers and len({name for name, _ in seen}) == 2
    finally:
        here.stop(0)
        there.stop()


@REDIS
def test_an_installation_wakes_itself_alone(server: Server) -> None:
    mine, other = by_redis.engine(config(server.url)), by_redis.engine(config(server.url, "another key"))
    assert isinstance(mine, ByRedis) and isinstance(other, ByRedis)
    mine._tell(lambda: [("", 7, "now")])
    assert other.wait("") is None and mine.wait("") == 7 and mine.wait("") is None


@REDIS
def test_a_job_is_told_once_for_each_time_it_is_due(server: Server) -> None:
    engine = by_redis.engine(config(server.url))
    assert isinstance(engine, ByRedis)
    for due in ([("", 1, "a")], [("", 1, "a"), ("", 2, "a")], [("", 2, "a")], [("", 1, "b"), ("", 2, "a")]):
        engine._tell(lambda due=due: due)
    key, = server.client.keys("*")
    assert [*reversed(server.client.lrange(key, 0, -1))] == [b"1", b"2", b"1"]  # numbers, and nothing else


class Bomb:
    """What a pickle can do to whoever reads it."""

    def __reduce__(self) -> Any:
        return exec, ("raise SystemExit('it went off')",)


@REDIS
@pytest.mark.parametrize("data", [b"", b"x", b"1.5", b"[1]", pickle.dumps(Bomb()), b"\xff" * 9])
def test_what_others_put_there_does_nothing(sqlite_database: Database, server: Server, data: bytes) -> None:
    seen: list[tuple[str, int]] = []
    engine = by_redis.engine(config(server.url))
    assert isinstance(engine, ByRedis)
    engine._tell(lambda: [("", 0, "now")])
    key, = server.client.keys("*")
    server.client.rpush(key, data)  # before the number of a job that is not there
    assert engine.wait("") is None and engine.odd is None
    runner = by(engine, seen, sqlite_database)
    runner.start()
    try:
        number = put(sqlite_database)
        until(lambda: [one for _, one in seen] == [number])
    finally:
        runner.stop()


@REDIS
def test_while_redis_is_away_the_database_tells_and_afterwards_redis_again(database: Database, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(by_redis, "AGAIN", 0.5)
    seen: list[tuple[str, int]] = []
    runner = by(by_redis.engine(config(server.url)), seen, database)
    runner.start()
    try:
        server.kill()
        for _ in range(3):
            number, began = put(database), time.monotonic()
            runner.wake()
            assert time.monotonic() - began < 0.5  # whoever saves waits for nobody
            until(lambda number=number: seen and seen[-1][1] == number)
        assert runner.waking.odd is not None and "127.0.0.1" in say(runner.waking.odd, "zh")
        server.start()
        until(lambda: runner.waking.odd is None)
        monkeypatch.setattr(by_redis, "POLL", 60)
        number = put(database)
        runner.wake()
        until(lambda: seen[-1][1] == number)
    finally:
        runner.stop()
    assert len(seen) == 4 and [record.message.split(" (")[0] for record in caplog.records if record.name == "fenzu.jobs"] == [
        f"Redis at 127.0.0.1:{server.port} is away", f"Redis at 127.0.0.1:{server.port} is back and wakes again"]


def test_a_redis_that_is_not_there_at_the_start_is_said_and_waited_for(database: Database) -> None:
    seen: list[tuple[str, int]] = []
    engine = by_redis.engine(config("redis://:s3cret@127.0.0.1:1/0"))
    assert engine.odd is not None and "127.0.0.1:1" in say(engine.odd, "en") and "s3cret" not in say(engine.odd, "zh")
    runner = by(engine, seen, database)
    runner.start()
    try:
        number = put(database)
        until(lambda: [one for _, one in seen] == [number])
    finally:
        runner.stop()
