"""Laws of writing at once: no code twice, no record lost, no locked database, and two writers are one after the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.commands import change
from runtime.errors import Conflict, Invalid
from runtime.records import entry, history
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.crm import CUSTOMER, Crm, made
from tests.shared import ROOT

PROCESSES = 8
SECONDS = float(os.environ.get("FENZU_WRITERS_SECONDS", "10"))


def test_eight_processes_create_at_once(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    child = [sys.executable, "-m", "tests.laws.writer_child", database_url(database), crm.key, str(boss.id), str(SECONDS)]
    running = [subprocess.Popen([*child, f"p{n}"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
               for n in range(PROCESSES)]
    acknowledged = 0
    for process in running:
        out, err = process.communicate(timeout=SECONDS + 600)
        assert process.returncode == 0, err[-2000:]
        acknowledged += int(out)
    with database.read() as conn:
        live = crm.app(conn).form("customer")
        main = live.tables.main
        codes = list(conn.execute(sa.select(live.tables.column("code"))).scalars())
        assert conn.execute(sa.select(sa.func.count()).select_from(main)).scalar_one() == acknowledged
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.history)).scalar_one() == acknowledged
    assert len(codes) == len(set(codes)) == acknowledged > PROCESSES
    assert all(codes)


def test_two_writers_on_one_customer_are_one_after_the_other(database: Database, boss: Actor) -> None:
    """Each sees the version it opened; whoever is second is told, and the history has every change that was stored."""
    crm = made(database, boss)
    record = crm.add("customer", name="a", size=1)
    told: list[str] = []

    def write(n: int) -> None:
        for _ in range(10):
            with crm.database.read() as conn:
                seen = crm.reader(conn).one(record)
            try:
                with crm.act() as act:
                    read = entry.read(act.app.form("customer").form, {"size": (seen.values["size"] or 0) + 1}, act.names, whole=False)
                    change.change(act, "customer", record, read, version=seen.version)
                told.append("stored")
            except Conflict:
                told.append("conflict")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with crm.database.read() as conn:
        final = crm.reader(conn).one(record)
        lines = history.of_record(conn, crm.app(conn).form("customer").id, record)
    assert len(told) == 40
    assert final.values["size"] == 1 + told.count("stored")
    assert final.version == 1 + told.count("stored")
    assert len([line for line in lines if line.act == "change"]) == told.count("stored")


def unique_customer() -> dict[str, Any]:
    """The customer form with names that may not repeat."""
    name = CUSTOMER["properties"]["name"]
    return {**CUSTOMER, "properties": {**CUSTOMER["properties"], "name": {**name, "x-fenzu": {**name["x-fenzu"], "unique": "block"}}}}


def test_a_unique_value_is_stored_once(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    crm.publish(("form", unique_customer()))
    done: list[str] = []

    def write() -> None:
        try:
            crm.add("customer", name="Muyang")
            done.append("stored")
        except Invalid as refused:
            done.append(refused.problems[0].code)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.count("stored") == 1
    assert set(done) - {"stored"} <= {"not_unique", "just_taken"} and len(done) == 6


def test_a_removed_value_is_free_until_it_comes_back(sqlite_database: Database, sqlite_boss: Actor) -> None:
    crm: Crm = made(sqlite_database, sqlite_boss)
    crm.publish(("form", unique_customer()))
    first = crm.add("customer", name="Muyang")
    crm.drop("customer", first)
    crm.add("customer", name=" muyang ")
    with pytest.raises(Invalid) as refused:
        crm.restore("customer", first)
    assert refused.value.problems[0].code == "not_unique"


def test_a_value_that_may_repeat_again_is_not_refused(database: Database, boss: Actor) -> None:
    crm: Crm = made(database, boss)
    crm.publish(("form", unique_customer()))
    crm.add("customer", name="Muyang")
    crm.publish(("form", CUSTOMER))
    assert crm.add("customer", name="Muyang") > 1
