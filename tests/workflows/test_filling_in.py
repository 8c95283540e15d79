"""Something to fill in: by one of those asked, all, one after the other or so many; and whatever they do instead, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.definitions.workflow import Workflow
from runtime.errors import Conflict, Invalid
from runtime.messages import CODES
from runtime.storage.db import Database
from runtime.workflows import tasks
from runtime.workflows.steps.fill import Fill
from tests.flows import flow, step
from tests.workflows.approving import ASKED, HOURS, House
from tests.workflows.test_trial import tried

YES, NO, WAITS = True, False, None
SIZE, MORE, SOME = {"fields": ["size"]}, {"may_add": True}, {"need": "some", "count": 2}


@pytest.fixture
def house(database: Database, boss: Actor) -> House:
    return House(database, boss)


# settings, what people do one after the other, whether the run has come past it then
TABLE: list[tuple[dict[str, Any], list[tuple[str, ...]], bool | None]] = [
    ({}, [("bo", "fill")], YES),
    ({"need": "any"}, [("bo", "fill")], YES),
    ({"need": "all"}, [("cai", "fill"), ("an", "fill")], WAITS),
    ({"need": "all"}, [("cai", "fill"), ("an", "fill"), ("bo", "fill")], YES),
    ({"need": "turn"}, [("an", "fill"), ("bo", "fill")], WAITS),
    ({"need": "turn"}, [("an", "fill"), ("bo", "fill"), ("cai", "fill")], YES),
    (SOME, [("an", "fill")], WAITS),
    (SOME, [("an", "fill"), ("cai", "fill")], YES),
    ({"need": "all"}, [("an", "hand", "di"), ("bo", "fill"), ("cai", "fill")], WAITS),
    ({"need": "all"}, [("an", "hand", "di"), ("bo", "fill"), ("cai", "fill"), ("di", "fill")], YES),
    ({"need": "turn"}, [("an", "hand", "di"), ("di", "fill"), ("bo", "fill"), ("cai", "fill")], YES),
    ({**SOME, **MORE}, [("an", "beside", "di"), ("an", "fill"), ("bo", "fill")], WAITS),
    ({**SOME, **MORE}, [("an", "beside", "di"), ("an", "fill"), ("bo", "fill"), ("di", "fill")], YES),
    ({"need": "all", **MORE}, [("an", "before", "di"), ("di", "fill"), ("an", "fill"), ("bo", "fill"), ("cai", "fill")], YES),
    ({"need": "turn", **MORE}, [("an", "after", "di"), ("an", "fill"), ("di", "fill"), ("bo", "fill"), ("cai", "fill")], YES),
    ({"need": "all"}, [("an", "fill"), ("boss", "withdraw")], NO),
]


@pytest.mark.parametrize(("node", "does", "passed"), TABLE, ids=lambda value: None)
def test_the_table(house: House, node: dict[str, Any], does: list[tuple[str, ...]], passed: bool | None) -> None:
    """Each who fills it in writes; what the last one wrote stands in the record."""
    record, size = house.ask(kind="fill", **SIZE, **node), None
    for n, (name, what, *given) in enumerate(does):
        if what == "withdraw":
            with house.crm.act(house.who[name]) as act:
                tasks.withdraw(act, house.flows.runs()[-1].id)
            house.flows.work()
        elif what == "fill":
            house.does(name, what, {"size": str(n)})
            size = n
        else:
            house.does(name, what, *given)
    assert house.passed() is passed, house.states()
    assert house.flows.value("customer", record, "size") == size


@pytest.mark.parametrize("need", ["any", "all", "turn", "some"])
@pytest.mark.parametrize(("then", "passed"), [("remind", None), ("pass", True), ("escalate", None)])
def test_the_time_is_up(house: House, need: str, then: str, passed: bool | None) -> None:
    house.ask(kind="fill", **SIZE, need=need, count=2, late=HOURS, late_then=then, escalate_to=[{"person": house.who["di"].id}])
    house.crm.later(hours=25)
    house.flows.work()
    assert house.passed() is passed
    if then == "escalate":
        house.does("di", "fill", {"size": "9"})
        assert house.passed() is True


def test_out_of_turn_and_without_what_is_needed(house: House) -> None:
    house.ask(kind="fill", **SIZE, needed=["size"], need="turn")
    with house.crm.act(house.who["bo"]) as act, pytest.raises(Conflict) as early:
        tasks.answer(act, house.task("bo"), "fill", "", {"size": "1"})
    assert early.value.problems[0].code == "task_not_yet"
    house.does("an", "fill", {"size": "1"})
    for values in ({}, {"size": ""}):
        with pytest.raises(Invalid) as lacking:
            house.does("bo", "fill", values)
        assert [problem.path for problem in lacking.value.problems] == ["size"]
    assert house.states() == ["an filled", "bo open", "cai waiting"]


def test_so_many_without_saying_how_many(house: House) -> None:
    body = flow("deal", {"type": "created"}, step("a", "fill", title=ASKED, who=[{"person": 1}], fields=["size"], need="some"))[1]
    with house.crm.database.read() as conn:
        whole = house.crm.app(conn).whole
    workflow = Workflow(body)
    assert "ask_count" in [problem.code for problem in Fill().problems(workflow.steps["a"], workflow, whole, whole.forms["customer"])]


def test_a_test_run_says_in_words_that_it_was_filled_in(house: House) -> None:
    record = house.crm.add("customer", name="a")
    body = flow("draft", {"type": "created"}, step("a", "fill", title=ASKED, who=[{"person": house.who["an"].id}], fields=["size"]))
    found = tried(house.crm, body, record, a=next(iter(Fill.as_if)))
    said = [one.code for line in found.path for one in line.says]
    assert found.ended and said and set(said) <= CODES.keys(), said
