"""The engine by example: events begin runs, steps follow each other, branches join, what fails waits for a person."""

from __future__ import annotations

import pytest

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import BODIES, made, one
from tests.flows import Flows, flow, step, way

BIG = one({"field": "size", "operator": ">", "value": 50})


def begun(database: Database, boss: Actor, *flows: tuple[str, dict]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def test_a_record_begins_a_run_and_its_fields_are_set(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("welcome", {"type": "created"}, step("a", "set_fields", set=[{"field": "vip", "value": True}]),
                                   step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="a")
    assert f.work() == 2
    run, = f.runs("welcome")
    assert (run.state, run.record, f.value("customer", record, "vip"), f.value("customer", record, "tags")) == ("done", record, True, ["gold"])
    assert f.lines(run) == ["a fields_set", "b tagged", "ended_done"]
    assert f.places() == [] and f.all(tables.event, "id") == []


@pytest.mark.parametrize(("size", "tag"), [(60, "gold"), (10, "slow"), (None, "slow")])
def test_a_branch_takes_the_first_that_fits(database: Database, boss: Actor, size: int | None, tag: str) -> None:
    f = begun(database, boss, flow("sort", {"type": "created"},
        step("a", "branch", branches=[way("big", step("b", "tag", field="tags", add=["gold"]), when=BIG), way("rest", step("c", "tag", field="tags", add=["slow"]))]),
        step("d", "set_fields", set=[{"field": "vip", "value": True}])))  # fmt: skip
    record = f.crm.add("customer", name="a", **({"size": size} if size is not None else {}))
    f.work()
    assert (f.value("customer", record, "tags"), f.value("customer", record, "vip")) == ([tag], True)


def test_several_at_once_join(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("both", {"type": "created"},
        step("a", "parallel", branches=[way("x", step("b", "tag", field="tags", add=["gold"])),
                                        way("y", step("c", "wait", **{"for": {"n": 1, "unit": "day"}}), step("e", "tag", field="tags", add=["slow"])),
                                        way("z")]),
        step("d", "set_fields", set=[{"field": "vip", "value": True}])))  # fmt: skip
    record = f.crm.add("customer", name="a")
    f.work()
    assert f.value("customer", record, "vip") is None and f.runs()[0].state == "open"
    assert [place[1:] for place in f.places()] == [("a", "joining"), ("c", "waiting")]
    f.crm.later(days=1)
    f.work()
    assert f.value("customer", record, "vip") is True and sorted(f.value("customer", record, "tags")) == ["gold", "slow"]
    assert f.runs()[0].state == "done" and f.places() == []


def test_a_batch_stays_a_batch(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("welcome", {"type": "created", "when": BIG}, step("a", "set_fields", set=[{"field": "vip", "value": True}])))
    f.crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(1200)])
    assert f.all(tables.event, "kind").count(("created",)) == 3
    f.work()
    assert len(f.runs()) == 1149 and {run.state for run in f.runs()} == {"done"}


def test_groups_begin_runs(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("in", {"type": "entered", "groups": ["level/mid"]}, step("a", "tag", field="tags", add=["slow"])),
              flow("out", {"type": "left", "groups": ["level/mid"]}, step("a", "tag", field="tags", remove=["slow"])))
    record = f.crm.add("customer", name="a", size=10)
    f.work()
    assert f.runs() == []
    f.crm.set("customer", record, size=60)
    f.work()
    assert f.value("customer", record, "tags") == ["slow"]
    f.crm.set("customer", record, size=20)
    f.work()
    assert f.value("customer", record, "tags") is None and len(f.runs("in")) == len(f.runs("out")) == 1


def test_what_fails_waits_with_its_reason(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("bad", {"type": "created"}, step("a", "tag", field="tags", add=["gold"]),
                                   step("b", "set_fields", set=[{"field": "kind", "value": "no such kind"}])))
    record = f.crm.add("customer", name="a")
    f.work()
    run, = f.runs()
    assert run.state == "failed" and run.why is not None and f.value("customer", record, "tags") == ["gold"]
    assert f.places() == [(run.id, "b", "failed")]


def test_a_loop_of_two_ends(database: Database, boss: Actor) -> None:
    """One workflow turns a customer into a person, the other back; each sets the other off."""
    f = begun(database, boss, flow("one", {"type": "changed", "fields": ["kind"], "to": ["person"]}, step("a", "set_fields", set=[{"field": "kind", "value": "agent"}])),
              flow("two", {"type": "changed", "fields": ["kind"], "to": ["agent"]}, step("a", "set_fields", set=[{"field": "kind", "value": "person"}])))
    record = f.crm.add("customer", name="a")
    f.crm.set("customer", record, kind="person")
    f.work()
    last = f.runs()[-1]
    assert last.state == "failed" and last.why is not None and last.why.code == "workflow_loop"
    assert len(f.runs()) < 12


def test_open_runs_keep_their_version(database: Database, boss: Actor) -> None:
    def version(tag: str) -> tuple[str, dict]:
        return flow("v", {"type": "created"}, step("a", "wait", **{"for": {"n": 1, "unit": "hour"}}), step("b", "tag", field="tags", add=[tag]))

    f = begun(database, boss, version("gold"))
    old = f.crm.add("customer", name="old")
    f.work()
    f.crm.publish(version("slow"))
    new = f.crm.add("customer", name="new")
    f.work()
    f.crm.later(hours=2)
    f.work()
    assert (f.value("customer", old, "tags"), f.value("customer", new, "tags")) == (["gold"], ["slow"])


def test_a_record_deleted_meanwhile_ends_its_run(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("v", {"type": "created"}, step("a", "wait", **{"for": {"n": 1, "unit": "hour"}}), step("b", "tag", field="tags", add=["gold"])))
    record = f.crm.add("customer", name="a")
    f.work()
    f.crm.drop("customer", record)
    f.crm.later(hours=2)
    f.work()
    assert f.runs()[0].state == "stopped" and f.lines(f.runs()[0])[-1] == "a record_gone"


def test_only_what_is_listened_to_is_kept(database: Database, boss: Actor) -> None:
    crm = made(database, boss, BODIES)
    crm.add("customer", name="a")
    assert Flows(crm).all(tables.event, "id") == []
