"""Law of many: three processes that share one database do each step once, and nothing is left when the last of them rests."""

from __future__ import annotations

import sys

import pytest

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.storage.db import Database
from runtime.workflows import failing
from tests.workflows.drawn import HOURS, begun
from tests.workflows.nursery import FORKS, Nursery, look, settle, wait
from tests.workflows.oracle import END
from tests.workflows.told import compare

PROCESSES = 3


@FORKS
def test_three_processes_do_each_step_once(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    told = begun(database, boss, 12, records=30)
    monkeypatch.setattr(clock, "now", lambda: told.crm.as_of.at)
    monkeypatch.setattr(failing, "ENOUGH", sys.maxsize)  # stories fail often and on purpose
    began: dict[int, int] = {}
    with Nursery() as nursery:
        for hour in range(END):
            told.happen(hour)
            if not hour:
                look(told)
                nursery.worker(told, here=True)
            elif hour < HOURS:
                look(told, PROCESSES)
                for worker in [nursery.worker(told) for _ in range(PROCESSES)]:
                    wait(worker)
            settle(told)
            began |= {run.id: hour for run in told.flows.runs() if run.id not in began} if hour < HOURS else {}
            told.crm.later(hours=1)
    compare(told, END - 1, began)
