"""Long work in the running server: a regroup, imports, an export; each beside the same by hand in plain SQLite."""

from __future__ import annotations

import csv
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import definitions, rows
from benchmarks.client import Browser, Server
from benchmarks.figures import Cost, Figure, beside, measured
from benchmarks.over_http import Saving
from benchmarks.world import World
from runtime.exchange.formats import FILE_FORMATS

HEADER = [name for name in definitions.FIELDS if name != "code"]
LOOK = 0.02
# The lists that are brought in, and what their customers are drawn from.
LISTS = {"list.csv": 21, "list.xlsx": 22, "more.csv": 23}


def by_hand(file: Path) -> sqlite3.Connection:
    """Plain SQLite with the settings the product has."""
    conn = sqlite3.connect(file, isolation_level=None, timeout=30)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-16000", "temp_store=MEMORY"):
        conn.execute(f"PRAGMA {pragma}")
    return conn


class LongWork:
    """Asks the server for long work over its API and waits for it."""

    def __init__(self, world: World, server: Server, bare_file: Path) -> None:
        self.world, self.server, self.bare_file = world, server, bare_file
        self.api = Browser(server.port, world.token)
        self.base = f"/api/v1/apps/{world.key}"
        self.limit = 400_000

    def regroup(self) -> None:
        """Publish another rule of the exclusive grouping; over when the new members are what everybody sees."""
        self.limit += 1_000
        body = definitions.level(self.limit)
        with sqlite3.connect(self.world.file) as conn:
            newest = conn.execute("SELECT max(id) FROM generation").fetchone()[0]
            self.api.json("POST", f"{self.base}/definitions", {"definitions": [{"kind": "grouping", "body": body}]})
            flipped = "SELECT count(*) FROM generation WHERE id > ? AND state = 'live'"
            while not conn.execute(flipped, (newest,)).fetchone()[0]:
                time.sleep(LOOK / 4)

    def idle(self) -> None:
        """Wait until no job is left."""
        with sqlite3.connect(self.world.file) as conn:
            while conn.execute(
                "SELECT count(*) FROM job WHERE state = 'running' OR state = 'waiting' AND run_at <= "
                "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
            ).fetchone()[0]:
                time.sleep(LOOK)

    def wait(self, job: int) -> dict[str, Any]:
        while (row := self.api.json("GET", f"/api/v1/jobs/{job}"))["state"] in ("waiting", "running"):
            time.sleep(LOOK)
        if row["state"] != "done":
            raise RuntimeError(f"job {job}: {row}")
        return dict(row)

    def bring_in(self, file: Path) -> None:
        """Import a file as it is, to the last row."""
        path = f"{self.base}/forms/customer/imports"
        made = self.api.upload(path, file)
        assert len(made["plan"]["columns"]) == len(HEADER), made["plan"]
        done = self.wait(self.api.json("POST", f"{path}/{made['import']}/run")["id"])
        assert done["result"]["bad"] == 0, done

    def write_out(self, kind: str) -> None:
        path = f"{self.base}/forms/customer/exports"
        self.wait(self.api.json("POST", path, {"columns": HEADER, "format": kind, "sort": ["$id"]})["id"])


def make_list(path: Path, count: int, seed: int) -> Path:
    """A list as a customer would bring it."""
    write = FILE_FORMATS[path.suffix[1:]].writer
    assert write is not None
    made = ([cell(row[name]) for name in HEADER] for row in rows.customers(count, seed))
    write(path, HEADER, made, ())
    return path


def cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "、".join(value) if isinstance(value, list) else str(value)


