"""Laws of a grouping in time: as it stood at a moment is as it was stored then, whatever happened before and since."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import FenzuError
from runtime.groups import history
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.laws.test_membership import STEP, do, stored

Members = dict[str, dict[str, set[int]]]


@pytest.fixture
def boss_factory(boss: Actor) -> Any:
    return lambda: boss


def as_of(crm: Crm, at: str) -> Members:
    """Every group's members at a moment, by the reckoning under test."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        found: Members = {key: {g: set() for g in item.grouping.groups} for key, item in app.groupings.items()}
        for key, item in app.groupings.items():
            names = {number: name for name, number in item.ids.items()}
            for record, group in conn.execute(history.standing(app.form("customer"), item, at)):
                found[key].setdefault(names[group], set()).add(record)
    return found


def replayed(crm: Crm, at: str) -> Members:
    """The same from the diary alone, line by line from its beginning."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        found: Members = {key: {g: set() for g in item.grouping.groups} for key, item in app.groupings.items()}
        by_id = {item.id: item for item in app.groupings.values()}
        d = tables.diary
        for row in conn.execute(sa.select(d).where(d.c.at <= at, d.c.grouping_id.in_(by_id)).order_by(d.c.id)):
            item = by_id[row.grouping_id]
            name = next(key for key, number in item.ids.items() if number == row.group_id)
            members = found[item.key].setdefault(name, set())
            (members.add if row.joined else members.discard)(row.record_id)
    return found


@settings(max_examples=15)
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_as_of_a_moment_is_what_was_stored_then(database: Database, boss_factory: Any, steps: list[tuple[Any, ...]]) -> None:
    crm = made(database, boss_factory())
    customers: list[int] = []
    orders: list[int] = []
    seen: list[tuple[str, Members]] = []
    with mock.patch.object(clock, "now", lambda: crm.as_of.at):
        for step in steps:
            crm.later(minutes=7)
            with suppress(FenzuError):
                do(crm, step, customers, orders)
            seen.append((clock.text(crm.as_of.at), stored(crm)))
    for at, members in seen:
        assert as_of(crm, at) == replayed(crm, at) == members
    compared(crm, seen)


def compared(crm: Crm, seen: list[tuple[str, Members]]) -> None:
    """What changed between any two moments, and the sizes at the ends of days, follow from who was where."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        item, live = app.groupings["level"], app.form("customer")
        names = {number: name for name, number in item.ids.items()}
        (since, before), (until, after) = seen[0], seen[-1]
        top = list(item.ids.values())
        told = {(names.get(old or 0), names.get(new or 0)): n for old, new, n in history.flows(conn, item, since, until, top)}
        expected: dict[tuple[str | None, str | None], int] = {}
        everybody = {one for state in (before, after) for members in state["level"].values() for one in members}
        for one in everybody:
            was, now = (next((g for g, members in state["level"].items() if one in members), None) for state in (before, after))
            if was != now:
                expected[was, now] = expected.get((was, now), 0) + 1
        assert told == expected
        assert len(history.moves(conn, item, since, until, top, 1000)) == sum(expected.values())
        for zone in ("Asia/Shanghai", "Asia/Kathmandu"):  # a day ends at any quarter of an hour
            now = AsOf(crm.as_of.at, ZoneInfo(zone))
            days = [now.today - timedelta(days=n) for n in (40, 3, 1, 0)]
            sizes = history.sizes(conn, live, item, days, now)
            for at, day in enumerate(days):
                then = as_of_level(conn, live, item, history.moment(day, now))
                assert {g: column[at] for g, column in sizes.items() if column[at]} == then


def as_of_level(conn: Any, live: Any, item: Any, at: str) -> dict[int, int]:
    counted: dict[int, int] = {}
    for _record, group in conn.execute(history.standing(live, item, at)):
        counted[group] = counted.get(group, 0) + 1
    return counted
