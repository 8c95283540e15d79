"""Customers and orders for the figures about grouping: made by the table's own bulk insert, grouped by the ordinary door."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from benchmarks import grouped_app, rows, world
from benchmarks.world import World, say
from builder.publish.apply import publish_set
from runtime import clock
from runtime.groups import work
from runtime.jobs.runner import Runner
from runtime.sql.bulk import insert_rows
from runtime.storage import record_tables
from runtime.storage.live import LiveForm

CHUNK = 20_000
DAYS = 900
MADE = "made.json"
Row = tuple[Any, ...]


def opened(folder: Path, customers: int, orders: int) -> World:
    """A copy of the instance that a folder keeps, made first where there is none, and one for work by hand: each run begins
    with the same records.
    """
    told, kept, used = folder / MADE, folder / "instance", folder / "used"
    size = {"customers": customers, "orders": orders}
    if not told.exists():
        build(kept, customers, orders).database.close()
        told.write_text(json.dumps(size), encoding="utf-8")
    elif json.loads(told.read_text(encoding="utf-8")) != size:
        raise SystemExit(f"{folder} holds {told.read_text(encoding='utf-8')}; take another folder")
    shutil.rmtree(used, ignore_errors=True)
    shutil.copytree(kept, used)
    found = world.opened(used)
    found.copied(folder / "bare.db")
    return found


def build(folder: Path, customers: int, orders: int) -> World:
    made = world.started(folder, grouped_app.customer(), grouped_app.customer("plain"), grouped_app.order())
    begun = time.perf_counter()
    with made.database.write() as conn:
        publish_set(conn, made.app.id, [("vocabulary", grouped_app.vocabulary())], made.boss.by)
    app = made.app
    _filled(made, app.form("customer"), _customers(customers))
    _twins(made, app.form("customer"), app.form("plain"))
    _filled(made, app.form("order"), _orders(orders, customers))
    say(f"{customers:,} customers and {orders:,} orders stored in {time.perf_counter() - begun:.0f} s")
    begun = time.perf_counter()
    divide(made)
    say(f"twelve groupings built in {time.perf_counter() - begun:.0f} s")
    return made


def divide(made: World) -> None:
    """Publish the groupings as a client does, and let the job that this leaves do its work."""
    bodies = grouped_app.groupings()
    with made.database.write() as conn:
        publish_set(conn, made.app.id, [("grouping", body) for body in bodies], made.boss.by)
        work.publish(conn, made.key, [body["key"] for body in bodies], world.ZONE, made.boss.by)
    run_jobs(made)


def run_jobs(made: World) -> None:
    """Do in this process what waits in the queue."""
    Runner(made.database, work.kinds(made.live), rest=0).drain()


def _customers(count: int) -> Iterator[dict[str, Any]]:
    pick, today = random.Random(5), date.today()
    for given in rows.customers(count):
        since = today - timedelta(days=int(4_000 * pick.random() ** 1.5))
        yield {**given, "since": since.isoformat(), "phone": f"+86{given['phone']}", "visited": f"{given['visited'].replace(' ', 'T')}:00Z",
               "note": given["note"] or None, "credit": None if pick.random() < 0.02 else int(given["credit"]),
               "tags": [tag for tag in grouped_app.TAGS if pick.random() < 0.08]}


def _orders(count: int, people: int) -> Iterator[dict[str, Any]]:
    """A few customers buy much and many little, more of it lately; most orders are small."""
    pick, today = random.Random(11), date.today()
    days = [(today - timedelta(days=at)).isoformat() for at in range(DAYS + 1)]
    for number in range(count):
        yield {"number": f"D{number:08d}", "customer": 1 + int(people * pick.random() ** 2 * 0.999999),
               "amount": min(int(pick.lognormvariate(8, 1.2)), 10**9), "ordered_on": days[int(DAYS * pick.random() ** 1.3)],
               "state": grouped_app.STATES[int(pick.random() ** 0.5 * 5)]}


Stored = list[tuple[str, Callable[..., Any], str, Any]]


def _filled(made: World, live: LiveForm, values: Iterable[dict[str, Any]]) -> None:
    """Records by bulk: the tables first without indexes, then the indexes in one go."""
    stored: Stored = [(field.key, field.type.store, name, field.settings) for field, name in live.tables.stored]
    names = ("id", "version", "created_at", "updated_at", "def_version", *_columns(stored))
    at, last = clock.text(clock.now()), 0
    with made.database.write() as conn:
        _indexes(conn, live, drop=True)
    for part in world.parts(values, CHUNK):
        main: list[Row] = [(last + n, 1, at, at, live.version, *_row(stored, one)) for n, one in enumerate(part, 1)]
        with made.database.write() as conn:
            insert_rows(conn, live.tables.main, names, main)
            for key, table in live.tables.many.items():
                held = [(last + n, each) for n, one in enumerate(part, 1) for each in one.get(key) or ()]
                insert_rows(conn, table, ("record_id", "value"), held)
        last += len(part)
    with made.database.write() as conn:
        _indexes(conn, live)


def _columns(stored: Stored) -> list[str]:
    return [column for _, store, name, settings in stored for column in store(name, None, settings)]


def _row(stored: Stored, values: dict[str, Any]) -> Iterator[Any]:
    for key, store, name, settings in stored:
        yield from store(name, values.get(key), settings).values()


def _indexes(conn: Connection, live: LiveForm, *, drop: bool = False) -> None:
    for index in record_tables.wanted_indexes(live.tables):
        index.drop(conn) if drop else index.create(conn)


def _twins(made: World, live: LiveForm, plain: LiveForm) -> None:
    """The same customers once more, in a form that has no groupings; both forms number their columns alike."""
    pairs = [(live.tables.main, plain.tables.main), *((live.tables.many[key], plain.tables.many[key]) for key in live.tables.many)]
    with made.database.write() as conn:
        for source, into in pairs:
            conn.exec_driver_sql(f"INSERT INTO {into.name} SELECT * FROM {source.name}")
