"""Law of why: the way that is told of a record ends in the groups it is stored in, whatever happened before."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builder import apps
from runtime.accounts.actor import Actor
from runtime.errors import FenzuError
from runtime.groups import membership, why
from runtime.storage.db import Database
from tests.crm import made
from tests.laws.test_membership import STEP, do


@settings(max_examples=12)
@given(steps=st.lists(STEP, min_size=2, max_size=12))
def test_the_way_ends_in_the_groups_that_are_stored(database: Database, boss: Actor, steps: list[tuple[Any, ...]]) -> None:
    crm = made(database, boss)
    customers: list[int] = []
    orders: list[int] = []
    for step in steps:
        with suppress(FenzuError):
            do(crm, step, customers, orders)
    with database.read() as conn:
        app = crm.app(conn)
        held = membership.groups_of(conn, app, app.form("customer"), customers)
        everybody: set[int] = crm.list(conn, None)
        for record in sorted(everybody):
            for key, item in app.groupings.items():
                told = why.Walker(conn, app, item.grouping, record, crm.as_of).walk().groups
                assert sorted(told) == sorted(held.get(record, {}).get(key, [])), (record, key)
    with database.write() as conn:
        apps.remove(conn, crm.app(conn).id)
