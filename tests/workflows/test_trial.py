"""The test run: the path and the values it would change are shown, and nothing at all is kept."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.storage.db import Database
from runtime.workflows import trial
from tests.crm import Crm, made, one
from tests.flows import flow, step, way

BIG = one({"field": "size", "operator": ">", "value": 50})
VIP = step("vip", "set_fields", set=[{"field": "vip", "value": True}])


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """The contents of every table there is, whoever made it."""
    with database.read() as conn:
        found = {}
        for name in sa.inspect(conn).get_table_names():
            if conn.dialect.name == "sqlite" and name.endswith("_x"):
                continue  # a search index has no rows of its own; what it is made of is among the tables
            table = sa.Table(name, sa.MetaData(), autoload_with=conn)
            found[name] = sorted((tuple(row) for row in conn.execute(sa.select(table))), key=repr)
        return found


def tried(crm: Crm, body: tuple[str, dict[str, Any]], record: int | None, **answers: str) -> trial.Tried:
    return trial.attempt(crm.database, crm.live, crm.key, crm.boss, Workflow(body[1]), record, answers, crm.as_of)


def test_the_path_is_shown_and_nothing_is_kept(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    crm.publish(flow("other", {"type": "entered", "groups": ["level/mid"]}, step("a", "tag", field="tags", add=["slow"])))
    record = crm.add("customer", name="a", size=20)
    draft = flow("draft", {"type": "created"},
        step("up", "set_fields", set=[{"field": "size", "value": 60}]),
        step("how", "branch", branches=[way("big", step("t", "tag", field="tags", add=["gold"]), when=BIG), way("rest", VIP)]),
        step("w", "wait", **{"for": {"n": 3, "unit": "day"}}),
        step("bell", "notify", who=[{"person": boss.id}], text={"zh": "你好", "en": "hi"}),
        step("end", "set_fields", set=[{"field": "since", "fact": "today"}]))  # fmt: skip
    before = everything(database)
    found = tried(crm, draft, record)
    assert everything(database) == before
    assert [(line.step, line.outcome) for line in found.path] == [
        ("up", "ran"), ("how", "ran"), ("t", "ran"), ("w", "waits"), ("bell", "ran"), ("end", "ran")]
    assert found.ended and found.fits and found.problem is None and "vip" not in found.reached()
    assert [(one.label, one.before, one.after) for one in found.path[0].changes] == [("规模", "20", "60"), ("level", "low", "mid")]
    assert found.path[1].branches == ["big"]
    assert [one.after for one in found.path[5].changes if one.label == "首次合作"] == ["2026年11月25日"], "the clock has moved on with the wait"
    assert [(one.key, one.count) for one in found.begun] == [("other", 1)]


@pytest.mark.parametrize(("answer", "path", "ended"), [
    (None, [("q", "asks")], False), ("approved", [("q", "ran"), ("q", "ran"), ("vip", "ran")], True), ("refused", [("q", "ran"), ("q", "ran")], True)])
def test_people_are_taken_to_have_answered(database: Database, boss: Actor, answer: str | None, path: list[tuple[str, str]], ended: bool) -> None:
    crm = made(database, boss)
    record = crm.add("customer", name="a")
    before = everything(database)
    found = tried(crm, flow("draft", {"type": "created"}, step("q", "approve", title={"zh": "同意吗", "en": "agreed?"}, who=[{"person": boss.id}]), VIP), record, **({"q": answer} if answer else {}))
    assert ([(line.step, line.outcome) for line in found.path], found.ended) == (path, ended)
    assert list(found.path[0].choices) == ["approved", "refused"] and everything(database) == before


def test_a_step_that_fails_ends_it_with_its_sentence(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    record = crm.add("customer", name="a")
    found = tried(crm, flow("draft", {"type": "created", "when": BIG}, VIP, step("bad", "set_fields", set=[{"field": "kind", "value": "no such"}]), step("c", "stop")), record)
    assert [(line.step, line.outcome) for line in found.path] == [("vip", "ran"), ("bad", "failed")]
    assert not found.fits and not found.ended and found.problem == found.path[1].says[0]


def test_a_wait_for_a_rule_is_passed_at_its_last_moment(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    record = crm.add("customer", name="a")
    for most in ({}, {"most": {"n": 2, "unit": "day"}}):
        found = tried(crm, flow("draft", {"type": "created"}, step("w", "wait", when=BIG, **most), VIP), record)
        assert [(line.step, line.outcome) for line in found.path][-1] == ("vip", "ran") and found.ended
        assert found.path[0].outcome == "waits" and found.path[0].says


def test_branches_at_once_and_each_of_the_linked(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    record = crm.add("customer", name="a")
    orders = [crm.add("order", number=f"n{n}", customer=record, amount=n) for n in range(2)]
    draft = flow("draft", {"type": "created"},
        step("both", "parallel", branches=[way("x", step("b", "tag", field="tags", add=["gold"])), way("y", step("w", "wait", **{"for": {"n": 1, "unit": "day"}}))]),
        step("all", "each", link="orders", branches=[way("each", step("o", "set_fields", set=[{"field": "amount", "value": 7}]))]), VIP)  # fmt: skip
    found = tried(crm, draft, record)
    assert [(line.step, line.about) for line in found.path if line.step == "o"] == [("o", "n0"), ("o", "n1")]
    assert found.ended and found.path[0].branches == ["x", "y"] and len(orders) == 2


def test_one_that_goes_round_is_ended(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    crm = made(database, boss)
    monkeypatch.setattr(trial, "MOST", 3)
    found = tried(crm, flow("draft", {"type": "created"}, *(step(f"s{n}", "set_fields", set=[{"field": "size", "value": n}]) for n in range(5))), crm.add("customer", name="a"))
    assert found.problem == Problem("", "trial_too_long", {"n": 3}) and not found.ended
