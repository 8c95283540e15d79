"""The diary of a regroup is found in chunks before the flip and is right whatever people save meanwhile."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.publish.apply import publish_set
from runtime.groups import generations, movers, work
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import Crm, group, made, one
from tests.laws.test_membership import LEVEL, boss_factory, stored

__all__ = ["boss_factory"]

STRICTER = [
    group("mid", one({"field": "size", "operator": ">", "value": 70}), prefix="M"),
    *[each for each in LEVEL["groups"] if each["key"] != "mid"],
]
ACT = st.tuples(st.integers(0, 59), st.integers(0, 120))
ROUNDS = st.lists(st.tuples(st.integers(1, 40), st.lists(ACT, max_size=3)), min_size=3, max_size=6)


def begun(crm: Crm) -> list[str]:
    """A stricter rule is published and its build begun, as a job would do it."""
    with crm.database.write() as conn:
        publish_set(conn, crm.app(conn).id, [("grouping", {**LEVEL, "groups": STRICTER})], crm.boss.by, "")
        return generations.start(conn, crm.app(conn), ["level"], crm.as_of)


def compare(crm: Crm, place: movers.Place | None, size: int) -> movers.Place | None:
    with crm.database.write() as conn:
        app = crm.app(conn)
        return None if place is None else movers.find(conn, app.form("customer"), app.groupings["level"], place, size)


def written(crm: Crm, behind: int) -> set[tuple[int, str, bool]]:
    """What the diary says of the grouping since a line of it."""
    d, g = tables.diary, tables.group_key
    with crm.database.read() as conn:
        level = crm.app(conn).groupings["level"].id
        rows = conn.execute(
            sa.select(d.c.record_id, g.c.key, d.c.joined)
            .join(g, g.c.id == d.c.group_id)
            .where(d.c.id > behind, d.c.cause == "rule", d.c.grouping_id == level)
        ).all()
    assert len(rows) == len(set(rows))
    return {(row[0], row[1], bool(row[2])) for row in rows}


def members(crm: Crm) -> set[tuple[int, str]]:
    return {(record, key) for key, found in stored(crm)["level"].items() for record in found}


@settings(max_examples=12)
@given(building=ROUNDS, comparing=ROUNDS)
def test_the_diary_is_what_the_flip_changes(
    database: Database, boss_factory: Any, building: Any, comparing: Any
) -> None:
    crm = made(database, boss_factory())
    ids = crm.add_many("customer", [{"name": f"n{n}", "size": n * 2} for n in range(60)])
    keys = begun(crm)
    place: movers.Place | None = movers.Place()
    for size, edits in [*building, (100, [])]:
        with crm.database.write() as conn:
            for key in keys:
                generations.step(conn, crm.app(conn), key, size, crm.as_of)
        for at, value in edits:
            crm.set("customer", ids[at], size=value)
    for size, edits in comparing:
        place = compare(crm, place, size)
        for at, value in edits:
            crm.set("customer", ids[at], size=value)
    while place is not None:
        place = compare(crm, place, 7)
    before = members(crm)
    with crm.database.write() as conn:
        last = conn.execute(sa.select(sa.func.coalesce(sa.func.max(tables.diary.c.id), 0))).scalar_one()
        work._flip(conn, crm.app(conn), keys, None, work.BY_RULE)
    after = members(crm)
    assert written(crm, last) == {(r, k, False) for r, k in before - after} | {(r, k, True) for r, k in after - before}
