"""The threads that do jobs: woken when one is put, looking by themselves once a second."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from runtime import clock
from runtime.errors import Busy, FenzuError, Problem
from runtime.jobs import queue, schedule
from runtime.jobs.job import REST, Cancelled, Job, Lost, Stopping
from runtime.jobs.kinds import Kinds
from runtime.jobs.schedule import NONE, Schedules
from runtime.jobs.waking import GENERAL, POLL, Threads, Waking
from runtime.storage.db import Database

LOG = logging.getLogger("fenzu.jobs")
BEAT = 10.0
SWEEP = 5.0
JUMP = 60.0  # seconds; what a clock is put right by all the time is less
NOTHING: Mapping[str, int] = MappingProxyType({})


class Runner:
    """Does the jobs of `kinds` for one database; any number of runners in any number of processes share the rows."""

    def __init__(
        self, database: Database, kinds: Kinds, threads: int = 1, schedules: Schedules = NONE, rest: float = REST,
        apart: Mapping[str, int] = NOTHING, waking: Waking | None = None,
    ) -> None:
        """`apart` says which kinds wait for other machines, and how many threads of their own they get; `waking` how idle threads hear."""
        self.database, self.kinds, self.schedules, self.waking = database, kinds, schedules, waking or Threads()
        self._lanes = {GENERAL: [kind for kind in kinds if kind not in apart], **{kind: [kind] for kind in apart}}
        self._most = {GENERAL: threads, **apart}
        self._rest, self._stopping = rest, threading.Event()
        self._running: dict[int, Job] = {}
        self._pool: list[threading.Thread] = []
        self._swept = 0.0

    def start(self) -> None:
        """Begin: what a killed process left is taken back first, then the threads look for work."""
        self._stopping.clear()
        self._tend(self._ensure)
        self._tend(self.sweep)
        self.waking.start(self._due)
        lanes = [lane for lane, most in self._most.items() for _ in range(most)]
        self._pool = [threading.Thread(target=self._work, args=(lane,), name=f"fenzu-job-{number}", daemon=True)
                      for number, lane in enumerate(lanes)]
        self._pool.append(threading.Thread(target=self._watch, name="fenzu-job-beat", daemon=True))
        for thread in self._pool:
            thread.start()

    def stop(self, wait: float = 5.0) -> None:
        """End soon: running jobs go back to the queue at their next pause, with their checkpoint."""
        self._stopping.set()
        self.waking.stop()
        until = time.monotonic() + wait
        for thread in self._pool:
            thread.join(max(0.0, until - time.monotonic()))
        self._pool = []

    def wake(self) -> None:
        """There is something to do; called after the transaction that put it has been kept."""
        self.waking.wake()

    def drain(self) -> int:
        """Do everything that is due in this thread; how many runs that took. For tests and for work at set-up."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_one(self, kinds: Collection[str] | None = None, first: int | None = None) -> bool:
        """Claim one due job, of these kinds or any, and run it in this thread; False when nothing was due."""
        at, kinds = clock.now(), self.kinds.keys() if kinds is None else kinds
        with self.database.read() as conn:
            if not queue.is_due(conn, kinds, at):
                return False
        with self.database.write() as conn:
            row = queue.claim(conn, kinds, at, first)
        if row is None:
            return False
        job = Job(self.database, row, self._stopping, self._rest)
        self._running[row.id] = job
        try:
            self._run(job)
        finally:
            del self._running[row.id]
        return True

    def _run(self, job: Job) -> None:
        """The function's outcome becomes the row's; whatever it raises stays in here."""
        try:
            value = self.kinds[job.row.kind](job)
            self._end(job, value, "cancelled" if job.told else "done")
        except Stopping:
            self._give_back(job)
        except Cancelled:
            self._end(job, job.state, "cancelled")
        except Lost:
            LOG.warning("job %s (%s) was taken over by another process", job.id, job.row.kind)
        except FenzuError as error:
            self._fail(job, error.problems, again=isinstance(error, Busy))
        except Exception:
            LOG.exception("job %s (%s) stumbled in attempt %s", job.id, job.row.kind, job.attempts)
            self._fail(job, (Problem("", "job_failed"),), again=True)

    def _end(self, job: Job, value: dict[str, Any] | None, state: str) -> None:
        with self.database.write() as conn:
            row = job.settle(conn)
            if schedule.comes_back(row, self.schedules):
                schedule.again(conn, row, self.schedules, clock.now())
            else:
                queue.finish(conn, row, value, state)

    def _fail(self, job: Job, problems: Sequence[Problem], again: bool) -> None:
        with self.database.write() as conn:
            row = job.settle(conn)
            if schedule.comes_back(row, self.schedules) and (not again or row.attempts >= queue.ATTEMPTS):
                schedule.again(conn, row, self.schedules, clock.now())
            else:
                queue.fail(conn, row, problems, again, clock.now())

    def _give_back(self, job: Job) -> None:
        with self.database.write() as conn:
            row = job.settle(conn)
            queue.release(conn, row, clock.now(), attempts=max(0, row.attempts - 1))

    def sweep(self) -> None:
        """Take back what the dead hold."""
        self._swept = time.monotonic()
        at = clock.now()
        with self.database.read() as conn:
            if not queue.needs_sweep(conn, at):
                return
        with self.database.write() as conn:
            freed = queue.sweep(conn, at)
        if freed:
            LOG.warning("took back %s job(s) whose process had ended", freed)
            self.wake()

    def _ensure(self) -> None:
        if self.schedules:
            with self.database.write() as conn:
                schedule.ensure(conn, self.schedules)

    def _due(self) -> list[tuple[str, int, str]]:
        with self.database.read() as conn:
            found = queue.due(conn, self.kinds.keys(), clock.now())
        return [(kind if kind in self._lanes else GENERAL, number, at) for number, kind, at in found]

    def _work(self, lane: str) -> None:
        kinds, first = self._lanes[lane], None
        while not self._stopping.is_set():
            self.waking.clear()
            done = self._tend(lambda first=first: self.run_one(kinds, first))  # type: ignore[misc]
            first = None if done else self.waking.wait(lane)

    def _watch(self) -> None:
        """Heartbeats once a second, apart from the workers: a long statement must not cost the lease."""
        ahead = _ahead()
        while not self._stopping.wait(POLL):
            before, ahead = ahead, _ahead()
            if ahead < before - JUMP:
                LOG.warning("the clock was put back by %.0f seconds; what comes back by it is set anew", before - ahead)
                self._tend(self._ensure)
            for job in list(self._running.values()):
                self._tend(job.look)
                self._tend(lambda job=job: job.beat(BEAT))  # type: ignore[misc]
            if time.monotonic() - self._swept > SWEEP:
                self._tend(self.sweep)

    def _tend(self, act: Callable[[], bool | None]) -> bool:
        """A database that is away for a moment ends no thread."""
        try:
            return bool(act())
        except SQLAlchemyError:
            if not self._stopping.is_set():
                LOG.exception("the job runner could not reach the database; it tries again")
            return False
        except Exception:
            LOG.exception("the job runner stumbled; it goes on")
            return False


def _ahead() -> float:
    """How far the clock is ahead of the one that nobody sets."""
    return clock.now().timestamp() - time.monotonic()
