"""The real shop's lines and customers in groups: lists, previews, stored members and the export say the same figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from builder.publish.apply import publish_set
from runtime.accounts.actor import Actor
from runtime.groups import membership, preview, work
from runtime.groups.funnel import funnel
from runtime.jobs.runner import Runner
from runtime.records.queries import Query, Reader
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.runtime.imports import World, publish
from tests.runtime.test_import_superstore import BUYER, FILE, LINE, SALES
from tests.shared import shared

WORDS = {"zh": "名", "en": "name"}
YEAR = {"combinator": "and", "rules": [{"field": "day", "operator": "between", "value": ["2016-01-01", "2016-12-31"]}]}


def bought(least: int) -> dict[str, Any]:
    """Customers whose lines of 2016 sum to at least so much."""
    return {"combinator": "and", "rules": [
        {"field": "lines", "agg": {"fn": "sum", "of": "sales", "where": YEAR}, "operator": ">=", "value": least}]}


AREAS = {"kind": "grouping", "format": 1, "key": "area", "form": "line", "label": WORDS, "mode": "exclusive", "groups": [
    {"key": f"area{n}", "label": {"zh": name, "en": name}, "rule": {"combinator": "and", "rules": [{"field": "area", "operator": "=", "value": name}]}}
    for n, name in enumerate(SALES)]}
VALUE = {"kind": "grouping", "format": 1, "key": "value", "form": "buyer", "label": WORDS, "mode": "exclusive", "fallback": "rest", "groups": [
    {"key": "top", "label": WORDS, "rule": bought(30_000)}, {"key": "good", "label": WORDS, "rule": bought(10_000)},
    {"key": "rest", "label": WORDS}]}


@pytest.fixture
def world(sqlite_database: Database, sqlite_boss: Actor, tmp_path: Path) -> World:
    """The shop's lines imported, and both groupings published and built by their job."""
    data = shared(FILE).read_bytes()
    made = World(sqlite_database, sqlite_boss, tmp_path)
    with sqlite_database.write() as conn:
        app = conn.execute(sa.select(tables.app.c.id)).scalar_one()
        publish(conn, app, "form", BUYER)
        publish(conn, app, "form", LINE)
    made.bring(made.send(data, "superstore_zh_flat.xls", "line"))
    with sqlite_database.write() as conn:
        publish_set(conn, app, [("grouping", AREAS), ("grouping", VALUE)], made.boss.by)
        assert work.publish(conn, made.key, ["area", "value"], "Asia/Shanghai", made.boss.by) is not None
    Runner(sqlite_database, work.kinds(made.live), rest=0).drain()
    return made


def test_every_way_of_asking_gives_the_same_figures(world: World) -> None:
    with world.database.read() as conn:
        app = world.live.app(conn, world.key)
        assert {item.state for item in app.groupings_of("line") + app.groupings_of("buyer")} == {"ready"}
        lines = Reader(conn, app, app.form("line"), world.boss, world.now())
        stored = preview.sizes(conn, app, app.form("line"))["area"]
        for n, (name, total) in enumerate(SALES.items()):
            group = f"area{n}"
            by_group = {"combinator": "and", "rules": [{"field": "$group", "operator": "in", "value": [f"area/{group}"]}]}
            members = [record for page in lines.stream(Query(by_group)) for record in page]
            assert round(sum(Decimal(record.values["sales"]) for record in members)) == total
            assert {record.values["area"] for record in members} == {name}
            assert stored[group] == len(members) == lines.count(Query(by_group), None)[0]
        assert sum(stored.values()) == 9935

        buyers = Reader(conn, app, app.form("buyer"), world.boss, world.now())
        assert buyers.count(Query(bought(30_000)), None) == (15, True)
        assert buyers.count(Query(bought(10_000)), None) == (196, True)
        assert funnel(conn, app, app.form("buyer"), bought(10_000), world.now()).total == 196
        assert preview.sizes(conn, app, app.form("buyer"))["value"] == {"top": 15, "good": 181, "rest": 575}
        impact = preview.Draft(conn, app, app.groupings["value"].newest, world.now()).impact()
        assert (impact.total, impact.moved, impact.count("top"), impact.live("good")) == (771, 0, 15, 181)
        top = [record.id for record in buyers.page(Query(bought(30_000))).records]
        assert all(groups["value"] == ["top"] for groups in membership.groups_of(conn, app, app.form("buyer"), top).values())
