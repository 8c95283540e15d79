"""Approvals and filling in: who must agree, and whatever people do instead of agreeing, on both databases."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from typing import Any

import pytest

from runtime import messages
from runtime.accounts import people
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, FenzuError, Invalid
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import absences, desk, tasks
from tests.crm import one, words
from tests.flows import flow, step
from tests.workflows.approving import ASKED, HOURS, House


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


YES, NO, WAITS = True, False, None
MORE = {"may_add": True}
SOME = {"need": "some", "count": 2}
# settings, what people do one after the other, whether it has passed then
TABLE: list[tuple[dict[str, Any], list[tuple[str, ...]], bool | None]] = [
    # who must agree
    ({"need": "any"}, [("bo", "approve")], YES),
    ({"need": "any"}, [("bo", "refuse")], WAITS),
    ({"need": "any"}, [("bo", "refuse"), ("an", "refuse")], WAITS),
    ({"need": "any"}, [("bo", "refuse"), ("an", "refuse"), ("cai", "refuse")], NO),
    ({"need": "any"}, [("bo", "refuse"), ("cai", "approve")], YES),
    ({"need": "all"}, [("an", "approve"), ("bo", "approve")], WAITS),
    ({"need": "all"}, [("cai", "approve"), ("an", "approve"), ("bo", "approve")], YES),
    ({"need": "all"}, [("an", "approve"), ("bo", "refuse")], NO),
    ({"need": "turn"}, [("an", "approve"), ("bo", "approve")], WAITS),
    ({"need": "turn"}, [("an", "approve"), ("bo", "approve"), ("cai", "approve")], YES),
    ({"need": "turn"}, [("an", "refuse")], NO),
    (SOME, [("an", "approve")], WAITS),
    (SOME, [("an", "approve"), ("cai", "approve")], YES),
    (SOME, [("an", "refuse"), ("bo", "approve"), ("cai", "approve")], YES),
    (SOME, [("an", "refuse"), ("bo", "refuse")], NO),
    # what a refusal leads to
    ({"need": "any", "refused": "on", "who": ("an",)}, [("an", "refuse")], YES),
    ({"need": "all", "refused": "on"}, [("an", "refuse")], YES),
    # handing on
    ({"need": "any"}, [("an", "hand", "di"), ("di", "approve")], YES),
    ({"need": "all"}, [("an", "hand", "di"), ("bo", "approve"), ("cai", "approve")], WAITS),
    ({"need": "all"}, [("an", "hand", "di"), ("bo", "approve"), ("cai", "approve"), ("di", "approve")], YES),
    ({"need": "all"}, [("an", "hand", "di"), ("di", "refuse")], NO),
    ({"need": "turn"}, [("an", "hand", "di"), ("di", "approve"), ("bo", "approve"), ("cai", "approve")], YES),
    ({"need": "turn"}, [("an", "hand", "di"), ("di", "refuse")], NO),
    (SOME, [("an", "hand", "di"), ("di", "approve"), ("bo", "approve")], YES),
    # adding somebody
    ({"need": "any", **MORE}, [("an", "beside", "di"), ("an", "approve")], WAITS),
    ({"need": "any", **MORE}, [("an", "beside", "di"), ("an", "approve"), ("di", "approve")], YES),
    ({"need": "any", **MORE}, [("an", "beside", "di"), ("di", "refuse")], NO),
    ({"need": "any", **MORE}, [("an", "before", "di"), ("di", "approve"), ("an", "approve")], YES),
    ({"need": "any", **MORE}, [("an", "before", "di"), ("di", "refuse")], NO),
    ({"need": "any", **MORE}, [("an", "after", "di"), ("an", "approve")], WAITS),
    ({"need": "any", **MORE}, [("an", "after", "di"), ("an", "approve"), ("di", "approve")], YES),
    ({"need": "any", **MORE}, [("an", "after", "di"), ("an", "refuse"), ("bo", "approve")], YES),
    ({"need": "all", **MORE}, [("an", "before", "di"), ("di", "approve"), ("an", "approve"), ("bo", "approve"), ("cai", "approve")], YES),
    ({"need": "all", **MORE}, [("an", "beside", "di"), ("an", "approve"), ("bo", "approve"), ("cai", "approve")], WAITS),
    ({"need": "turn", **MORE}, [("an", "after", "di"), ("an", "approve"), ("di", "approve"), ("bo", "approve"), ("cai", "approve")], YES),
    ({"need": "turn", **MORE}, [("an", "before", "di"), ("di", "approve"), ("an", "approve"), ("bo", "approve"), ("cai", "approve")], YES),
    ({"need": "turn", **MORE}, [("an", "after", "di"), ("an", "approve"), ("di", "refuse")], NO),
    ({**SOME, **MORE}, [("an", "beside", "di"), ("an", "approve"), ("bo", "approve")], WAITS),
    ({**SOME, **MORE}, [("an", "beside", "di"), ("an", "approve"), ("bo", "approve"), ("di", "approve")], YES),
    # taking it back
    ({"need": "any"}, [("an", "refuse"), ("boss", "withdraw")], NO),
    ({"need": "all"}, [("an", "approve"), ("boss", "withdraw")], NO),
    ({"need": "turn"}, [("an", "approve"), ("boss", "withdraw")], NO),
    (SOME, [("an", "approve"), ("boss", "withdraw")], NO),
]


@pytest.mark.parametrize(("node", "does", "passed"), TABLE, ids=lambda value: None)
def test_the_table(house: House, node: dict[str, Any], does: list[tuple[str, ...]], passed: bool | None) -> None:
    house.ask(**node)
    for name, what, *given in does:
        if what == "withdraw":
            with house.crm.act(house.who[name]) as act:
                tasks.withdraw(act, house.flows.runs()[-1].id)
            house.flows.work()
        else:
            house.does(name, what, *given)
    assert house.passed() is passed, house.states()


@pytest.mark.parametrize("need", ["any", "all", "turn", "some"])
@pytest.mark.parametrize(("then", "passed"), [("remind", None), ("pass", True), ("refuse", False), ("escalate", None)])
def test_the_time_is_up(house: House, need: str, then: str, passed: bool | None) -> None:
    house.ask(need=need, count=2, late=HOURS, late_then=then, escalate_to=[{"person": house.who["di"].id}])
    house.crm.later(hours=25)
    house.flows.work()
    assert house.passed() is passed
    if then == "remind":
        told = [row for row in house.flows.all(tables.notice, "code") if row == ("task_reminded",)]
        assert len(told) == (1 if need == "turn" else 3)
    if then == "escalate":
        assert house.states()[-1] == "di open" and house.states()[0] == "an late"
        house.does("di", "approve")
        assert house.passed() is True


@pytest.mark.parametrize("need", ["any", "all", "turn", "some"])
@pytest.mark.parametrize("how", ["return", "refuse", "late"])
def test_it_returns_to_a_step(house: House, need: str, how: str) -> None:
    """The first step asks di to fill in the size; the approval returns there, and asks everybody anew."""
    house.ask(need=need, count=2, back_to="f", refused="back", late=HOURS, late_then="return", before=[
        step("f", "fill", title=ASKED, who=[{"person": house.who["di"].id}], fields=["size"], needed=["size"])])
    house.does("di", "fill", {"size": "7"})
    if how == "late":
        house.crm.later(hours=25)
        house.flows.work()
    else:
        for name in ("an",) if how == "return" or need in ("all", "turn") else ("an", "bo", "cai") if need == "any" else ("an", "bo"):
            house.does(name, how)
    assert house.states()[-1] == "di open" and house.passed() is None
    house.does("di", "fill", {"size": "8"})
    for name in ("an", "bo", "cai"):
        if house.passed() is None:
            house.does(name, "approve")
    assert house.passed() is True and house.flows.value("customer", house.flows.runs()[0].record or 0, "size") == 8


def test_filling_in_writes_only_what_was_asked_for(house: House) -> None:
    house.ask(kind="fill", who=["an"], fields=["size", "kind"], needed=["size"])
    for values, path in (({}, "size"), ({"size": "many"}, "size"), ({"size": "7", "vip": True}, "vip")):
        with pytest.raises(Invalid) as refused:
            house.does("an", "fill", values)
        assert [problem.path for problem in refused.value.problems] == [path]
    house.does("an", "fill", {"size": "7"})
    assert house.passed() is True


def test_an_approver_changes_only_what_they_may(house: House) -> None:
    record = house.ask(editable=["size"])
    with pytest.raises(Invalid):
        house.does("an", "approve", {"name": "x"})
    house.does("an", "approve", {"size": "3"})
    assert house.passed() is True and house.flows.value("customer", record, "size") == 3


@pytest.mark.parametrize(("asked", "how", "needed"), [
    ("always", "approve", True), ("always", "refuse", True), ("always", "return", True), ("refuse", "approve", False), ("refuse", "refuse", True), ("refuse", "return", True),
    (None, "approve", False), (None, "refuse", True), ("never", "approve", False), ("never", "refuse", False), ("never", "return", False)])
def test_an_opinion_where_one_is_asked_for(house: House, asked: str | None, how: str, needed: bool) -> None:
    back = step("f", "fill", title=ASKED, who=[{"person": house.who["di"].id}], fields=["size"])
    house.ask(before=[back], back_to="f", **({"opinion": asked} if asked else {}))
    house.does("di", "fill", {"size": "1"})
    with house.crm.act(house.who["an"]) as act, pytest.raises(Invalid) if needed else nullcontext() as refused:
        tasks.answer(act, house.task("an"), how, "  ")
    if refused is not None:
        assert [problem.code for problem in refused.value.problems] == ["answer_opinion"]
    assert ("an open" in house.states()) is needed


def test_nobody_answers_for_others_or_out_of_turn(house: House) -> None:
    house.ask(need="turn")
    with house.crm.act(house.who["di"]) as act, pytest.raises(Denied):
        tasks.answer(act, house.task("an"), "approve")
    with house.crm.act(house.who["bo"]) as act, pytest.raises(Conflict) as early:
        tasks.answer(act, house.task("bo"), "approve")
    assert early.value.problems[0].code == "task_not_yet"


ROLE = {"kind": "role", "format": 1, "key": "member", "label": words("成员"), "can": {"records": ["create", "change"]},
        "rows": {"customer": one({"field": "owner", "operator": "=", "value": {"$me": True}})}}


def test_who_may_not_see_what_is_to_be_filled_in_is_told_of_as_such(house: House) -> None:
    house.crm.publish(("role", {**ROLE, "rows": {"customer": one({"field": "vip", "operator": "=", "value": True})}}))
    asked = [{"person": house.who[name].id} for name in ("an", "bo")]
    house.crm.publish(flow("deal", {"type": "created"}, step("f", "fill", title=ASKED, who=asked, fields=["size"])))
    house.crm.add("customer", name="a")
    house.flows.work()
    zh, en = (messages.say(house.flows.runs()[0].why, lang) for lang in ("zh", "en"))  # type: ignore[arg-type]
    assert zh.startswith("An、Bo看不到这条记录") and zh.endswith("换个人，再重试") and "审" not in zh
    assert en.startswith("An, Bo may not see this record") and en.endswith("then try again")


def test_nobody_approves_what_they_may_not_see(house: House) -> None:
    house.crm.publish(("role", {**ROLE, "rows": {"customer": one({"field": "vip", "operator": "=", "value": True})}}))
    house.ask()
    assert house.flows.runs()[0].state == "failed" and house.flows.runs()[0].why.code == "ask_unseen"  # type: ignore[union-attr]
    house.crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=ASKED, who=[{"person": house.who["an"].id}, {"person": house.who["boss"].id}])))
    record = house.crm.add("customer", name="b", vip=True)
    house.flows.work()
    assert house.states() == ["an open", "boss open"]
    house.crm.set("customer", record, vip=False)
    with pytest.raises(Denied) as hidden:
        house.does("an", "approve")
    assert hidden.value.problems[0].code == "task_unseen"
    with pytest.raises(Invalid):
        house.does("boss", "hand", "bo")


def test_who_is_away_is_stood_in_for(house: House) -> None:
    def away(name: str, stands_in: str) -> None:
        with house.crm.database.write() as conn:
            absences.keep(conn, house.who[name], house.who[name].id, "2026-11-20", "2026-11-30", house.who[stands_in].id)

    away("an", "bo")
    away("bo", "di")
    house.ask(who=["an", "cai"], need="all")
    assert house.states() == ["di open", "cai open"]
    assert house.flows.all(tables.task, "stead")[0] == (house.who["an"].id,)
    away("di", "an")
    house.ask(who=["an"])
    assert house.states()[-1] == "an open", "never in a circle"
    house.crm.later(days=20)
    house.ask(who=["bo"])
    assert house.states()[-1] == "bo open"
    with house.crm.database.write() as conn, pytest.raises(Denied):
        absences.keep(conn, house.who["an"], house.who["bo"].id, "2026-11-20", "2026-11-30", house.who["di"].id)


@pytest.mark.parametrize("tries", range(3))
def test_of_two_at_once_one_wins(house: House, tries: int) -> None:
    house.ask()
    numbers, told = {name: house.task(name) for name in ("an", "bo", "cai")}, dict[str, str]()
    ready = threading.Barrier(3)

    def answer(name: str) -> None:
        ready.wait()
        try:
            with house.crm.act(house.who[name]) as act:
                tasks.answer(act, numbers[name], "approve")
            told[name] = "done"
        except FenzuError as error:
            told[name] = error.problems[0].code

    threads = [threading.Thread(target=answer, args=(name,)) for name in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.flows.work()
    assert sorted(told.values()) == ["done", "task_answered", "task_answered"]
    assert house.passed() is True and len(house.flows.runs()) == 1


def test_an_approver_who_left(house: House) -> None:
    """One who left before is not asked; one who left after, with nobody to take over, holds the run until it is mended."""
    with house.crm.database.write() as conn:
        people.deactivate(conn, house.who["boss"], house.who["an"].id)
    house.ask(who=["an"])
    run = house.flows.runs()[0]
    assert run.state == "failed" and run.why is not None and run.why.code == "ask_nobody"
    assert ("workflow_failed",) in house.flows.all(tables.notice, "code")
    house.ask(who=["bo"])
    with house.crm.database.write() as conn:
        people.deactivate(conn, house.who["boss"], house.who["bo"].id)
    house.crm.later(days=2)
    house.flows.work()
    run = house.flows.runs()[-1]
    assert run.state == "failed" and run.why is not None and run.why.code == "asked_left"
    with house.crm.act() as act:
        tasks.hand(act, house.task("bo"), house.who["cai"].id)
    house.does("cai", "approve")
    assert house.flows.runs()[-1].state == "done" and house.states()[-2:] == ["bo handed", "cai approved"]


def test_a_record_deleted_meanwhile(house: House) -> None:
    record = house.ask()
    house.crm.drop("customer", record)
    with pytest.raises(Denied):
        house.does("an", "approve")
    house.crm.later(days=2)
    house.flows.work()
    assert house.flows.runs()[0].state == "stopped" and set(house.states()) == {"an gone", "bo gone", "cai gone"}


def test_the_version_is_frozen_while_people_are_asked(house: House) -> None:
    house.ask(need="all")
    house.crm.publish(flow("deal", {"type": "created"}, step("a", "approve", title=ASKED, need="any", who=[{"person": house.who["di"].id}])))
    house.does("an", "approve")
    assert house.passed() is None
    house.does("bo", "approve")
    house.does("cai", "approve")
    assert house.passed() is True


def test_it_lies_on_the_desk_and_in_the_log(house: House) -> None:
    house.ask(copy=[{"person": house.who["di"].id}])
    with house.crm.database.read() as conn:
        found, = desk.listed(conn, house.who["an"].id, desk.Span(desk.ASKED), 10)
    assert (found.kind, found.said("zh"), found.asked_by) == ("approve", "给「沐阳」95 折", house.who["boss"].id)
    house.does("an", "approve")
    lines = house.flows.lines(house.flows.runs()[0])
    assert lines[:3] == ["a asked_whom", "a approved_said", "a settled_approved"]
    assert ("task_approved",) in house.flows.all(tables.notice, "code") and len([c for c in house.flows.all(tables.notice, "code") if c == ("task_asked",)]) == 3
