"""SQLite's log is brought into the file beside the writers, so that nobody's save waits for it."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from runtime.storage.db import Database

# How often it is looked whether anything was written: many writes are moved at once, a few after some more looks.
EVERY_SECONDS, MANY, LOOKS = 0.25, 4, 8
# From so many pages on (40 MB) the log is to begin anew, which takes a moment without writers.
LONG = 10_000
# Left to itself SQLite does all this inside a commit; it still does when the log is as long as this (120 MB).
SAFE = 30_000


class Checkpoints:
    """A thread that moves committed pages into the database file.

    A passive checkpoint holds up no reader and no writer (https://www.sqlite.org/c3ref/wal_checkpoint_v2.html). Beside
    an import it never comes to an end by itself, so what little is left at last is moved between two writers.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        event.listen(self.database.writer, "connect", _leave_the_log)
        self.database.writer.dispose()  # connections made from now on leave the log alone
        self._thread = threading.Thread(target=self._run, name="fenzu-checkpoints", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        conn = sqlite3.connect(str(self.database.writer.url.database), isolation_level=None)
        seen, looks = self.database.turns, 0
        while not self._over.wait(EVERY_SECONDS):
            looks += 1
            written = self.database.turns - seen
            if written >= MANY or (written and looks >= LOOKS):
                seen, looks = seen + written, 0
                self._move(conn)
        conn.close()

    def _move(self, conn: sqlite3.Connection) -> None:
        try:
            if _checkpoint(conn) >= LONG:
                _checkpoint(conn)  # what was written meanwhile, so that little is left for the moment
                with self.database.turn():
                    _checkpoint(conn)
        except sqlite3.OperationalError:  # busy, or the disk is full: the log keeps everything until the next time
            return


def _checkpoint(conn: sqlite3.Connection) -> int:
    """Move what can be moved; how many pages the log has."""
    _busy, pages, _moved = conn.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return int(pages)


def _leave_the_log(connection: Any, _record: Any) -> None:
    connection.execute(f"PRAGMA wal_autocheckpoint={SAFE}")
