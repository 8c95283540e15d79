"""What a request can reach: the database, the published apps, the job runner, who asks, one reading connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, session
from flask_login import current_user
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import settings
from runtime.accounts.actor import Actor
from runtime.accounts.settings import Settings
from runtime.clock import AsOf
from runtime.config import Config
from runtime.errors import NotFound
from runtime.jobs.runner import Runner
from runtime.records.act import Act, acting
from runtime.records.names import RecordNames
from runtime.records.undo import Undo
from runtime.storage.db import Database
from runtime.storage.live import Live, LiveApp

NAME = "fenzu"


@dataclass
class Fenzu:
    """The parts one server process is made of."""

    config: Config
    database: Database
    live: Live
    runner: Runner
    undos: Mapping[str, Undo] = field(default_factory=dict)


def of(app: Flask) -> Fenzu:
    """The parts of a server."""
    found: Fenzu = app.extensions[NAME]
    return found


def fenzu() -> Fenzu:
    """The parts of the server that answers this request."""
    return of(current_app)


def conn() -> Connection:
    """The request's reading connection, opened at first use and closed when the answer is out."""
    if "conn" not in g:
        g.reading = fenzu().database.read()
        g.conn = g.reading.__enter__()
    found: Connection = g.conn
    return found


def close(_error: BaseException | None = None) -> None:
    """End the request's reading connection, and forget what was read through it."""
    g.pop("organisation", None)
    reading = g.pop("reading", None)
    g.pop("conn", None)
    if reading is not None:
        reading.__exit__(None, None, None)


def fresh() -> None:
    """Let what was just written be seen by the rest of this request."""
    close()


def actor() -> Actor:
    """Who asks; only pages behind the sign-in may call this."""
    found: Actor = current_user.actor
    return found


def app(key: str) -> LiveApp:
    """A published app; raises NotFound."""
    return fenzu().live.app(conn(), key)


@contextmanager
def act(key: str, cause: str = "edit", batch: int | None = None) -> Iterator[Act]:
    """One writing act of the person who asks."""
    close()
    here = fenzu()
    with acting(here.database, here.live, key, actor(), cause=cause, batch=batch, files=here.config.files) as made:
        yield made
    g.kept = True


@contextmanager
def write() -> Iterator[Connection]:
    """A writing transaction outside any app: accounts, settings, drafts."""
    close()
    with fenzu().database.write() as conn:
        yield conn
    g.kept = True  # what follows may not be done again from the beginning


def as_of() -> AsOf:
    """This request's now, the same for everything it evaluates."""
    if "as_of" not in g:
        g.as_of = AsOf(clock.now(), ZoneInfo(zone()))
    found: AsOf = g.as_of
    return found


def zone() -> str:
    """The time zone to read times in, by name."""
    return actor().zone if current_user.is_authenticated else organisation().zone


def organisation() -> Settings:
    """The organisation's settings."""
    if "organisation" not in g:
        g.organisation = settings.read(conn())
    found: Settings = g.organisation
    return found


def names(found: LiveApp) -> RecordNames:
    """Names in the asker's language, shared by everything one request shows."""
    if "names" not in g or g.names.app is not found or g.names.conn is not conn():
        g.names = RecordNames(conn(), found, actor().lang, actor().zone, actor().id)
    shown: RecordNames = g.names
    return shown


def current_app_of_page() -> LiveApp | None:
    """The app whose page this is, or outside any app the one last used, for the sidebar; None when there is none."""
    key = (request.view_args or {}).get("app", session.get("app"))
    if not isinstance(key, str) or "\0" in key or not current_user.is_authenticated:
        return None
    try:
        return app(key)
    except NotFound:
        return None
