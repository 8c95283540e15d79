"""The catalogue: one file for each case, with workflows, what happens in order, and what must come of it; each on every database.

What happens: `add` (a record under a name; "@name" in a value is that record), `add_many` (so many customers of size 0, 1, 2 …),
`set`, `drop`, `restore`, `comment`, `later` (the clock, which then strikes), `publish` (new versions), `start` (by hand), `tick` (a task
off), `answer` (what a run asks of somebody), `receive` (another program's call), `retry` (all that failed), `off`. After each the engine
does what is due. `people` are members by name; "@name" in a workflow is one of them, and each but "nomail" has an address.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts import actor as actors
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.commands import comments
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import clock, inbox, receiving, steering, tasks, todos
from tests.crm import made, words
from tests.flows import Flows

CASES = sorted((Path(__file__).parent / "catalogue").glob("*.json"))
Case = dict[str, Any]


class Played:
    """A case while it is played: its records by the names the file gives them."""

    def __init__(self, flows: Flows) -> None:
        self.flows, self.crm = flows, flows.crm
        self.ids: dict[str, tuple[str, int]] = {}
        self.people: dict[str, Actor] = {}

    def invite(self, names: list[str]) -> None:
        with self.crm.database.write() as conn:
            for name in names:
                number = people.insert(conn, name, name.title(), "member", "zh", None)
                if name != "nomail":
                    conn.execute(sa.update(tables.person).where(tables.person.c.id == number).values(email=f"{name}@hemu.cn"))
                found = actors.load(conn, number)
                assert found is not None
                self.people[name] = found

    def publish(self, bodies: list[Case]) -> None:
        self.crm.publish(*(("workflow", {"kind": "workflow", "format": 1, "label": words(body["key"]), **self.named(body)}) for body in bodies))
        if any(body["trigger"]["type"] in ("date", "schedule") for body in bodies):
            with self.crm.database.write() as conn:  # at the case's own moment
                conn.execute(sa.update(tables.definition_version).values(at=self.crm.as_of.at.strftime("%Y-%m-%dT%H:%M:%SZ")))
            self.strike()

    def strike(self) -> None:
        clock.strike(self.crm.database, self.crm.live, self.crm.as_of)

    def named(self, node: Any) -> Any:
        """A part of a workflow with the numbers of people for their names."""
        if isinstance(node, dict):
            return {key: self.people[part[1:]].id if key == "person" and isinstance(part, str) else self.named(part) for key, part in node.items()}
        return [self.named(part) for part in node] if isinstance(node, list) else node

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
        self.strike()

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

    def do_answer(self, who: str, how: str, opinion: str = "", values: Case | None = None) -> None:
        t, me = tables.task, self.people[who]
        with self.crm.act(me) as act:
            number = act.conn.execute(sa.select(sa.func.max(t.c.id)).where(t.c.person == me.id)).scalar_one()
            tasks.answer(act, number, how, opinion, values)

    def do_receive(self, workflow: str, given: Case, mark: str = "") -> None:
        with self.crm.act() as act:
            receiving.take(act, act.app.workflows[workflow], given, mark)

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
    played.invite(case.get("people", []))
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


def _asked(played: Played, _: Any) -> list[list[str]]:
    """Who was asked, and how it ended."""
    names = {one.id: name for name, one in played.people.items()}
    return [[names[person], state] for person, state in played.flows.all(tables.task, "person", "state")]


def _outgoing(played: Played, _: Any) -> list[list[str]]:
    """What is to be sent: its kind, to whom, and what a mail says."""
    return [[kind, target, json.loads(body).get("subject", "")] for kind, target, body in played.flows.all(tables.outgoing, "kind", "target", "body")]


def _dues(played: Played, expected: dict[str, list[str]]) -> dict[str, list[str]]:
    """The moments for which the clock began runs."""
    return {key: [run.detail["due"] for run in played.flows.runs(key)] for key in expected}


EXPECT = {"runs": _runs, "records": _records, "states": _states, "count": _count, "tasks": _tasks, "notices": _notices, "asked": _asked,
          "outgoing": _outgoing, "dues": _dues}


def test_there_are_enough() -> None:
    assert len(CASES) >= 40
