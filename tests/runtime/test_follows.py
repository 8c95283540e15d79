"""What a group's rule reads of other records moves it whichever way they changed; and a record just made is asked as it will be stored."""

from __future__ import annotations

from typing import Any

import pytest

from builder import apps
from runtime.accounts.actor import Actor
from runtime.errors import Invalid, Problem
from runtime.groups import clockwork, differing, membership, pins, work
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from tests.crm import Crm, group, grouping, made, one

TAGGED = {"field": "tags", "operator": "taggedInLast", "value": {"n": 7, "unit": "day", "today": False, "tags": ["gold"]}}
BIG = {"field": "amount", "operator": ">=", "value": 100}
HAS = {"field": "orders", "match": {"mode": "some"}, "operator": "=", "value": one({"field": "$group", "operator": "in", "value": ["og/big"]})}


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    found = made(database, boss)
    for body in (
        grouping("tg", [group("t", one(TAGGED))], mode="overlapping"),
        grouping("og", [group("big", one(BIG))], mode="overlapping", form="order"),
        grouping("cg", [group("has", one(HAS))], mode="overlapping"),
    ):
        found.publish(("grouping", body))
    return found


def groups(crm: Crm, record: int) -> Any:
    """A customer's groups, which are those that asking anew gives."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        live = app.form("customer")
        assert differing.among(conn, app, live, ["tg", "cg"], [record], crm.as_of) == []
        return membership.groups_of(conn, app, live, [record]).get(record, {})


def test_whoever_is_kept_in_a_group_by_hand_moves_those_who_read_it(crm: Crm) -> None:
    buyer = crm.add("customer", name="沐阳")
    order = crm.add("order", number="1", customer=buyer, amount=5)
    assert not groups(crm, buyer).get("cg")
    with crm.act() as act:
        pins.put(act, "order", [order], "og/big", pins.IN, "老客户")
    assert groups(crm, buyer)["cg"] == ["has"]
    with crm.act() as act:
        pins.take_away(act, "order", [order], "og/big")
    assert not groups(crm, buyer).get("cg")


def test_a_tag_given_today_does_not_count_where_today_is_left_out(crm: Crm) -> None:
    assert not groups(crm, crm.add("customer", name="沐阳", tags=["gold"])).get("tg")


def test_an_app_that_fails_does_not_stop_the_clock_of_others(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others strike, and the stroke is not kept as done."""
    with crm.database.write() as conn:
        other = apps.create(conn, {"zh": "另一个", "en": "Other"})
    struck: list[str] = []
    real = clockwork.Turn.run

    def run(turn: clockwork.Turn) -> None:
        if turn.key == crm.key:
            raise Invalid(Problem("", "rule_bad_value"))
        struck.append(turn.key)
        real(turn)

    monkeypatch.setattr(clockwork.Turn, "run", run)
    with crm.database.write() as conn:
        number = queue.put(conn, "clock", {})
    Runner(crm.database, work.kinds(crm.live), rest=0).drain()
    with crm.database.read() as conn:
        assert struck[:1] == [other.key] and queue.get(conn, number).state != "done"
        assert clockwork.struck(conn, crm.as_of.zone) is None
