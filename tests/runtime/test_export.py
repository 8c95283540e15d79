"""Lists go out as people see them, within their rights, and come back in without changing anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime.accounts import people
from runtime.accounts.actor import Actor, load
from runtime.errors import NotFound
from runtime.exchange import exporter, plan
from runtime.exchange.reading import open_reading
from runtime.jobs import queue
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests.runtime.imports import World

HEAD = ["客户名称", "手机号", "客户类型", "所在地区", "首次下单", "每月采购预算", "备注"]


@pytest.fixture
def world(sqlite_database: Database, sqlite_boss: Actor, tmp_path: Path) -> World:
    made = World(sqlite_database, sqlite_boss, tmp_path)
    rows = [
        [f"=1+1 客户{n}", f"138061{n:05d}", "企业客户", "江苏/苏州", "2025-02-18", 1200.5, "-备注\n第二行"]
        for n in range(30)
    ]
    made.bring(made.upload([HEAD, *rows], kind="xlsx"))
    return made


def export(world: World, kind: str, query: Query, columns: list[str], by: Actor | None = None) -> queue.Row:
    with world.database.write() as conn:
        number = exporter.ask(
            conn, by or world.boss, world.app, exporter.params(world.app, "customer", columns, query, kind)
        )
    world.runner.drain()
    with world.database.read() as conn:
        return queue.get(conn, number)


def cells(world: World, row: queue.Row, kind: str) -> list[list[Any]]:
    found = open_reading(exporter.finished(world.config.scratch, row), f"list.{kind}")
    return [found.columns, *(list(one.cells) for one in found.rows())]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_brought_back_by_its_key_changes_nothing(world: World, kind: str) -> None:
    columns = [
        "code",
        "$group/region",
        *[k for k, f in world.app.form("customer").form.live_fields.items() if f.type.kind != "file" and k != "code"],
    ]
    row = export(world, kind, Query(), columns)
    assert row.value["rows"] == 30
    before = world.records()
    data = exporter.finished(world.config.scratch, row).read_bytes()
    found = world.plan(world.send(data, f"list.{kind}"), key="code", existing="clear")
    assert plan.from_json(found.plan or {}).fields["name"] >= 0
    result = world.bring(found)
    assert (result["unchanged"], result["bad"], result["updated"]) == (30, 0, 0)
    assert [(r.id, r.version) for r in world.records()] == [(r.id, r.version) for r in before]


def test_search_sort_and_columns_of_the_list_hold(world: World) -> None:
    row = export(
        world, "xlsx", Query(search="客户7", sort=(("name", True),)), ["name", "mobile", "$group/region", "$created_by"]
    )
    found = cells(world, row, "xlsx")
    assert found[0][:2] == ["客户名称", "手机号"] and len(found) == 2
    assert found[1][0] == "=1+1 客户7" and found[1][3] == "王敏"


def test_text_files_hold_nothing_that_runs(world: World) -> None:
    row = export(world, "csv", Query(), ["name", "notes"])
    text = exporter.finished(world.config.scratch, row).read_text("utf-8-sig")
    assert "'=1+1 客户0" in text and "\n=1+1" not in text


def test_a_member_gets_own_rows_only(world: World) -> None:
    with world.database.write() as conn:
        member = load(conn, people.add(conn, world.boss, "lin", "林晓雨", "member", "zh", "correct horse"))
    assert member is not None
    role = world.app.roles["member"]
    assert "customer" in role.rows
    if "export" in role.records:
        assert export(world, "csv", Query(), ["name"], member).value["rows"] == 0


def test_a_swept_file_is_gone_and_said_so(world: World) -> None:
    import shutil

    row = export(world, "csv", Query(), ["name"])
    shutil.rmtree(world.config.scratch / row.value["folder"])
    with pytest.raises(NotFound):
        exporter.finished(world.config.scratch, row)