def regroup_by_hand(world: World, file: Path) -> Cost:
    """One INSERT … SELECT CASE into the same keyed table, with the rules written as SQL."""
    live = world.app.form("customer")
    f, members, main = live.tables.names, live.tables.members.name, live.tables.main.name
    orders = world.app.form("order")
    o = orders.tables.names
    today = world.as_of.today.isoformat()
    asleep = f"{int(today[:4]) - 1}{today[4:]}T00:00:00Z"
    statement = f"""INSERT INTO {members} (generation, group_id, record_id) SELECT 9000000, CASE
        WHEN {f["credit"]} >= 40000000 AND {f["kind"]} IN ('enterprise', 'wholesale') AND {f["active"]} = 1 THEN 1
        WHEN coalesce(s.spent, 0) >= 5000000 THEN 2
        WHEN {f["since"]} >= date('{today}', '-60 day') AND {f["since"]} <= '{today}' THEN 3
        WHEN {f["credit"]} BETWEEN 10000000 AND 40000000
            AND ({f["kind"]} IS NULL OR {f["kind"]} NOT IN ('person')) THEN 4
        WHEN {f["visited"]} < '{asleep}' AND {f["active"]} = 1 THEN 5
        WHEN {f["active"]} = 0 THEN 6 ELSE 7 END, {main}.id
        FROM {main} LEFT JOIN (SELECT {o["customer"]} AS who, sum({o["amount"]}) AS spent FROM {orders.tables.main.name}
            WHERE deleted_at IS NULL AND {o["ordered_on"]} >= date('{today}', '-90 day') GROUP BY 1) s
            ON s.who = {main}.id
        WHERE {main}.deleted_at IS NULL"""
    conn = by_hand(file)
    taken = measured(lambda: conn.execute(statement))
    conn.execute(f"DELETE FROM {members} WHERE generation = 9000000")
    conn.close()
    return taken


def load_by_hand(world: World, file: Path, count: int) -> Cost:
    """executemany of the rows that were just imported, into a copy of the same tables with their keys and indexes."""
    live = world.app.form("customer")
    tables = [live.tables.main.name, *(table.name for table in live.tables.many.values())]
    with sqlite3.connect(world.file) as conn:
        last = conn.execute(f"SELECT max(id) FROM {tables[0]}").fetchone()[0]
        found = {
            name: conn.execute(
                f"SELECT * FROM {name} WHERE {'id' if name == tables[0] else 'record_id'} > ?", (last - count,)
            ).fetchall()
            for name in tables
        }
    conn = by_hand(file)

    def load() -> None:
        conn.execute("BEGIN IMMEDIATE")
        for name, stored in found.items():
            if stored:
                conn.executemany(f"INSERT OR REPLACE INTO {name} VALUES ({', '.join('?' * len(stored[0]))})", stored)
        conn.execute("COMMIT")

    taken = measured(load)
    conn.close()
    return taken


def write_by_hand(world: World, path: Path) -> None:
    """SELECT and csv.writer."""
    main = world.app.form("customer").tables
    columns = ", ".join(main.names[name] for name in HEADER if name in main.names)
    with sqlite3.connect(world.file) as conn, path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(conn.execute(f"SELECT {columns} FROM {main.main.name} WHERE deleted_at IS NULL ORDER BY id"))


def figures(work: LongWork, folder: Path, imported: int) -> list[Figure]:
    """Everything in an order that leaves each the same table: regroup first, then lists in, last the list out."""
    world, cpu = work.world, work.server.cpu
    work.idle()
    hands = [regroup_by_hand(world, work.bare_file) for _ in range(3)]
    made = [beside("regroup, exclusive, to the flip", _regroups(work), min(hands), 2)]
    with Saving(world, work.server) as saving:
        work.regroup()
    work.idle()
    made.append(Figure("saves during the regroup, p95", saving.p95, 0.05, 1))
    listed, book, more = (make_list(folder / name, imported, seed) for name, seed in LISTS.items())
    taken = measured(lambda: work.bring_in(listed), cpu)
    hand = load_by_hand(world, work.bare_file, imported)
    made.append(beside(f"import {imported:,} rows from CSV", taken, hand, 8))
    made.append(Figure("server memory after it", work.server.memory, None, 150, "MB", absolute=True))
    work.idle()
    made.append(beside(f"import {imported:,} rows from .xlsx", measured(lambda: work.bring_in(book), cpu), hand))
    work.idle()
    with Saving(world, work.server) as saving:
        work.bring_in(more)
    made.append(Figure("saves during an import, p95", saving.p95, 0.05, 1))
    work.idle()
    hand = measured(lambda: write_by_hand(world, folder / "by-hand.csv"))
    made += [
        beside(f"export all to {kind}", measured(partial(work.write_out, kind), cpu), hand) for kind in ("csv", "xlsx")
    ]
    return [*made, Figure("server memory at the end", work.server.memory, None, None, "MB")]


def _regroups(work: LongWork) -> Cost:
    """Three of them; each is only over when its job is."""
    taken = []
    for _ in range(3):
        taken.append(measured(work.regroup, work.server.cpu))
        work.idle()
    return Cost(min(cost.seconds for cost in taken), min(cost.cpu for cost in taken))
