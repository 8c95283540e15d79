"""The database: how reads and writes begin, and the two event hooks that make SQLite behave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from runtime.sql import distance
from runtime.sql.own import install
from runtime.storage.latest import Latest
from runtime.storage.naming import METADATA

BUSY_MS = 15_000
# A connection for reading keeps few pages: there is one per thread, and the system keeps the file in memory anyway.
CACHE_KB = {"BEGIN": 2_000, "BEGIN IMMEDIATE": 8_000}


class Database:
    """One database as two doors: `read()` sees a steady snapshot, `write()` is one transaction or nothing."""

    def __init__(self, reader: Engine, writer: Engine) -> None:
        self.reader, self.writer = reader, writer
        self.dialect: str = reader.dialect.name
        self.latest = Latest()
        self._turn = threading.Lock()
        # How many wait for their turn, and how many had one: a job sees by them whether anybody else is writing.
        self.waiting = self.turns = 0

    @property
    def embedded(self) -> bool:
        return self.dialect == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; nothing done through it is kept."""
        with self.reader.connect() as conn:
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction: all of it is kept when the block ends well, none of it otherwise.

        SQLite has one writer; inside this process writers queue here instead of polling the file, so that a
        person's save gets its turn the moment a job's chunk ends.
        """
        if not self.embedded:
            with self.writer.begin() as conn:
                yield conn
            return
        with self.turn(), self.writer.begin() as conn:
            self.turns += 1
            yield conn

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Nobody else of this process writes until the block ends."""
        self.waiting += 1
        with self._turn:
            self.waiting -= 1
            yield

    def close(self) -> None:
        self.reader.dispose()
        self.writer.dispose()


def open_database(url: str, app: Flask | None = None) -> Database:
    """Open by URL. With an app its Flask-SQLAlchemy holds the engines; without one (jobs, tests) a bare app does."""
    app = app or Flask("fenzu")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_BINDS"] = {"write": url}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {} if url.startswith("sqlite") else {"pool_size": 8, "max_overflow": 8}
    db = SQLAlchemy(metadata=METADATA)
    db.init_app(app)
    with app.app_context():
        reader, writer = db.engine, db.engines["write"]
    if reader.dialect.name == "sqlite":
        for engine, begin in ((reader, "BEGIN"), (writer, "BEGIN IMMEDIATE")):
            _tame_sqlite(engine, begin)
    return Database(reader, writer)


def _tame_sqlite(engine: Engine, begin: str) -> None:
    """Take transactions out of the driver's hands: only then is DDL rolled back, and only then does a writer wait."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KB[begin]}",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        install(connection)
        distance.install(connection)

    @event.listens_for(engine, "begin")
    def on_begin(conn: Connection) -> None:
        conn.exec_driver_sql(begin)


def is_busy(error: OperationalError) -> bool:
    """Whether the database only had no room at the moment: a lock, a deadlock broken up, too many connections."""
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state) in ("40001", "40P01", "53300", "55P03")
    return "locked" in str(error.orig) or "busy" in str(error.orig)


def broken_up(error: Exception) -> bool:
    """Whether two writers waited for each other and this one was undone, whole; done again it goes well."""
    return isinstance(error, OperationalError) and str(getattr(error.orig, "sqlstate", "")) in ("40001", "40P01")


def passing(error: DBAPIError) -> bool:
    """Whether a transaction may go well the next time: the database had no room at the moment, or lost us."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and is_busy(error))


def last_id(result: sa.CursorResult[Any]) -> int:
    """The id of the row just inserted."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
