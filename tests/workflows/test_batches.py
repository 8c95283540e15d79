"""What happens to many records at once begins one run where the trigger says so, and a step turns to each of them."""

from __future__ import annotations

from typing import Any

import pytest

from builder.publish import check
from runtime.accounts.actor import Actor
from runtime.commands import bulk
from runtime.definitions.workflow import Workflow
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import batches, engine, inbox, trial
from tests.crm import BODIES, Crm, group, grouping, made, one, words
from tests.flows import Flows, flow, step, way

VIP = step("vip", "set_fields", set=[{"field": "vip", "value": True}])
BIG = one({"field": "size", "operator": ">", "value": 50})
SIZES = grouping("grade", [group("big", BIG), group("rest")], fallback="rest")
MANY = 520  # more than one event holds, and more than one part of a step


def told(trigger: str = "created", key: str = "told", **more: Any) -> tuple[str, dict[str, Any]]:
    """One task for the whole batch, then a field in each of its records."""
    todo = step("todo", "todo", who=[{"role": "administrator"}], title=words("{$n} came", "{$n} came"))
    return flow(key, {"type": trigger, "batch": True, **more}, todo, step("each", "batch", branches=[way("each", VIP)]))


def begun(database: Database, boss: Actor, *flows: tuple[str, dict[str, Any]]) -> Flows:
    crm = made(database, boss, [*BODIES, ("grouping", SIZES)])
    crm.publish(*flows)
    return Flows(crm)


def gathered(f: Flows) -> None:
    f.work()
    f.crm.later(seconds=batches.GATHER.seconds)
    f.work()


def vips(crm: Crm) -> int:
    with crm.database.read() as conn:
        return len(crm.list(conn, one({"field": "vip", "operator": "=", "value": True})))


def test_an_import_of_many_is_one_run_and_one_task(database: Database, boss: Actor) -> None:
    f = begun(database, boss, told())
    ids = f.crm.add_many("customer", [{"name": f"c{n}"} for n in range(MANY)])
    f.work()
    run, = f.runs()
    assert run.record is None and run.state == "open" and f.all(tables.task, "id") == []
    f.crm.later(seconds=batches.GATHER.seconds)
    f.work()
    run, = f.runs()
    assert run.state == "done" and batches.held(run.detail) == ids
    (title,), = f.all(tables.task, "title")
    assert f"{MANY} came" in title
    assert vips(f.crm) == MANY
    assert f.lines(run)[:2] == ["todo todo_for", "each batch"]


def test_what_comes_within_half_a_minute_joins_and_what_comes_later_does_not(database: Database, boss: Actor) -> None:
    f = begun(database, boss, told())
    first = f.crm.add_many("customer", [{"name": "a"}, {"name": "b"}])
    f.work()
    f.crm.later(seconds=10)
    second = f.crm.add("customer", name="c")
    f.work()
    assert [batches.held(run.detail) for run in f.runs()] == [[*first, second]]
    f.crm.later(seconds=batches.GATHER.seconds)
    third = f.crm.add("customer", name="d")
    gathered(f)
    assert [(batches.held(run.detail), run.state) for run in f.runs()] == [([*first, second], "done"), ([third], "done")]
    assert len(f.all(tables.task, "id")) == 2


