"""Every workflow of every ready-made app, from what sets it off to its end, in an app as it was just installed; on each database.

A case says what happens, as in the catalogue of workflows, and then who has which task or hears what. `boss` installed the app and is
its only administrator; the other people are members. "@name" is a record, `"^name"` a person.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builder.gallery import catalogue, install
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.groups.clockwork import catch_up
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from tests.crm import NOW, Crm
from tests.flows import Flows
from tests.workflows.test_catalogue import Played

FILES = sorted((Path(__file__).parent / "ready_made_flows").glob("*.json"))
CASES = [(file.stem, case) for file in FILES for case in json.loads(file.read_text(encoding="utf-8"))]
Case = dict[str, Any]


class Installed(Played):
    """A ready-made app without samples, just installed, and what happens in it."""

    def values(self, given: Case) -> Case:
        by_name = {key: self.people[value[1:]].id if isinstance(value, str) and value.startswith("^") else value for key, value in given.items()}
        return super().values(by_name)

    def do_later(self, **span: float) -> None:
        """The clock moves: who moves between groups because time has passed does, and then workflows are asked."""
        self.crm.later(**span)
        for form in {form for form, _ in self.ids.values()}:
            with self.crm.act(cause="clock") as act:
                catch_up(act, form, [number for kind, number in self.ids.values() if kind == form], None)
        self.strike()


def opened(database: Database, boss: Actor, app: str) -> Installed:
    live = Live()
    with database.write() as conn:
        made = install.define(conn, catalogue.read(app), boss)
        install.finish(conn, made.id, {})
        at = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
        conn.execute(sa.update(tables.definition_version).values(at=at))
    played = Installed(Flows(Crm(database, live, boss, made.key, AsOf(NOW, ZoneInfo("Asia/Shanghai")))))
    played.people["boss"] = boss
    played.strike()
    return played


@pytest.mark.parametrize(("app", "case"), CASES, ids=[f"{app}-{case['about']}" for app, case in CASES])
def test_it_goes_from_its_beginning_to_its_end(database: Database, boss: Actor, app: str, case: Case) -> None:
    played = opened(database, boss, app)
    played.invite(case.get("people", []))
    for what in case["happens"]:
        played.act(what)
        played.flows.work()
    names = {person.id: name for name, person in played.people.items()}
    t, n = tables.task, tables.notice
    tasks = [[names[person], json.loads(title)["zh"], state] for person, title, state in played.flows.all(t, "person", "title", "state")]
    told = sorted([[names[person], json.loads(params)["text"]["zh"]] for person, code, params in played.flows.all(n, "person", "code", "params") if code == "workflow_says"])
    states = Counter(run.state for run in played.flows.runs(case["workflow"]))
    assert (tasks, told, dict(states)) == (case.get("tasks", []), sorted(case.get("told", [])), case["runs"])
    for name, values in case.get("records", {}).items():
        assert {key: played.flows.value(*played.ids[name], key) for key in values} == played.values(values)
    assert played.flows.all(tables.outgoing, "id") == []


@pytest.mark.parametrize("app", [file.stem for file in FILES])
def test_each_workflow_has_a_case(app: str) -> None:
    assert {case["workflow"] for name, case in CASES if name == app} == {body["key"] for body in catalogue.read(app).parts["workflow"]}


def test_each_app_has_its_cases() -> None:
    assert {file.stem for file in FILES} == {template.key for template in catalogue.all_templates()}
