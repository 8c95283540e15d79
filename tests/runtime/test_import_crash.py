"""The server killed with -9 in the middle of a 50,000-row import: it goes on, every row is in once, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.exchange import importer
from runtime.exchange.reading import open_reading
from runtime.jobs import queue
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.runtime.imports import World, publish
from tests.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
ROWS = 50_000
BAD = range(7, ROWS, 997)
FORM: dict[str, Any] = {
    "type": "object", "unevaluatedProperties": False, "required": ["name"],
    "properties": {
        "name": {"type": "string", "x-fenzu": {"type": "text", "label": {"zh": "名称", "en": "Name"}}},
        "amount": {"type": "number", "x-fenzu": {"type": "number", "label": {"zh": "金额", "en": "Amount"}}},
    },
    "x-fenzu": {"kind": "form", "format": 1, "key": "guest", "label": {"zh": "来客", "en": "Guest"},
                "title_field": "name",
                "layout": []},
}  # fmt: skip


def start_child(world: World) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "tests.runtime.import_child",
        database_url(world.database),
        str(world.config.instance),
    ]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == "started\n"
    return child


def stored(world: World) -> int:
    with world.database.read() as conn:
        table = world.app.form("guest").tables.main
        return int(conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def kill_after(world: World, count: int) -> None:
    child = start_child(world)
    end = time.monotonic() + 300
    while stored(world) < count:
        assert time.monotonic() < end and child.poll() is None, stored(world)
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert child.stdout is not None
    child.stdout.close()


def test_killed_twice_the_import_ends_with_every_row_once(
    sqlite_database: Database, sqlite_boss: Actor, tmp_path: Path
) -> None:
    world = World(sqlite_database, sqlite_boss, tmp_path)
    with sqlite_database.write() as conn:
        publish(conn, conn.execute(sa.select(tables.app.c.id)).scalar_one(), "form", FORM)
    rows = [[f"客{n}", "x" if n in BAD else n] for n in range(ROWS)]
    found = world.upload([["名称", "金额"], *rows], "guest")
    number = world.ask("import", found)
    kill_after(world, 4_000)
    kill_after(world, 15_000)
    assert 15_000 <= stored(world) < ROWS
    world.runner.sweep()
    world.runner.drain()
    with sqlite_database.read() as conn:
        job = queue.get(conn, number)
        column = world.app.form("guest").tables.column("name")
        counted = Counter(conn.execute(sa.select(column)).scalars())
        lines = conn.execute(sa.select(sa.func.count()).where(tables.history.c.batch == number)).scalar_one()
    assert counted == Counter(f"客{n}" for n in range(ROWS) if n not in BAD)
    assert lines == ROWS - len(BAD)
    assert job.state == "done" and (job.value["created"], job.value["bad"]) == (ROWS - len(BAD), len(BAD))
    back = open_reading(importer.problem_path(found, number), "problems.xlsx")
    assert [row.cells[0] for row in back.rows()] == [f"客{n}" for n in BAD]
