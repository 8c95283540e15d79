"""Jobs that look at each app once a day, and again when something was published there.

What such a look did stands in the rows themselves, so that it may be cut off anywhere and begin again; a setting of the app
says which day and revision it was last gone through in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import ClassVar, Self

import sqlalchemy as sa

from runtime import clock
from runtime.accounts import actor as actors
from runtime.accounts import settings
from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.records.act import Act, acting
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp


@dataclass(frozen=True)
class Look:
    """One look at one app, in acts of their own with `cause`; `state` names the setting that remembers it."""

    cause: ClassVar[str]
    state: ClassVar[str]

    database: Database
    live: Live
    key: str
    by: Actor
    now: AsOf
    pause: Callable[[], None]

    @classmethod
    def all(cls, database: Database, live: Live, as_of: AsOf | None, pause: Callable[[], None]) -> Iterator[Self]:
        """One for each app that is ready."""
        with database.read() as conn:
            now, by = as_of or AsOf(clock.now(), settings.read(conn).tz), actors.system(conn)
            keys = list(conn.execute(sa.select(tables.app.c.key).where(tables.app.c.state == "ready").order_by(tables.app.c.id)).scalars())
        for key in keys:
            yield cls(database, live, key, by, now, pause)

    def due(self, anything: Callable[[LiveApp], bool]) -> tuple[LiveApp, str] | None:
        """The app, and what to remember of this look; None where nothing has changed since the last, or never was anything."""
        with self.database.read() as conn:
            app = self.live.app(conn, self.key)
            before, seen = settings.get(conn, self.state.format(app=app.id)), f"{self.now.today} {app.revision}"
        return None if before == seen or (before is None and not anything(app)) else (app, seen)

    def looked(self, app: LiveApp, seen: str) -> None:
        """Remember it, once everything is done."""
        with self.database.write() as conn:
            settings.put(conn, self.state.format(app=app.id), seen)

    def acting(self) -> AbstractContextManager[Act]:
        return acting(self.database, self.live, self.key, self.by, cause=self.cause, as_of=self.now)
