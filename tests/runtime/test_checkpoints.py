"""SQLite's log goes into the file beside the writers: everything arrives, and the log stays short."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.storage import checkpoints
from runtime.storage.checkpoints import Checkpoints
from runtime.storage.db import Database, open_database

PATIENCE_SECONDS = 30


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'one.db'}")
    with opened.write() as conn:
        conn.exec_driver_sql("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)")
    yield opened
    opened.close()


@pytest.fixture
def tended(database: Database) -> Iterator[Database]:
    thread = Checkpoints(database)
    thread.start()
    yield database
    thread.stop()


def write(database: Database, times: int) -> None:
    for _ in range(times):
        with database.write() as conn:
            conn.exec_driver_sql("INSERT INTO note (text) VALUES (?)", ("a" * 4000,))


def soon(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def test_what_was_written_reaches_the_file_by_itself(tended: Database, tmp_path: Path) -> None:
    """The file alone, without its log, has every row a little later."""
    write(tended, 20)

    def arrived() -> bool:
        alone = shutil.copy(tmp_path / "one.db", tmp_path / "alone.db")
        with sqlite3.connect(alone) as conn:
            return bool(conn.execute("SELECT count(*) FROM note").fetchone() == (20,))

    assert soon(arrived)


def test_the_log_begins_anew_while_writing_goes_on(
    tended: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "LONG", 200)
    log, written = tmp_path / "one.db-wal", 0

    def shorter_than_what_was_written() -> bool:
        nonlocal written
        write(tended, 50)
        written += 50
        return log.stat().st_size < written * 4096

    assert soon(shorter_than_what_was_written)
    with tended.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM note").scalar() == written


def test_no_commit_moves_pages_any_more(tended: Database) -> None:
    """A person's save never pays for the log: only at a length that is never reached would a commit move it."""
    with tended.write() as conn:
        assert conn.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar() == checkpoints.SAFE


def test_it_ends_with_the_program(database: Database) -> None:
    thread = Checkpoints(database)
    thread.start()
    write(database, 5)
    thread.stop()
    assert thread._thread is not None and not thread._thread.is_alive()
