"""The instance that is measured: made, filled and divided through the product's own commands."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from benchmarks import definitions, rows
from builder import apps
from builder.publish.apply import publish_set
from runtime import clock, config
from runtime.accounts import people, tokens
from runtime.accounts.actor import Actor, for_job
from runtime.accounts.settings import Settings
from runtime.clock import AsOf
from runtime.commands import create
from runtime.config import Config
from runtime.groups import codes, covering, generations, membership
from runtime.records import entry, load, search
from runtime.records.act import acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database, open_database
from runtime.storage.live import Live, LiveApp
from runtime.storage.setup import prepare

ZONE = "Asia/Shanghai"
PASSWORD = "correct horse"
CHUNK = 2_000


@dataclass
class World:
    """An installation with one app; `token` opens its API."""

    config: Config
    database: Database
    live: Live
    boss: Actor
    key: str
    token: str

    @property
    def app(self) -> LiveApp:
        with self.database.read() as conn:
            return self.live.app(conn, self.key)

    @property
    def file(self) -> Path:
        """The SQLite file, for those who read and write it by hand."""
        return self.config.instance / "fenzu.db"

    def copied(self, to: Path) -> Path:
        """The same database once more, for a bare server and for work by hand."""
        with sqlite3.connect(self.file) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for part in ("-wal", "-shm"):  # a log that an interrupted run left belongs to another file
            to.with_name(to.name + part).unlink(missing_ok=True)
        shutil.copy(self.file, to)
        return to

    @property
    def as_of(self) -> AsOf:
        return AsOf(clock.now(), ZoneInfo(ZONE))


def started(folder: Path, *forms: dict[str, Any]) -> World:
    """An installation with one app and these forms, and nothing in them."""
    made = config.load({}, instance=str(folder))
    database = open_database(made.database_url)
    prepare(database)
    with database.write() as conn:
        boss = people.first(conn, "boss", "Boss", PASSWORD, Settings("Benchmark", ZONE, "en"))
        app = apps.create(conn, {"en": "Bench"})
        publish_set(conn, app.id, [("form", form) for form in forms], boss.by)
        _, token = tokens.create(conn, boss, "benchmark")
    return World(made, database, Live(), boss, app.key, token)


def build(folder: Path, count: int) -> World:
    """Customers and half as many orders first, then the groupings and the code over all of them."""
    world = started(folder, definitions.customer(), definitions.order())
    begun = time.perf_counter()
    fill(world, "customer", rows.customers(count))
    fill(world, "order", rows.orders(count // 2, count))
    divide(world)
    give_codes(world)
    index(world)
    say(f"{count:,} customers and {count // 2:,} orders stored in {time.perf_counter() - begun:.0f} s")
    return world


def opened(folder: Path) -> World:
    """An instance that `build` has left, to be measured again."""
    made = config.load({}, instance=str(folder))
    database = open_database(made.database_url)
    prepare(database)
    with database.write() as conn:
        boss = for_job(conn, 1)
        assert boss is not None
        key = conn.execute(sa.select(tables.app.c.key)).scalar_one()
        _, token = tokens.create(conn, boss, "benchmark")
    return World(made, database, Live(), boss, key, token)


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def parts(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    stream = iter(items)
    while part := list(islice(stream, size)):
        yield part


def fill(world: World, form: str, typed: Iterable[dict[str, Any]]) -> None:
    for part in parts(typed):
        with acting(world.database, world.live, world.key, world.boss, cause="import") as act:
            known = act.app.form(form).form
            create.create_many(act, form, [entry.read(known, values, act.names) for values in part])


def divide(world: World) -> None:
    bodies = [
        ("grouping", definitions.region()),
        ("grouping", definitions.level()),
        ("grouping", definitions.interest()),
        ("code", definitions.code()),
    ]
    with world.database.write() as conn:
        publish_set(conn, world.app.id, bodies, world.boss.by)
        covering.ensure(conn, world.live.app(conn, world.key))
        keys = generations.start(conn, world.live.app(conn, world.key), ["region", "level", "interest"], world.as_of)
        for key in keys:
            while not generations.step(conn, world.live.app(conn, world.key), key, 50_000, world.as_of):
                pass
        generations.flip(conn, world.live.app(conn, world.key), keys)


def give_codes(world: World) -> None:
    """What the page for codes does for customers that have none."""
    live = world.app.form("customer")
    main = live.tables.main
    last = 0
    while True:
        with acting(world.database, world.live, world.key, world.boss, cause="import") as act:
            ids = list(
                act.conn.execute(
                    sa.select(main.c.id).where(main.c.id > last).order_by(main.c.id).limit(CHUNK)
                ).scalars()
            )
            if not ids:
                return
            found = load.records(act.conn, live, ids)
            joined = membership.groups_of(act.conn, act.app, live, ids)
            items = [
                codes.Coded(i, found[i].values, {key: groups[0] for key, groups in joined.get(i, {}).items() if groups})
                for i in ids
            ]
            codes.give(act.conn, act.app, live, items, act.as_of, act.at)
        last = ids[-1]


def index(world: World) -> None:
    """Bring the search index up to date, as a job does at night."""
    for form in world.app.forms.values():
        left = 1
        while left:
            with world.database.write() as conn:
                left = search.catch_up(conn, form.id)