def test_branches_of_one_run_share_their_transactions(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LONG", 60.0)  # what a slow machine gets done in a moment does not count
    f = begun(database, boss, told())
    f.crm.add_many("customer", [{"name": f"c{n}"} for n in range(100)])
    f.work()
    f.crm.later(seconds=batches.GATHER.seconds)
    turns = 0
    while engine.turn(database, f.crm.live, f.crm.as_of):
        turns += 1
    assert vips(f.crm) == 100 and turns <= 100 // engine.TOGETHER + 3


def test_a_step_that_ends_the_run_ends_the_branches_in_the_same_hands(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("ends", {"type": "created", "batch": True}, step("each", "batch", branches=[way("each", step("end", "stop"))])))
    f.crm.add_many("customer", [{"name": f"c{n}"} for n in range(10)])
    gathered(f)
    run, = f.runs()
    assert run.state == "done" and f.places() == []
    assert f.lines(run) == ["each batch", "ended_done"]


def test_a_run_holds_no_more_than_it_can(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST", 5)
    f = begun(database, boss, told())
    ids = f.crm.add_many("customer", [{"name": f"c{n}"} for n in range(12)])
    more = f.crm.add("customer", name="x")
    gathered(f)
    assert [batches.held(run.detail) for run in f.runs()] == [ids[:5], ids[5:10], [*ids[10:], more]]
    assert vips(f.crm) == 13


def test_the_rule_of_the_start_is_asked_of_each(database: Database, boss: Actor) -> None:
    f = begun(database, boss, told(when=BIG))
    ids = f.crm.add_many("customer", [{"name": "a", "size": 60}, {"name": "b", "size": 40}, {"name": "c", "size": 70}])
    gathered(f)
    assert [batches.held(run.detail) for run in f.runs()] == [[ids[0], ids[2]]]


def test_groups_that_move_many_and_a_record_that_goes_meanwhile(database: Database, boss: Actor) -> None:
    f = begun(database, boss, told("entered", groups=["grade/big"]))
    ids = f.crm.add_many("customer", [{"name": "a", "size": 1}, {"name": "b", "size": 2}, {"name": "c", "size": 3}])
    with f.crm.act() as act:
        bulk.set_fields(act, "customer", ids, {"size": 99})
    f.work()
    f.crm.drop("customer", ids[1])
    gathered(f)
    run, = f.runs()
    assert run.state == "done" and batches.held(run.detail) == ids
    assert vips(f.crm) == 2


def test_batches_that_set_each_other_off_end(database: Database, boss: Actor) -> None:
    flip = step("flip", "set_fields", set=[{"field": "since", "fact": "today"}])
    blank = step("blank", "set_fields", set=[{"field": "since", "fact": "blank"}])
    on = step("each", "batch", branches=[way("each", flip)])
    off = step("each", "batch", branches=[way("each", blank)])
    f = begun(database, boss, flow("on", {"type": "changed", "batch": True, "fields": ["since"], "to": [None]}, on),
              flow("off", {"type": "changed", "batch": True, "fields": ["since"], "from": [None]}, off))
    record = f.crm.add("customer", name="a")
    f.crm.set("customer", record, since="2026-01-01")
    for _ in range(inbox.DEEPEST + 2):
        gathered(f)
    refused = [run for run in f.runs() if run.state == "failed"]
    assert len(refused) == 1 and refused[0].why is not None and refused[0].why.code == "workflow_loop"
    assert len(f.runs()) == inbox.DEEPEST + 1


def test_steps_that_need_a_record_stand_inside_the_step_that_turns_to_each(sqlite_database: Database, sqlite_boss: Actor) -> None:
    crm = made(sqlite_database, sqlite_boss)
    with sqlite_database.read() as conn:
        whole = crm.app(conn).whole
    cases = [(told(), []), (flow("w", {"type": "created", "batch": True}, VIP), ["step_needs_record"]),
             (flow("w", {"type": "created"}, step("each", "batch", branches=[way("each", VIP)])), ["batch_without_batch"]),
             (flow("w", {"type": "schedule", "every": "day"}, VIP), ["step_needs_record"]),
             (flow("w", {"type": "schedule", "every": "day", "each": True}, VIP), [])]
    for (kind, body), codes in cases:
        found = [problem.code for problem in check.problems([check.Part(kind, body["key"], body)], whole)]
        assert found == codes


def test_it_is_tried_with_one_record(sqlite_database: Database, sqlite_boss: Actor) -> None:
    crm = made(sqlite_database, sqlite_boss)
    record = crm.add("customer", name="a")
    tried = trial.attempt(crm.database, crm.live, crm.key, crm.boss, Workflow(told()[1]), record, {}, crm.as_of)
    assert tried.ended and [line.step for line in tried.path] == ["todo", "each", "vip"]
