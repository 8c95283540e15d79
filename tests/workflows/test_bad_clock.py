"""The clock of the machine is put forward and back by a day: what workflows wait for and what comes back by itself happens once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.jobs import queue, runner
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import NOW, made, one
from tests.flows import Flows, flow, step
from tests.timed import ZONES, strike
from tests.timed import begun as timed

BIG = one({"field": "size", "operator": ">", "value": 50})
TIMED = [{"type": "date", "field": "born"}, {"type": "date", "field": "born", "offset": {"n": -1, "unit": "day"}, "at": "20:00"},
         {"type": "date", "field": "born", "offset": {"n": 1, "unit": "day"}}, {"type": "date", "field": "born", "yearly": True, "at": "09:00"},
         {"type": "date", "field": "visit", "offset": {"n": -2, "unit": "hour"}}, {"type": "schedule", "every": "day", "at": "10:30", "each": True},
         {"type": "schedule", "every": "week", "weekdays": [1, 2, 3], "at": "00:10", "each": True}, {"type": "schedule", "every": "month", "day": 24, "each": True},
         {"type": "schedule", "every": "once", "on": "2026-11-24T10:00", "each": True}]


def struck(database: Database, boss: Actor, trigger: dict[str, Any], hours: list[int]) -> Counter[tuple[int, str]]:
    """What a workflow begins, by record and moment, where its clock shows these hours one after the other."""
    f, ids = timed(database, boss, trigger, NOW, ZONES[0]), []
    for day in range(-1, 6):
        visit = datetime(2026, 11, 23, 3, 20, tzinfo=UTC) + timedelta(days=day)
        ids.append(f.crm.add("customer", name=f"n{day}", born=(date(2026, 11, 23) + timedelta(days=day)).isoformat(), visit=visit.strftime("%Y-%m-%dT%H:%M:%SZ")))
    for hour in hours:
        f.crm.as_of = AsOf(NOW + timedelta(hours=hour), f.crm.as_of.zone)
        strike(f)
        f.work()
    runs = f.runs("timed")
    assert all(run.state == "done" for run in runs)
    return Counter((ids.index(run.record or 0), run.detail["due"]) for run in runs)


@pytest.mark.parametrize("trigger", TIMED, ids=lambda node: "-".join(str(value) for value in node.values()))
def test_a_clock_put_forward_and_back_begins_each_once(database: Database, boss: Actor, trigger: dict[str, Any]) -> None:
    """A day ahead for an hour and back, on for two days, a day back, and on: as often as by a clock that nobody touched."""
    calm = struck(database, boss, trigger, list(range(2, 98, 5)))
    wild = struck(database, boss, trigger, [24, 25, *range(2, 60, 5), 35, 36, *range(37, 98, 5), 97])
    assert calm and wild == calm and set(wild.values()) == {1}


@pytest.mark.parametrize("node", [step("w", "wait", **{"for": {"n": 2, "unit": "day"}}), step("w", "wait", until="since"),
                                  step("w", "wait", when=BIG, most={"n": 2, "unit": "day"})], ids=["for", "until", "when"])  # fmt: skip
def test_waits_end_once_whatever_the_clock_does(database: Database, boss: Actor, node: dict[str, Any]) -> None:
    f = Flows(made(database, boss))
    f.crm.publish(flow("v", {"type": "created"}, node, step("s", "set_fields", set=[{"field": "name", "text": {"zh": "{name}x", "en": "{name}x"}}])))
    record = f.crm.add("customer", name="a", size=1, since="2026-11-24")
    for hour in (0, 24, 25, 1, 2, 26, 47):
        f.crm.as_of = AsOf(NOW + timedelta(hours=hour), f.crm.as_of.zone)
        f.work()
    assert f.runs()[0].state == ("done" if "until" in node else "open")  # that day begins 36 hours from now
    for hour in (48, 49, 24, 50, 72, 48, 80):
        f.crm.as_of = AsOf(NOW + timedelta(hours=hour), f.crm.as_of.zone)
        f.work()
    assert f.runs()[0].state == "done" and f.value("customer", record, "name") == "ax"


def test_what_comes_back_by_the_clock_does_not_sleep_a_day_when_it_is_put_back(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead, real, struck_at = [timedelta(0)], clock.now, []
    monkeypatch.setattr(clock, "now", lambda: real() + ahead[0])
    monkeypatch.setattr(runner, "POLL", 0.05)

    def waits() -> datetime:
        with database.read() as conn:
            row, = queue.open_jobs(conn, "often")
        return clock.moment(row.run_at)

    found = Runner(database, {"often": lambda job: struck_at.append(clock.now())}, schedules={"often": "hour"})
    found.start()
    try:
        ahead[0] = timedelta(days=1)
        found.wake()
        until(lambda: struck_at and waits() > clock.now())
        time.sleep(1)  # it is wrong for a while
        ahead[0] = timedelta(0)
        until(lambda: waits() <= clock.now() + timedelta(hours=1))
    finally:
        found.stop()
    assert len(struck_at) == 1
    with database.write() as conn:
        conn.execute(sa.update(tables.job).values(run_at="2999-01-01T00:00:00Z"))
    found.start()  # the clock was put right while the program was stopped
    found.stop()
    assert waits() <= clock.now() + timedelta(hours=1)


def until(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
