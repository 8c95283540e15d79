"""What a job function sees of its job: its params, where it stopped last time, and when to make way for people."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from runtime import clock
from runtime.jobs import queue
from runtime.storage.db import Database

REST = 0.02
# How much of a rest a job takes that has the database to itself.
BREATH = 0.1


class Cancelled(Exception):
    """A person stopped the job; raised by `pause`, and what the last transaction kept stays."""


class Stopping(Exception):
    """The program is ending; the job goes on from its last checkpoint next time."""


class Lost(Exception):
    """Another process has taken the job over: this transaction must not be kept."""


class Job:
    """One run of a job.

    `params`, `by`, `app_id` come from whoever asked; `state` is the last checkpoint ({} on the first run);
    `attempts` counts the runs since that checkpoint, this one included.
    """

    def __init__(self, database: Database, row: queue.Row, stopping: threading.Event, rest: float = REST) -> None:
        self.database, self.row = database, row
        self.id, self.params, self.by, self.app_id = row.id, row.params, row.by, row.app_id
        self.state: dict[str, Any] = dict(row.saved)
        self.attempts = row.attempts
        self.progress: dict[str, Any] = dict(row.progress)
        self.told = False
        self._stopping, self._rest = stopping, rest
        self._cancel, self._lost, self._dirty = row.cancel, False, False
        self._turns = database.turns
        self._kept_at = self._beat_at = time.monotonic()

    def checkpoint(self, conn: Connection, state: dict[str, Any]) -> None:
        """Keep the position in the same transaction as the chunk it belongs to: both are kept or neither.

        Raises Lost when the job is no longer ours, which undoes the chunk.
        """
        self._dirty = False
        flag = queue.update_held(
            conn, self.row,
            result=queue.dumps({"saved": state}), progress=queue.dumps(self.progress),
            lease=clock.text(clock.now() + queue.LEASE), attempts=1,
        )
        if flag is None:
            self._lost = True
            raise Lost
        self._cancel = flag
        self.state, self.attempts = state, 1
        self._kept_at = self._beat_at = time.monotonic()

    def report(self, done: int, total: int | None = None, **words: Any) -> None:
        """How far it is, for the person who waits; costs nothing, the next checkpoint or heartbeat stores it."""
        self.progress = {"done": done, "total": total, "words": words}
        self._dirty = True

    def cancelled(self) -> bool:
        """Whether a person wants it stopped; a function that sees this cleans up and returns."""
        self.told = self.told or self._cancel
        return self._cancel

    def acted(self) -> None:
        """A transaction that keeps no position has ended: the rest that `pause` sees to begins now."""
        self._kept_at = time.monotonic()

    def pause(self, rest: float = 0.0) -> None:
        """Call between chunks, outside any transaction: people's saves get their turn.

        Raises Cancelled, Stopping or Lost when the work should end here. Time since the last checkpoint counts as rest, but
        for the `rest` that work takes which nobody waits for.
        """
        left = self._due_rest() - (time.monotonic() - self._kept_at)
        if self._stopping.wait(max(left, rest, 0.0)):
            raise Stopping
        if self._lost:
            raise Lost
        if self._cancel:
            raise Cancelled

    def make_way(self, state: dict[str, Any]) -> None:
        """Keep the position, and let a job that waits go first: this one goes on from here after it."""
        with self.database.write() as conn:
            self.checkpoint(conn, state)
            others = queue.others_wait(conn, self.row, clock.now())
        if others:
            raise Stopping

    def _due_rest(self) -> float:
        """A real rest when somebody else was writing or waits to; a breath when the job is alone with the database.

        Only an embedded database knows; other processes of it are met by the breath and by waiting for the file.
        """
        turns, self._turns = self.database.turns - self._turns, self.database.turns
        alone = self.database.embedded and turns <= 1 and not self.database.waiting
        return self._rest * BREATH if alone else self._rest

    def beat(self, every: float) -> None:
        """Renew the lease and store what was reported; called by the runner's heartbeat."""
        quiet = time.monotonic() - self._beat_at
        if quiet < every and not self._dirty:
            return
        self._dirty = False
        values = {"lease": clock.text(clock.now() + queue.LEASE), "progress": queue.dumps(self.progress)}
        with self.database.write() as conn:
            flag = queue.update_held(conn, self.row, **values)
        self._beat_at = time.monotonic()
        self._lost, self._cancel = flag is None, bool(flag)

    def settle(self, conn: Connection) -> queue.Row:
        """Store what was last reported, and give the row as it now stands, for the runner to end or give back."""
        queue.update_held(conn, self.row, progress=queue.dumps(self.progress))
        return replace(self.row, attempts=self.attempts, saved=self.state)

    def look(self) -> None:
        """Learn whether a person cancelled it, without taking a lock."""
        with self.database.read() as conn:
            row = queue.get(conn, self.id)
        self._cancel = self._cancel or row.cancel
