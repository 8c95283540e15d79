"""Law of what is foreseen: if nobody does anything, just that happens, and on just that day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import apps
from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.groups import foreseen
from runtime.storage.db import Database
from tests.crm import Crm
from tests.laws.test_clock import BEGIN, FORMULA, PERIOD, ROLLED, SUMMED, ZONES, at, dated, day, do, made, on_day
from tests.laws.test_membership import stored
from tests.runtime.test_clock_groups import run_clock

LEAF = st.one_of(on_day("since"), dated("seen"), PERIOD, SUMMED, ROLLED, FORMULA)
RULE = st.builds(lambda how, rules: {"combinator": how, "rules": rules}, st.sampled_from(["and", "or"]), st.lists(LEAF, min_size=1, max_size=2))
WEEK = 7


def places(crm: Crm) -> dict[int, str]:
    return {record: key for key, records in stored(crm)["first"].items() for record in records}


def look(crm: Crm, days: int = WEEK) -> foreseen.Outlook:
    with crm.database.read() as conn:
        app = crm.app(conn)
        return foreseen.look(conn, app, app.form("customer"), app.groupings["first"], crm.as_of, days)


@settings(max_examples=12)
@given(rules=st.lists(RULE, min_size=1, max_size=2), zone=st.sampled_from(ZONES), begin=st.sampled_from(BEGIN),
       given_days=st.lists(st.tuples(st.integers(-34, 12), st.integers(-50, 50)), min_size=1, max_size=5))
def test_what_is_foreseen_comes_to_pass(database: Database, boss: Actor, rules: list[Any], zone: str, begin: datetime, given_days: list[Any]) -> None:
    crm = made(database, boss, rules, zone, begin)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: crm.as_of.at)
        customers: list[int] = []
        for days, hours in given_days:
            do(crm, ("add", days, hours), customers)
            do(crm, ("order", len(customers) - 1, days, hours), customers)
        do(crm, ("pin", 0, 30), customers)
        run_clock(crm)
        before, first = places(crm), crm.as_of.today
        outlook = look(crm)
        said = {(one.record, one.on) for one in outlook.moves}
        assert outlook.whole and outlook.through == first + timedelta(days=WEEK)
        happened: dict[int, date] = {}
        for n in range(1, WEEK + 1):
            crm.as_of = AsOf(crm.as_of.start_of(first + timedelta(days=n)), crm.as_of.zone)
            run_clock(crm)
            for record, key in places(crm).items():
                if key != before[record]:
                    happened.setdefault(record, crm.as_of.today)
    assert said == set(happened.items())
    with database.write() as conn:
        apps.remove(conn, crm.app(conn).id)


def test_decisions_and_examples_are_due_in_time(sqlite_database: Database, sqlite_boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = {"combinator": "and", "rules": [{"field": "size", "operator": ">", "value": 5}]}
    crm = made(sqlite_database, sqlite_boss, [rule], ZONES[0], BEGIN[0])
    monkeypatch.setattr(clock, "now", lambda: crm.as_of.at)
    one, other = crm.add("customer", name="a", since=day(crm, 0)), crm.add("customer", name="b", seen=at(crm, 0))
    do(crm, ("pin", 0, 48), [one])
    body = {**_body(crm), "groups": [{**group, **({"examples": {"in": [], "out": [other]}} if group["key"] == "g0" else {})} for group in _body(crm)["groups"]]}
    crm.publish(("grouping", body))

    def due(days: int) -> tuple[list[int], list[tuple[str, str, int]]]:
        with crm.database.read() as conn:
            item = crm.app(conn).groupings["first"]
            return [old.record for old in foreseen.pins(conn, item, crm.as_of, days)], foreseen.examples(conn, item, crm.as_of)

    assert due(1) == ([], []) and due(3) == ([one], [])
    crm.later(days=400)
    assert due(3) == ([], [("g0", "out", other)])


def _body(crm: Crm) -> dict[str, Any]:
    with crm.database.read() as conn:
        return dict(crm.app(conn).groupings["first"].newest.body)
