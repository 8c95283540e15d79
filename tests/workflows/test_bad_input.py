"""What people and the world do to running workflows: each with a clear state and sentence, nothing lost and nothing twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa

from builder.publish import apply
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.errors import Problem
from runtime.messages import CODES, say
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import failing, flows, steering
from tests.crm import made, one
from tests.flows import Flows, flow, step, way
from tests.receivers import Calls, slow
from tests.sending import House
from tests.workflows.test_bad_flows import GOLD, NEW, by_hand, held
from tests.workflows.test_calls import call

HOUR, WAIT = {"n": 1, "unit": "hour"}, step("w", "wait", **{"for": {"n": 1, "unit": "hour"}})
BIG = one({"field": "size", "operator": ">", "value": 50})


def begun(database: Database, boss: Actor, *flows: tuple[str, dict[str, Any]]) -> Flows:
    crm = made(database, boss)
    crm.publish(*flows)
    return Flows(crm)


def both(problem: Problem | None) -> str:
    """What people read, which is there in both languages."""
    assert problem is not None and say(problem, "zh") != say(problem, "en")
    return say(problem, "zh")


# a mail that names a field which is not there


def test_a_mail_that_names_no_field_holds_its_run_and_goes_out_once_when_mended(house: House) -> None:
    house.set(host="127.0.0.1", port=9, security="none", sender="crm@hemu.cn")
    house.begin(step("w", "wait", **{"for": HOUR}), step("m", "mail", to=["mail"], subject={"zh": "好", "en": "x"}, body={"zh": "{note}", "en": "{note}"}), mail="li@muyang.cn", note="话")
    f = house.flows
    by_hand(f, "{note}", "{gone}")
    flows._known.clear()  # another process has not read it yet
    f.crm.later(hours=1)
    f.work()
    held(f, "no_such_field")
    assert "gone" in both(f.runs()[0].why) and house.items() == []
    by_hand(f, "{gone}", "{name}")
    again(f, "out")
    f.work()
    assert f.runs()[0].state == "done" and [item.body["text"].strip() for item in house.items()] == ["牧羊"]


def again(f: Flows, key: str) -> None:
    """Somebody who mended it presses “try again”, in a process that reads the definitions anew."""
    flows._known.clear()
    with f.crm.act() as act:
        steering.retry(act, act.app.workflows[key], f.runs(key)[0].id)


# a record that is deleted meanwhile


@pytest.mark.parametrize("node", [
    step("b", "branch", branches=[way("x", GOLD, when=BIG)]), step("s", "set_fields", set=[{"field": "vip", "value": True}]), GOLD,
    step("n", "notify", who=[{"person": 1}], text={"zh": "{name}", "en": "{name}"}), step("u", "wait", until="since"), step("u", "wait", when=BIG),
    step("t", "todo", who=[{"person": 1}], title={"zh": "{name}", "en": "{name}"}), step("e", "each", link="orders", branches=[way("each", step("x", "stop"))]),
], ids=lambda node: node["type"])  # fmt: skip
def test_a_record_deleted_meanwhile_ends_its_run_with_a_sentence(database: Database, boss: Actor, node: dict[str, Any]) -> None:
    f = begun(database, boss, flow("v", NEW, WAIT, node))
    record = f.crm.add("customer", name="a", size=60, since="2026-12-24")
    f.work()
    f.crm.drop("customer", record)
    f.crm.later(hours=1)
    f.work()
    run, = f.runs()
    assert run.state == "stopped" and f.places() == [] and f.all(tables.task, "id") == []
    last = f.lines(run)[-1].split()[-1]
    assert last == "record_gone" and CODES[f"run_{last}"].zh != CODES[f"run_{last}"].en
    f.crm.restore("customer", record)
    f.crm.later(days=40)
    assert f.work() == 0 and len(f.runs()) == 1


# two workflows that set each other off without end


def test_an_endless_loop_is_stopped_with_its_names_and_the_next_one_is_begun(database: Database, boss: Actor) -> None:
    off = step("g", "tag", field="tags", remove=["gold"])
    f = begun(database, boss, flow("on", {"type": "untagged", "tags": ["gold"]}, GOLD), flow("off", {"type": "tagged", "tags": ["gold"]}, off))
    record = f.crm.add("customer", name="a", tags=["gold"])
    f.work()
    states, stopped = Counter(run.state for run in f.runs()), f.runs()[-1]
    assert states["failed"] == 1 and states["done"] == len(f.runs()) - 1 and f.work() == 0
    said = both(stopped.why)
    assert ("「on」" in said or "「off」" in said) and "停下" in said
    assert ("workflow_failed",) in f.all(tables.notice, "code") and f.all(tables.event, "id") == []
    f.crm.later(hours=2)
    f.crm.set("customer", record, tags=["gold"] if f.value("customer", record, "tags") is None else None)
    f.work()
    assert len(f.runs()) > sum(states.values())


# somebody who approves leaves


def test_who_is_asked_has_left(database: Database, boss: Actor) -> None:
    f = begun(database, boss)
    with database.write() as conn:
        ann = people.add(conn, boss, "ann", "Ann", "member", "en", "correct horse")
        bob = people.add(conn, boss, "bob", "Bob", "member", "en", "correct horse")
    f.crm.publish(flow("v", NEW, step("a", "approve", title={"zh": "批", "en": "ok"}, need="any", who=[{"person": ann}])))
    f.crm.add("customer", name="a")
    f.work()
    assert [run.state for run in f.runs()] == ["open"]
    with database.write() as conn:
        people.deactivate(conn, boss, ann)
    f.crm.later(days=2)
    f.work()
    held(f, "asked_left")
    assert both(f.runs()[0].why)
    f.crm.publish(flow("v", NEW, step("a", "approve", title={"zh": "批", "en": "ok"}, need="any", who=[{"person": bob}])))
    f.crm.add("customer", name="b")
    f.work()
    assert [run.state for run in f.runs()] == ["failed", "open"]


# an address that never answers


def test_an_address_that_never_answers_is_said_and_the_run_goes_on(house: House, web: Calls) -> None:
    web.say = [slow(2.5)]
    house.begin(call(web), GOLD)
    assert house.flows.runs()[0].state == "done"  # nobody waits for it but the outbox
    house.send()
    assert (house.item.state, house.why) == ("waiting", "call_slow")
    said = both(house.item.why)
    assert "127.0.0.1" in said and "1" in said
    house.hurry()
    assert house.item.state == "sent" and len({got.headers["idempotency-key"] for got in web.got}) == 1


# versions are frozen


LONG = [WAIT, step("p", "parallel", branches=[way("x", GOLD), way("y", step("s", "set_fields", set=[{"field": "vip", "value": True}]))]), step("e", "tag", field="tags", add=["new"])]


@pytest.mark.parametrize("after", [[LONG[0], LONG[2]], [LONG[0], step("p", "parallel", branches=[way("x", GOLD)]), LONG[2]], [LONG[0]], [LONG[2], LONG[0]], [step("n", "stop")], None],
                         ids=["a step gone", "a branch gone", "all behind gone", "turned round", "another", "the workflow gone"])  # fmt: skip
def test_what_is_published_meanwhile_changes_no_open_run(database: Database, boss: Actor, after: list[dict[str, Any]] | None) -> None:
    f = begun(database, boss, flow("v", NEW, *LONG))
    record = f.crm.add("customer", name="a")
    f.work()
    if after is None:
        with database.write() as conn:
            app_id = conn.execute(sa.select(tables.app.c.id).where(tables.app.c.key == f.crm.key)).scalar_one()
            apply.remove(conn, app_id, "workflow", "v")
    else:
        f.crm.publish(flow("v", NEW, *after))
    f.crm.later(hours=1)
    f.work()
    run, = f.runs()
    assert run.state == "done" and Counter(f.lines(run)) == Counter(["w waits", "w waited", "p parallel", "g tagged", "s fields_set", "e tagged", "ended_done"])
    assert f.value("customer", record, "vip") is True and sorted(f.value("customer", record, "tags")) == ["gold", "new"]
    f.crm.add("customer", name="b")
    f.work()
    assert len(f.runs()) == (1 if after is None else 2)


# a workflow that fails again and again


def test_its_people_hear_once_that_it_was_turned_off_and_it_is_counted_anew_when_it_is_on_again(database: Database, boss: Actor) -> None:
    bad = step("x", "set_fields", set=[{"field": "kind", "take": "name"}])
    f = begun(database, boss, flow("v", NEW, WAIT, bad))
    with database.write() as conn:
        member = people.add(conn, boss, "ann", "Ann", "member", "en", "correct horse")
    f.crm.add_many("customer", [{"name": "no kind"}] * (failing.ENOUGH + 3))  # the last of them fail when it is off already
    f.work()
    f.crm.later(hours=1)
    f.work()
    assert {run.state for run in f.runs()} == {"failed"} and f.all(tables.workflow, "on", order=("workflow_id",)) == [(False,)]
    told = [(who, json.loads(params), href) for who, code, params, href in f.all(tables.notice, "person", "code", "params", "href") if code == "workflow_off"]
    assert [who for who, _, _ in told] == [boss.id] and member not in [who for who, _, _ in told]
    params, href = told[0][1:]
    said = {lang: say(Problem("", "notice_workflow_off", params), lang) for lang in ("zh", "en")}
    assert "「v」" in said["zh"] and str(failing.ENOUGH) in said["zh"] and "counted anew" in said["en"] and href.endswith("/v/runs")
    f.crm.add("customer", name="late")
    assert f.work() == 0
    with database.write() as conn:
        steering.turn(conn, f.crm.app(conn), f.crm.app(conn).workflows["v"], boss, f.crm.as_of, True)
    f.crm.add_many("customer", [{"name": "no kind"}] * (failing.ENOUGH - 1))
    f.work()
    f.crm.later(hours=1)
    f.work()
    assert f.all(tables.workflow, "failures", "on", order=("workflow_id",)) == [(failing.ENOUGH - 1, True)]
    f.crm.add("customer", name="no kind")
    f.work()
    f.crm.later(hours=1)
    f.work()
    assert f.all(tables.workflow, "on", order=("workflow_id",)) == [(False,)]
