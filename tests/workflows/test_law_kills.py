"""Law of kill -9: workers that die at any moment lose no step and double none; afterwards everything is as the oracle says."""

from __future__ import annotations

import os
import random
import sys
import time

import pytest

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import engine, failing
from tests.workflows.drawn import HOURS, Told, begun
from tests.workflows.nursery import FORKS, Nursery, killed, left, look, settle
from tests.workflows.oracle import END
from tests.workflows.told import compare

PATIENCE = 3.0  # seconds
KILLS = int(os.environ.get("FENZU_FLOW_KILLS", "100"))  # on each of the two databases


def told_so_far(told: Told) -> int:
    """How many lines the logs have."""
    return len(told.flows.all(tables.run_line, "id"))


def wait(told: Told, before: int, dice: random.Random) -> None:
    """Any moment: sometimes a while after the worker began, mostly soon after some of what it does is kept, however fast the machine is."""
    if dice.random() < 0.25:
        time.sleep(dice.uniform(0.005, 0.08 if told.crm.database.embedded else 0.16))
        return
    until, more = time.monotonic() + PATIENCE, dice.randrange(1, 4)
    while told_so_far(told) < before + more and left(told) and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(dice.uniform(0.0, 0.01))


@FORKS
def test_killed_at_any_moment_each_step_is_done_once(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    told, dice, kills, midway = begun(database, boss, 11, records=70), random.Random(5), 0, 0
    monkeypatch.setattr(clock, "now", lambda: told.crm.as_of.at)
    monkeypatch.setattr(failing, "ENOUGH", sys.maxsize)  # stories fail often and on purpose
    began: dict[int, int] = {}
    with Nursery() as nursery:
        for hour in range(END):
            told.happen(hour)
            if not hour:
                look(told)
                nursery.worker(told, here=True)
            wanted = KILLS * (hour + 1) // HOURS if hour < HOURS else KILLS
            while kills < wanted and left(told):
                look(told)
                before, worker = told_so_far(told), nursery.worker(told, together=dice.choice((1, 2, engine.TOGETHER)))
                wait(told, before, dice)
                kills += killed(worker)
                midway += told_so_far(told) > before and left(told)
            settle(told)
            began |= {run.id: hour for run in told.flows.runs() if run.id not in began} if hour < HOURS else {}
            told.crm.later(hours=1)
    compare(told, END - 1, began)
    print(f"{kills} workers killed, {midway} of them in the middle of their work")
    assert kills >= KILLS and midway, f"{kills} killed, {midway} in the middle"
