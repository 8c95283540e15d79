"""Law of the engine: whatever is drawn, every run takes just the steps that plain Python says, each once, and ends, waits or says why."""

from __future__ import annotations

import os

import pytest

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.workflows.drawn import HOURS, begun
from tests.workflows.oracle import END
from tests.workflows.told import compare

SEEDS = range(int(os.environ.get("FENZU_FLOW_SEEDS", "6")))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_run_takes_just_its_steps(database: Database, boss: Actor, seed: int) -> None:
    told = begun(database, boss, seed)
    began: dict[int, int] = {}
    for hour in range(END):
        told.happen(hour)
        told.flows.work()
        began |= {run.id: hour for run in told.flows.runs() if run.id not in began} if hour < HOURS else {}
        if hour < HOURS or hour == END - 1:
            compare(told, hour, began)
        told.crm.later(hours=1)
    assert told.flows.all(tables.event, "id") == [] and not [place for place in told.flows.places() if place[2] == "waiting"]
