"""Long reading that a person no longer waits for is stopped inside the database, not only forgotten."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

STEPS = 200_000  # SQLite asks so often, in steps of its machine, whether it should go on: every few milliseconds


class Stopped(Exception):
    """Somebody asked the same again meanwhile, so this answer is not wanted any more."""


class Latest:
    """Of what is asked under one key only the newest goes on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Hashable, _Run] = {}

    @contextmanager
    def only(self, key: Hashable, conn: Connection) -> Iterator[None]:
        """Read through a connection until somebody else begins under this key; raises Stopped then."""
        run = _watched(conn)
        with self._lock:
            older, self._running[key] = self._running.get(key), run
        if older is not None:
            older.stop()
        try:
            yield
        except DBAPIError:
            if run.stopped:
                raise Stopped from None
            raise
        finally:
            run.end()
            with self._lock:
                if self._running.get(key) is run:
                    del self._running[key]


class _Run:
    """One reading that can be stopped from another thread, on PostgreSQL: the server is told."""

    def __init__(self, raw: Any) -> None:
        self.raw, self.stopped, self._over = raw, False, False
        self._lock = threading.Lock()

    def stop(self) -> None:
        """End whatever statement runs; nothing once the reading is over."""
        with self._lock:
            if not self._over:
                self.stopped = True
                self._cancel()

    def end(self) -> None:
        """From now on the connection is somebody else's."""
        with self._lock:
            self._over = True

    def _cancel(self) -> None:
        self.raw.cancel()


class _Asking(_Run):
    """The same on SQLite, which asks by itself now and then; so it is stopped between two statements as well."""

    def __init__(self, raw: Any) -> None:
        super().__init__(raw)
        raw.set_progress_handler(lambda: int(self.stopped), STEPS)

    def end(self) -> None:
        super().end()
        self.raw.set_progress_handler(None, STEPS)

    def _cancel(self) -> None:
        """What is set is seen by the next question."""


def _watched(conn: Connection) -> _Run:
    raw = conn.connection.dbapi_connection
    return _Asking(raw) if conn.dialect.name == "sqlite" else _Run(raw)
