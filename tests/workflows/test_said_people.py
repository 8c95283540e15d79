"""The log of a run says whom a step told, gave a task or asked, by name, and with which words; a test run says it before."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.messages import say
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import trial
from tests.flows import flow, step
from tests.workflows.approving import House


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


def published(house: House) -> dict[str, Any]:
    who = [{"person": house.who[name].id} for name in ("an", "bo", "cai", "di")]
    told = flow("told", {"type": "created"},
                step("n", "notify", who=who[:1], text={"zh": "来了 {name}", "en": "Here is {name}"}),
                step("t", "todo", who=who[:2], title={"zh": "打给 {name}", "en": "Call {name}"}),
                step("a", "approve", who=who, title={"zh": "行吗", "en": "May we"}))  # fmt: skip
    house.crm.publish(told)
    return told[1]


def logged(house: House, lang: str) -> list[str]:
    line = tables.run_line
    with house.crm.database.read() as conn:
        rows = conn.execute(sa.select(line.c.code, line.c.params).where(line.c.code.in_(("told", "todo_for", "asked_whom"))).order_by(line.c.id)).all()
    return [say(Problem("", f"run_{row.code}", json.loads(row.params or "{}")), lang) for row in rows]


def test_the_log_names_people_and_words(house: House) -> None:
    published(house)
    house.crm.add("customer", name="沐阳")
    house.flows.work()
    assert logged(house, "zh") == ["通知了An：来了 沐阳", "安排给An、Bo：打给 沐阳", "请An、Bo、Cai等 4 人处理"]
    assert logged(house, "en") == ["Told An: Here is 沐阳", "A task for An, Bo: Call 沐阳", "Asked An, Bo, Cai and 1 more"]


def test_a_test_run_says_the_same_and_tells_nobody(house: House) -> None:
    body = published(house)
    record = house.crm.add("customer", name="沐阳")
    found = trial.attempt(house.crm.database, house.crm.live, house.crm.key, house.crm.boss, Workflow(body), record, {}, house.crm.as_of)
    said = [say(problem, "en") for line in found.path for problem in line.says]
    assert said == ["Told An: Here is 沐阳", "A task for An, Bo: Call 沐阳", "Would ask An, Bo, Cai and 1 more"]
    with house.crm.database.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.task)).scalar() == 0
