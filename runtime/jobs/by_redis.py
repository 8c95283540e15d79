"""huey on Redis as the waking engine of many processes: a job's number goes through Redis to one thread that is idle, wherever it is.

Only numbers travel, and they are read as numbers: whoever reaches Redis can make nobody run anything. What is lost there
is found by the look at the database; while Redis is away that look is all there is.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from runtime.config import Config
from runtime.errors import FenzuError, Problem
from runtime.jobs.waking import GENERAL, POLL, Look, Threads, Waking

LOG = logging.getLogger("fenzu.jobs")
AGAIN = 5.0  # seconds after which a Redis that was away is tried again
CONNECT, ANSWER = 2, 5  # seconds that a connection and an answer may take
# A queue of huey, and what puts a number into it.
Lane = tuple[Any, Callable[[int], None]]


def engine(config: Config) -> Waking:
    """The waking engine that this installation asks for; raises FenzuError where it is set wrong."""
    if not config.redis:
        return Threads()
    try:
        return ByRedis(config.redis, hashlib.sha256(f"fenzu jobs {config.secret}".encode()).hexdigest()[:16])
    except ImportError:
        raise FenzuError(Problem("redis", "redis_missing")) from None
    except (ValueError, TypeError):  # an address may hold a password: no word of it
        raise FenzuError(Problem("redis", "redis_address")) from None


class ByRedis:
    """One installation's lanes on a Redis server; `name` tells installations apart that share it."""

    def __init__(self, url: str, name: str) -> None:
        self._pool, self._name = _pool(url), name
        self.where = _where(self._pool.connection_kwargs)
        self.odd: Problem | None = None
        self._lanes: dict[str, Lane] = {}
        self._guard, self._stopping = threading.Lock(), threading.Event()
        self._put, self._near = threading.Event(), threading.Event()
        self._told: set[tuple[str, int, str]] = set()
        self._away_until = 0.0
        self._greet()

    def _greet(self) -> None:
        """Raises where Redis is there and will not have us; one that is not there yet may come."""
        from redis import AuthenticationError, RedisError, ResponseError

        try:
            self._lane(GENERAL)[0].pending_count()
        except (AuthenticationError, ResponseError):
            raise FenzuError(Problem("redis", "redis_refused", {"where": self.where})) from None
        except RedisError as error:
            self._lost(error)

    def start(self, look: Look) -> None:
        self._stopping.clear()
        threading.Thread(target=self._tell_all, args=(look,), name="fenzu-job-tell", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._put.set()
        self._near.set()

    def wake(self) -> None:
        self._put.set()

    def clear(self) -> None:
        self._near.clear()

    def wait(self, lane: str) -> int | None:
        if self._away():
            self._near.wait(POLL)
            return None
        try:
            task = self._lane(lane)[0].dequeue()
        except ValueError:
            return None  # not one of ours
        except Exception as error:
            self._lost(error)
            return None
        self._back()
        return None if task is None else int(task.args[0])

    def _tell_all(self, look: Look) -> None:
        """Whoever saves a record waits for no Redis: this thread tells what was put, each job once for each time it is due."""
        while not self._stopping.is_set():
            self._put.wait()
            self._put.clear()
            if not self._stopping.is_set():
                self._tell(look)

    def _tell(self, look: Look) -> None:
        """To Redis; while it is away, to the threads of this process alone."""
        try:
            due = set(look())
            for lane, number, _ in () if self._away() else sorted(due - self._told, key=lambda one: one[1]):
                self._lane(lane)[1](number)
                self._back()
            self._told = due
        except Exception as error:
            self._lost(error)
        if self._away():
            self._told = set()
            self._near.set()

    def _lane(self, name: str) -> Lane:
        with self._guard:
            if name not in self._lanes:
                self._lanes[name] = _huey(f"fenzu_{self._name}_{name}", self._pool)
            return self._lanes[name]

    def _away(self) -> bool:
        return time.monotonic() < self._away_until

    def _lost(self, error: Exception) -> None:
        if self.odd is None:
            LOG.warning("Redis at %s is away (%s): until it is back, jobs are found by looking into the database", self.where, type(error).__name__)
        self.odd = Problem("redis", "redis_away", {"where": self.where})
        self._away_until = time.monotonic() + AGAIN

    def _back(self) -> None:
        if self.odd is not None:
            LOG.warning("Redis at %s is back and wakes again", self.where)
            self.odd = None


def job(number: int) -> int:
    """What a message says: look at this job. Whoever gets it does it in its own way."""
    return number


def _huey(name: str, pool: Any) -> Lane:
    from huey import RedisHuey
    from huey.registry import Message
    from huey.serializer import Serializer

    class Numbers(Serializer):  # type: ignore[misc]
        """A job's number in plain digits, in place of a pickle, which could be made to run anything."""

        def serialize(self, message: Any) -> bytes:
            return str(message.args[0]).encode()

        def deserialize(self, data: bytes) -> Any:
            return Message(None, f"{job.__module__}.{job.__name__}", args=(int(data),), kwargs={})

    huey = RedisHuey(name, results=False, serializer=Numbers(), connection_pool=pool, read_timeout=POLL)
    return huey, huey.task()(job)


def _pool(url: str) -> Any:
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return ConnectionPool.from_url(url, socket_connect_timeout=CONNECT, socket_timeout=POLL + ANSWER, retry=Retry(NoBackoff(), 1))


def _where(given: Any) -> str:
    """Where Redis is, without the password."""
    return str(given.get("path") or f"{given.get('host', 'localhost')}:{given.get('port', 6379)}")
