"""One act: a writing transaction with who does it, in which app, when and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import NotFound, Problem
from runtime.records.names import RecordNames
from runtime.sql.locks import hold_app
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp

_APP_ID = sa.select(tables.app.c.id).where(tables.app.c.key == sa.bindparam("key"))


@dataclass
class Act:
    """What every command is given. `cause` is edit, import, api, bulk, restore, template or undo; `files` is the folder of
    kept files, for acts in which new ones may come.
    """

    conn: Connection
    app: LiveApp
    by: Actor
    as_of: AsOf
    cause: str = "edit"
    batch: int | None = None
    moves: list[Any] = field(default_factory=list)
    stirred: list[str] = field(default_factory=list)  # the grouping of each change to a build that nobody sees yet
    files: Path | None = None
    why: str | Mapping[str, str] = ""  # what the history says was the reason of what is changed
    depth: int = 0  # how many workflows stand between this act and somebody's own

    @cached_property
    def at(self) -> str:
        return clock.text(self.as_of.at)

    @cached_property
    def names(self) -> RecordNames:
        return RecordNames(self.conn, self.app, self.by.lang, self.by.zone, self.by.by)


@contextmanager
def acting(database: Database, live: Live, app: str, by: Actor, *, cause: str = "edit", batch: int | None = None,
           as_of: AsOf | None = None, files: Path | None = None) -> Iterator[Act]:
    """One act, stored whole when the block ends well and not at all otherwise.

    The definitions are read inside the transaction, under the app's shared lock, so that nobody writes by an old
    definition while a new one is being published.
    """
    with database.write() as conn:
        if not database.embedded:
            found = conn.execute(_APP_ID, {"key": app}).scalar()
            if found is None:
                raise NotFound(Problem("app", "no_such_app", {"app": app}))
            hold_app(conn, found)
        moment = as_of or AsOf(clock.now(), ZoneInfo(by.zone))
        yield Act(conn, live.app(conn, app), by, moment, cause, batch, files=files)
