"""What nobody waits for any more is stopped, on both databases."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from runtime.storage.db import Database
from runtime.storage.latest import Latest, Stopped

# Counts for minutes: every number up to a hundred million.
ENDLESS = sa.text(
    "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 1000000000) SELECT max(n) FROM up"
)


def test_a_newer_question_stops_the_older_one(database: Database) -> None:
    latest, ends, started = Latest(), [], threading.Event()

    def older() -> None:
        with database.read() as conn:
            try:
                with latest.only("count", conn):
                    started.set()
                    conn.execute(ENDLESS)
            except Stopped:
                ends.append("stopped")

    thread = threading.Thread(target=older)
    thread.start()
    assert started.wait(10)
    time.sleep(0.1)
    with database.read() as conn, latest.only("count", conn):
        assert conn.execute(sa.select(sa.literal(1))).scalar() == 1
    thread.join(20)
    assert ends == ["stopped"]
    with database.read() as conn:
        assert conn.execute(sa.select(sa.literal(2))).scalar() == 2


def test_other_keys_and_what_is_over_are_left_alone(database: Database) -> None:
    latest = Latest()
    with database.read() as one, database.read() as other:
        with latest.only("a", one), latest.only("b", other):
            assert one.execute(sa.select(sa.literal(1))).scalar() == 1
        with latest.only("a", other):
            assert one.execute(sa.select(sa.literal(1))).scalar() == 1
    assert not latest._running


def test_a_fault_of_ones_own_is_told_as_it_is(database: Database) -> None:
    with database.read() as conn, pytest.raises(sa.exc.DBAPIError), Latest().only("a", conn):
        conn.execute(sa.text("SELECT nothing FROM nowhere"))
