"""The clock moves people whose rules time has turned, once, and also after a night the server slept through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runtime import clock
from runtime.accounts import settings
from runtime.accounts.actor import Actor
from runtime.groups import clockwork, pins, work
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.laws.test_membership import stored


def run_clock(crm: Crm) -> int:
    """One run of the clock's job; gives how many it moved."""
    with crm.database.write() as conn:
        number = queue.put(conn, "clock", {})
    Runner(crm.database, work.kinds(crm.live), rest=0).drain()
    with crm.database.read() as conn:
        row = queue.get(conn, number)
    assert row.state == "done", row.problems
    return int(row.value["moved"])


def test_time_alone_moves_people(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    crm = made(database, boss)
    crm.as_of = type(crm.as_of)(clock.now(), crm.as_of.zone)
    today = crm.as_of.today
    new = crm.add("customer", name="new", since=(today - timedelta(days=29)).isoformat())
    pinned = crm.add("customer", name="pinned")
    with crm.act() as act:
        pins.put(act, "customer", [pinned], "level/high", "in", "for a day", clock.text(crm.as_of.at + timedelta(hours=20)))
    assert new in stored(crm)["need"]["fresh"] and pinned in stored(crm)["level"]["high"]
    assert run_clock(crm) == 0
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert run_clock(crm) == 2
    assert new not in stored(crm)["need"]["fresh"] and pinned in stored(crm)["level"]["low"]
    assert run_clock(crm) == 0
    with database.read() as conn:
        assert settings.get(conn, clockwork.TURNED) == f"{clock.text(later)} Asia/Shanghai"
