"""The catalogue: one file for each case, with workflows, what happens in order, and what must come of it; each on every database.

What happens: `add` (a record under a name; "@name" in a value is that record), `add_many` (so many customers of size 0, 1, 2 …),
`set`, `drop`, `restore`, `comment`, `later` (the clock), `publish` (new versions), `start` (by hand), `tick` (a task off), `retry` (all
that failed), `off`. After each the engine does what is due.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.commands import comments
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import inbox, steering, todos
from tests.crm import made, words
from tests.flows import Flows

CASES = sorted((Path(__file__).parent / "catalogue").glob("*.json"))
Case = dict[str, Any]


class Played:
    """A case while it is played: its records by the names the file gives them."""

    def __init__(self, flows: Flows) -> None:
        self.flows, self.crm = flows, flows.crm
        self.ids: dict[str, tuple[str, int]] = {}

    def publish(self, bodies: list[Case]) -> None:
        self.crm.publish(*(("workflow", {"kind": "workflow", "format": 1, "label": words(body["key"]), **body}) for body in bodies))

    def values(self, given: Case) -> Case:
        return {key: self.ids[value[1:]][1] if isinstance(value, str) and value.startswith("@") else value for key, value in given.items()}

    def act(self, what: Case) -> None:
        getattr(self, f"do_{what['do']}")(**{key: value for key, value in what.items() if key != "do"})

    def do_add(self, form: str, values: Case, **named: str) -> None:
        self.ids[named["as"]] = (form, self.crm.add(form, **self.values(values)))

    def do_add_many(self, form: str, rows: int) -> None:
        self.crm.add_many(form, [{"name": f"n{n}", "size": n} for n in range(rows)])

    def do_set(self, record: str, values: Case) -> None:
        self.crm.set(*self.ids[record], **self.values(values))

    def do_drop(self, records: list[str]) -> None:
        for name in records:
            self.crm.drop(*self.ids[name])

    def do_restore(self, records: list[str]) -> None:
        for name in records:
            self.crm.restore(*self.ids[name])

    def do_comment(self, record: str, text: str) -> None:
        with self.crm.act() as act:
            comments.write(act, *self.ids[record], text)

    def do_later(self, **span: float) -> None:
        self.crm.later(**span)

    def do_publish(self, flows: list[Case]) -> None:
        self.publish(flows)

    def do_start(self, workflow: str, records: list[str]) -> None:
        with self.crm.act() as act:
            item = act.app.workflows[workflow]
            inbox.begin(act, item, item.workflow.form, {self.ids[name][1]: {} for name in records}, by=act.by.by, depth=0)

    def do_tick(self, step: str) -> None:
        with self.crm.act() as act:
            for number in act.conn.execute(sa.select(tables.task.c.id).where(tables.task.c.step == step)).scalars().all():
                todos.done(act, number)

    def do_retry(self) -> None:
        with self.crm.act() as act:
            failed = {run.id: run.workflow_id for run in self.flows.runs() if run.state == "failed"}
            for run, workflow in failed.items():
                steering.retry(act, next(item for item in act.app.workflows.values() if item.id == workflow), run)

    def do_off(self, workflow: str) -> None:
        with self.crm.act() as act:
            steering.turn(act.conn, act.app, act.app.workflows[workflow], act.by, act.as_of, False)


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_case_goes_as_it_says(database: Database, boss: Actor, file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    played = Played(Flows(made(database, boss)))
    played.publish(case["flows"])
    for what in case["happens"]:
        played.act(what)
        played.flows.work()
    assert set(case["expect"]) <= set(EXPECT)
    for name, expected in case["expect"].items():
        assert EXPECT[name](played, expected) == expected, f"{file.stem}: {case['about']}"
    assert played.flows.all(tables.event, "id") == [] and played.flows.work() == 0


def _runs(played: Played, expected: list[Case]) -> list[Case]:
    """The runs in the order they began, of what is expected of each."""
    with played.crm.database.read() as conn:
        names = {item.id: key for key, item in played.crm.app(conn).workflows.items()}
    by_id = {(form, number): name for name, (form, number) in played.ids.items()}
    found = [{"workflow": names[run.workflow_id], "record": by_id.get((run.form, run.record or 0)), "state": run.state, "depth": run.depth,
              "lines": played.flows.lines(run), "why": run.why.code if run.why else ""} for run in played.flows.runs()]
    if len(found) != len(expected):
        return found
    return [{key: run[key] for key in one} for run, one in zip(found, expected, strict=True)]


def _records(played: Played, expected: dict[str, Case]) -> dict[str, Case]:
    return {name: {key: played.flows.value(*played.ids[name], key) for key in values} for name, values in expected.items()}


def _states(played: Played, expected: dict[str, Case]) -> dict[str, Case]:
    return {key: dict(Counter(run.state for run in played.flows.runs(key))) for key in expected}


def _count(played: Played, expected: Case) -> Case:
    with played.crm.database.read() as conn:
        return {form: len(played.crm.list(conn, None, form)) for form in expected}


def _tasks(played: Played, _: Any) -> list[list[str]]:
    return [list(row) for row in played.flows.all(tables.task, "step", "kind", "state")]


def _notices(played: Played, _: Any) -> list[str]:
    return [json.loads(params)["text"]["zh"] for code, params in played.flows.all(tables.notice, "code", "params") if code == "workflow_says"]


EXPECT = {"runs": _runs, "records": _records, "states": _states, "count": _count, "tasks": _tasks, "notices": _notices}


def test_there_are_enough() -> None:
    assert len(CASES) >= 40
