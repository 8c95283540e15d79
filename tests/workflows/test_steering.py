"""Seeing and steering by example: found by every filter, tried again, passed over, cancelled, held, counted, swept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from runtime.accounts import actor as actors
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, NotFound
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import LiveWorkflow
from runtime.workflows import clock, seen, steering, sweeping
from runtime.workflows.seen import Filter
from tests.crm import Crm, made
from tests.flows import Flows, flow, step, way

HOUR, DAY = {"n": 1, "unit": "hour"}, {"n": 1, "unit": "day"}
GOLD = step("b", "tag", field="tags", add=["gold"])
BAD = step("a", "set_fields", set=[{"field": "kind", "take": "name"}])  # the name is no kind, until somebody mends it


def begun(database: Database, boss: Actor, *steps: dict) -> Flows:
    crm = made(database, boss)
    crm.publish(flow("f", {"type": "created"}, *steps))
    return Flows(crm)


def item(crm: Crm) -> LiveWorkflow:
    with crm.database.read() as conn:
        return crm.app(conn).workflows["f"]


def test_what_was_mended_is_tried_again(database: Database, boss: Actor) -> None:
    f = begun(database, boss, BAD, GOLD)
    record = f.crm.add("customer", name="nobody")
    f.work()
    run, = f.runs()
    assert (run.state, f.places()) == ("failed", [(run.id, "a", "failed")])
    f.crm.set("customer", record, name="agent")
    with f.crm.act() as act:
        steering.retry(act, item(f.crm), run.id)
    assert f.runs()[0].state == "open" and f.runs()[0].why is None
    f.work()
    assert (f.runs()[0].state, f.value("customer", record, "kind")) == ("done", "agent")
    assert f.lines(run) == ["a failed", "a retried", "a fields_set", "b tagged", "ended_done"]
    assert ("retried", boss.id) in f.all(tables.run_line, "code", "by")
    with pytest.raises(Conflict), f.crm.act() as act:
        steering.retry(act, item(f.crm), run.id)


def test_a_step_is_passed_over(database: Database, boss: Actor) -> None:
    f = begun(database, boss, BAD, GOLD, step("c", "wait", **{"for": DAY}), step("d", "set_fields", set=[{"field": "vip", "value": True}]))
    record = f.crm.add("customer", name="nobody")
    f.work()
    run, = f.runs()

    def skip() -> None:
        with f.crm.act() as act:
            steering.skip(act, item(f.crm), run.id, f.all(tables.place, "id")[0][0])
        f.work()

    skip()
    assert f.value("customer", record, "tags") == ["gold"] and f.places() == [(run.id, "c", "waiting")]
    skip()
    assert (f.runs()[0].state, f.value("customer", record, "vip")) == ("done", True)
    with pytest.raises(Conflict), f.crm.act() as act:
        steering.skip(act, item(f.crm), run.id, 1)


def test_one_branch_is_mended_while_the_other_waits(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("p", "parallel", branches=[way("x", BAD), way("y", step("w", "wait", **{"for": DAY}))]), GOLD)
    record = f.crm.add("customer", name="nobody")
    f.work()
    run, = f.runs()
    f.crm.later(days=2)
    f.work()
    assert run.state == "failed" and [place[1:] for place in f.places()] == [("p", "joining"), ("a", "failed")]
    with f.crm.act() as act:
        steering.skip(act, item(f.crm), run.id, f.all(tables.place, "id")[1][0])
    f.work()
    assert f.runs()[0].state == "done" and f.value("customer", record, "tags") == ["gold"]


def test_a_run_is_cancelled_with_all_it_asked(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("w", "wait", **{"for": DAY}), GOLD)
    record = f.crm.add("customer", name="a")
    f.work()
    run, = f.runs()
    with f.crm.act() as act:
        steering.cancel(act, item(f.crm), run.id)
    f.crm.later(days=2)
    f.work()
    assert (f.runs()[0].state, f.value("customer", record, "tags"), f.places(), f.lines(run)[-1]) == ("stopped", None, [], "cancelled")
    with pytest.raises(Conflict), f.crm.act() as act:
        steering.cancel(act, item(f.crm), run.id)
    with pytest.raises(NotFound), f.crm.act() as act:
        steering.cancel(act, item(f.crm), run.id + 99)


def test_all_are_cancelled_by_a_job(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steering, "TOGETHER", 4)
    f = begun(database, boss, step("w", "wait", **{"for": DAY}))
    f.crm.add_many("customer", [{"name": f"n{n}"} for n in range(11)])
    f.work()
    with database.read() as conn:
        assert seen.counted(conn, item(f.crm).id, "open", "failed") == 11
    with f.crm.act() as act:
        steering.cancel_all(act, item(f.crm))
    f.crm.add("customer", name="late")
    f.work()
    Runner(database, steering.kinds(f.crm.live), rest=0).drain()
    assert [run.state for run in f.runs()] == ["stopped"] * 11 + ["open"]


def test_only_builders_steer(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("w", "wait", **{"for": DAY}))
    f.crm.add("customer", name="a")
    f.work()
    with database.write() as conn:
        member = actors.load(conn, people.add(conn, boss, "member", "Li", "member", "zh", "correct horse"))
    assert member is not None
    run, place = f.runs()[0].id, f.all(tables.place, "id")[0][0]
    for act_on in (lambda act: steering.retry(act, item(f.crm), run), lambda act: steering.skip(act, item(f.crm), run, place),
                   lambda act: steering.cancel(act, item(f.crm), run), lambda act: steering.cancel_all(act, item(f.crm))):
        with pytest.raises(Denied), f.crm.act(member) as act:
            act_on(act)
    with pytest.raises(Denied), database.write() as conn:
        steering.turn(conn, f.crm.app(conn), item(f.crm), member, f.crm.as_of, False)


def test_a_workflow_is_held_and_let_go(database: Database, boss: Actor) -> None:
    """What was due while it was off never begins; runs under way go on."""
    crm = made(database, boss)
    crm.publish(flow("f", {"type": "schedule", "every": "day"}, step("w", "wait", **{"for": DAY})))
    f = Flows(crm)
    with database.write() as conn:
        conn.execute(sa.update(tables.definition_version).values(at="2026-11-22T04:00:00Z"))

    def turn(on: bool) -> None:
        with database.write() as conn:
            steering.turn(conn, crm.app(conn), item(crm), boss, crm.as_of, on)

    def strike() -> int:
        return clock.strike(database, crm.live, crm.as_of)

    crm.later(days=1)
    assert strike() == 1
    f.work()
    turn(False)
    crm.later(days=3)
    f.work()
    assert strike() == 0 and f.runs()[0].state == "done"
    turn(True)
    assert strike() == 0
    crm.later(days=1)
    assert strike() == 1


def test_runs_are_found_by_every_filter(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "PAGE", 3)
    f = begun(database, boss, BAD, GOLD)
    ids = f.crm.add_many("customer", [{"name": name} for name in ("agent", "nobody", "person", "nothing", "agent")])
    f.work()
    flow_id = item(f.crm).id

    def found(wanted: Filter) -> list[int | None]:
        shown, before = [], 0
        with database.read() as conn:
            while True:
                page, before = seen.runs(conn, flow_id, wanted, before)
                shown += [run.record for run in page]
                if not before:
                    return shown

    back = ids[::-1]
    assert found(Filter()) == back and found(Filter("done")) == [back[0], back[2], back[4]] and found(Filter(records=[ids[1]])) == [ids[1]]
    assert found(Filter(records=[])) == [] and found(Filter(by=boss.id)) == back and found(Filter(by=0)) == []
    with database.read() as conn:
        people_, why = seen.choices(conn, flow_id)
        assert people_ == [boss.id] and len(why) == 1 and seen.counted(conn, flow_id, "failed") == 2
        assert [run.record for run in seen.of_record(conn, [flow_id], ids[1])] == [ids[1]]
    assert found(Filter(why=next(iter(why)))) == [ids[3], ids[1]] and found(Filter(why="other")) == []


def test_figures_say_how_long_runs_wait(database: Database, boss: Actor) -> None:
    f = begun(database, boss, step("w", "wait", **{"for": HOUR}), BAD)
    f.crm.add_many("customer", [{"name": name} for name in ("agent", "nobody")])
    f.work()
    f.crm.later(hours=3)
    f.work()
    with database.read() as conn:
        told = seen.figures(conn, item(f.crm).id, f.crm.as_of.at)
        none = seen.figures(conn, item(f.crm).id, f.crm.as_of.at + timedelta(days=40))
    assert (told["w"].came, told["w"].failed, told["w"].average) == (2, 0, 3 * 3600)
    assert (told["a"].came, told["a"].failed, told["a"].average) == (2, 1, None) and none == {}


def test_old_runs_are_swept_and_open_ones_stay(database: Database, boss: Actor) -> None:
    f = begun(database, boss, BAD)
    f.crm.add_many("customer", [{"name": name} for name in ("agent", "nobody", "person")])
    f.work()
    f.crm.later(days=100)
    f.crm.add("customer", name="agent")
    f.work()
    with database.write() as conn:
        assert sweeping.sweep(conn, f.crm.as_of.at + timedelta(days=50), 0) == (0, None)
    with database.write() as conn:
        gone, _ = sweeping.sweep(conn, f.crm.as_of.at + timedelta(days=100), 0)
    assert gone == 2 and [run.state for run in f.runs()] == ["failed", "done"]
    assert {run for run, in f.all(tables.run_line, "run_id")} == {run.id for run in f.runs()}
