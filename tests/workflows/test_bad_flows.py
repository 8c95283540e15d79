"""What goes wrong with workflows: each with a clear state and sentence, nothing lost and nothing done twice."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from runtime.accounts.actor import Actor
from runtime.errors import Busy, Problem
from runtime.groups import work
from runtime.jobs.runner import Runner
from runtime.messages import say
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.workflows import engine, failing, inbox
from runtime.workflows.base import Here
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.steps.tag import Tag
from tests.crm import CUSTOMER, LEVEL, made, one
from tests.flows import Flows, flow, step, way

NEW = {"type": "created"}
HOUR = {"n": 1, "unit": "hour"}
GOLD = step("g", "tag", field="tags", add=["gold"])
VIP = [{"field": "vip", "value": True}]


def begun(database: Database, boss: Actor, *flows: tuple[str, dict[str, Any]]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def without(body: dict[str, Any], field: str) -> tuple[str, dict[str, Any]]:
    """The form with a field retired."""
    changed = copy.deepcopy(body)
    changed["properties"][field]["x-fenzu"]["retired"] = True
    for section in changed["x-fenzu"]["layout"]:
        section["items"] = [item for item in section["items"] if item["field"] != field]
    return "form", changed


def by_hand(f: Flows, old: str, new: str) -> None:
    """Another version of the program wrote what this one does not know."""
    v = tables.definition_version
    with f.crm.database.write() as conn:
        conn.execute(sa.update(v).values(body=sa.func.replace(v.c.body, f'"{old}"', f'"{new}"')))
    f.crm.live = Live()


def held(f: Flows, code: str) -> None:
    """The one run is held, and says why in both languages."""
    run, = f.runs()
    assert run.state == "failed" and run.why is not None and run.why.code == code
    assert say(run.why, "zh") != say(run.why, "en")
    assert [place[2] for place in f.places()] == ["failed"] and f.work() == 0


# definitions that changed under a run


def test_a_field_retired_meanwhile_holds_the_run(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("v", NEW, step("w", "wait", **{"for": HOUR}), step("a", "set_fields", set=[{"field": "owner", "fact": "me"}])))
    record = f.crm.add("customer", name="a")
    f.work()
    f.crm.publish(flow("v", NEW, GOLD))  # what is published uses it no more; the run goes on by its own version
    f.crm.publish(without(CUSTOMER, "owner"))
    f.crm.later(hours=1)
    f.work()
    held(f, "field_retired")
    assert f.value("customer", record, "owner") is None


def test_nobody_is_in_a_group_that_has_gone(database: Database, boss: Actor) -> None:
    mid = one({"field": "$group", "operator": "in", "value": ["level/mid"]})
    f = begun(database, boss, flow("ask", NEW, step("w", "wait", **{"for": HOUR}), step("b", "branch", branches=[way("x", GOLD, when=mid)])))
    f.crm.add("customer", name="a", size=1)
    f.work()
    f.crm.publish(flow("ask", NEW, GOLD))  # as long as a workflow reads the group it cannot go; the run keeps its version
    f.crm.publish(("grouping", {**LEVEL, "groups": [group for group in LEVEL["groups"] if group["key"] != "mid"]}))
    Runner(database, work.kinds(f.crm.live), rest=0).drain()
    f.crm.later(hours=1)
    f.work()
    run, = f.runs()
    assert f.lines(run)[-2:] == ["b branch_none", "ended_done"]


def test_what_a_condition_is_asked_of_may_have_gone(database: Database, boss: Actor) -> None:
    big = one({"field": "size", "operator": ">", "value": 50})
    f = begun(database, boss, flow("v", NEW, step("w", "wait", when=big), GOLD))
    record = f.crm.add("customer", name="a", size=1)
    f.work()
    f.crm.drop("customer", record)
    f.crm.later(hours=1)
    f.work()
    assert f.runs()[0].state == "stopped" and f.lines(f.runs()[0])[-1] == "w record_gone" and f.places() == []


def test_an_event_whose_record_has_gone_begins_nothing(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("v", NEW, GOLD))
    f.crm.drop("customer", f.crm.add("customer", name="a"))
    assert f.work() == 0 and f.runs() == [] and f.all(tables.event, "id") == []


def test_a_step_of_a_kind_that_nobody_knows(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("v", NEW, step("a", "stop")))
    by_hand(f, "stop", "teleport")
    f.crm.add("customer", name="a")
    f.work()
    held(f, "no_such_step_type")


def test_a_trigger_of_a_kind_that_nobody_knows_stops_no_other(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("odd", {"type": "restored"}, GOLD), flow("v", NEW, GOLD))
    by_hand(f, "restored", "eclipse")
    f.crm.add("customer", name="a")
    f.work()
    assert [run.state for run in f.runs()] == ["done"]


# workflows that set each other off


def test_two_that_tag_and_untag_end(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("on", {"type": "untagged", "tags": ["gold"]}, GOLD),
              flow("off", {"type": "tagged", "tags": ["gold"]}, step("g", "tag", field="tags", remove=["gold"])))
    f.crm.add("customer", name="a", tags=["gold"])
    f.work()
    last = f.runs()[-1]
    assert last.state == "failed" and last.why is not None and last.why.code == "workflow_loop" and len(f.runs()) < 12
    assert f.places() == [] and f.all(tables.event, "id") == []


def test_a_workflow_that_sets_itself_off_ends(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("v", {"type": "changed", "fields": ["name"]}, step("a", "set_fields", set=[{"field": "name", "text": {"zh": "{name}x", "en": "{name}x"}}])))
    record = f.crm.add("customer", name="a")
    f.crm.set("customer", record, name="b")
    f.work()
    assert f.runs()[-1].state == "failed" and f.value("customer", record, "name") == "b" + "x" * (len(f.runs()) - 1)


@pytest.mark.parametrize("how", [{}, {"batch": True}], ids=["each", "batch"])
def test_a_workflow_that_makes_what_sets_it_off_ends_by_its_depth(database: Database, boss: Actor, how: dict[str, Any]) -> None:
    """Each time another record: no record has it often, so only how deep it goes can end it."""
    again = step("a", "create", form="customer", set=[{"field": "name", "value": "b"}])
    f = begun(database, boss, flow("v", {"type": "created", **how}, again))
    f.crm.add("customer", name="a")
    for _ in range(inbox.DEEPEST + 2):
        f.work(100)
        f.crm.later(minutes=1)
    last, *_ = states = [run.state for run in reversed(f.runs())]
    why = f.runs()[-1].why
    assert last == "failed" and states.count("failed") == 1 and len(states) == inbox.DEEPEST + 1 and why is not None and why.code == "workflow_loop"


# steps that stumble


@pytest.mark.parametrize("error", [RuntimeError("odd"), IntegrityError("x", None, ValueError())], ids=["unforeseen", "integrity"])
def test_what_nobody_foresaw_is_tried_four_times_and_then_held(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    tries: list[int] = []

    def run(_: Tag, here: Here) -> Outcome:
        here.act.conn.execute(sa.insert(tables.run_line).values(run_id=here.run.id, step="half", code="x", params="{}", at=here.act.at))
        tries.append(here.place.attempts)
        raise error

    monkeypatch.setattr(Tag, "run", run)
    f = begun(database, boss, flow("v", NEW, step("a", "set_fields", set=VIP), GOLD))
    record = f.crm.add("customer", name="a")
    for _ in range(6):
        f.work()
        f.crm.later(hours=1)
    assert tries == [0, 1, 2, 3] and f.value("customer", record, "vip") is True
    assert f.lines(f.runs()[0]) == ["a fields_set", "g failed"]  # nothing of what the step had half done
    held(f, "step_stumbled")


@pytest.mark.parametrize("error", [Busy(Problem("", "busy")), OperationalError("x", None, ValueError("database is locked"))], ids=["busy", "locked"])
def test_what_others_stand_in_the_way_of_is_undone_and_done_again(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    errors, kept = [error], Tag.run
    monkeypatch.setattr(engine, "LONG", 60)  # both steps in one transaction, however slow the machine is

    def run(self: Tag, here: Here) -> Outcome:
        if errors:
            raise errors.pop()
        return kept(self, here)

    monkeypatch.setattr(Tag, "run", run)
    f = begun(database, boss, flow("v", NEW, step("a", "set_fields", set=VIP), GOLD))
    f.crm.add("customer", name="a")
    with pytest.raises(type(error)):
        f.work()
    assert f.lines(f.runs()[0]) == []
    f.work()
    assert f.lines(f.runs()[0]) == ["a fields_set", "g tagged", "ended_done"]


def test_a_trigger_that_stumbles_stops_no_other_and_is_told(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.workflows.triggers.changed import Changed

    def answers(*_: Any) -> Any:
        raise RuntimeError("odd")

    monkeypatch.setattr(Changed, "answers", answers)
    f = begun(database, boss, flow("odd", {"type": "changed"}, GOLD), flow("v", {"type": "tagged", "tags": ["slow"]}, GOLD))
    record = f.crm.add("customer", name="a")
    f.crm.set("customer", record, tags=["slow"])
    f.work()
    assert [run.state for run in f.runs()] == ["done"] and f.all(tables.event, "id") == []
    assert ("workflow_failed",) in f.all(tables.notice, "code")


def test_failures_in_a_row_turn_a_workflow_off_and_a_good_run_counts_them_anew(database: Database, boss: Actor) -> None:
    agent = one({"field": "kind", "operator": "=", "value": "agent"})
    bad = step("x", "set_fields", set=[{"field": "kind", "value": "no such"}])
    f = begun(database, boss, flow("v", NEW, step("b", "branch", branches=[way("bad", bad, when=agent)])))
    for _ in range(failing.ENOUGH - 1):
        f.crm.add("customer", name="bad", kind="agent")
    f.work()
    assert f.all(tables.workflow, "failures", "on", order=("workflow_id",)) == [(failing.ENOUGH - 1, True)]
    f.crm.add("customer", name="good")
    f.work()
    assert f.all(tables.workflow, "failures", "on", order=("workflow_id",)) == [(0, True)]
    f.crm.add_many("customer", [{"name": "bad", "kind": "agent"}] * failing.ENOUGH)
    f.work()
    assert f.all(tables.workflow, "on", order=("workflow_id",)) == [(False,)] and ("workflow_off",) in f.all(tables.notice, "code")
    f.crm.add("customer", name="late", kind="agent")
    assert f.work() == 0


# going back to a step


def goes(monkeypatch: pytest.MonkeyPatch, to: str) -> None:
    """The step `g` goes to another the first time it is done."""
    kept, times = Tag.run, [0]

    def run(self: Tag, here: Here) -> Outcome:
        done = kept(self, here)
        times[0] += here.step.key == "g"
        return Go(to) if here.step.key == "g" and times[0] == 1 else done

    monkeypatch.setattr(Tag, "run", run)


def test_going_out_of_one_branch_of_several_ends_what_goes_on_beside_it(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    goes(monkeypatch, "a")
    f = begun(database, boss, flow("v", NEW, step("a", "set_fields", set=VIP),
        step("p", "parallel", branches=[way("x", GOLD), way("y", step("w", "wait", **{"for": HOUR}), step("s", "tag", field="tags", add=["slow"]))]), step("e", "stop")))  # fmt: skip
    f.crm.add("customer", name="a")
    f.work()
    assert [place[1:] for place in f.places()] == [("p", "joining"), ("w", "waiting")]
    f.crm.later(hours=1)
    f.work()
    lines = f.lines(f.runs()[0])
    assert (lines.count("a fields_set"), lines.count("s tagged"), lines.count("p parallel"), f.runs()[0].state, f.places()) == (2, 1, 2, "done", [])


def test_going_into_a_branch_leads_on_behind_it(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    goes(monkeypatch, "n")
    f = begun(database, boss, flow("v", NEW, step("b", "branch", branches=[way("x", step("n", "tag", field="tags", add=["new"]), when=one({"field": "size", "operator": ">", "value": 5}))]), GOLD))
    f.crm.add("customer", name="a")
    f.work()
    assert f.lines(f.runs()[0]) == ["b branch_none", "g tagged", "n tagged", "g tagged", "ended_done"]


def test_going_to_a_step_that_is_not_there_holds_the_run(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    goes(monkeypatch, "nowhere")
    f = begun(database, boss, flow("v", NEW, GOLD))
    record = f.crm.add("customer", name="a")
    f.work()
    held(f, "no_such_step")
    assert f.value("customer", record, "tags") is None


def test_one_broken_app_does_not_stop_the_others(database: Database, boss: Actor) -> None:
    first, second = begun(database, boss, flow("v", NEW, GOLD)), begun(database, boss, flow("v", NEW, GOLD))
    for f in (first, second):
        f.crm.add("customer", name="a")
    with database.write() as conn:
        conn.execute(sa.update(tables.app).where(tables.app.c.key == first.crm.key).values(body="{", revision=99))
    second.work()
    assert [run.state for run in second.runs()] == ["done"] and engine.turn(database, second.crm.live, second.crm.as_of) == 0
