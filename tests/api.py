"""A client of the API over an installation with one ready-made app; no browser, no network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from builder.gallery import catalogue, install
from builder.web import api as building
from runtime.accounts import actor, people, token_cache, tokens
from runtime.accounts.actor import Actor
from runtime.accounts.settings import Settings
from runtime.commands import bulk_job, fill_codes
from runtime.config import Config
from runtime.exchange import jobs as exchange
from runtime.groups import work
from runtime.jobs.kinds import Kinds
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.web import here
from runtime.web.api import serving
from runtime.web.here import Fenzu
from runtime.web.server import create_server

APP = "/api/v1/apps/wholesale_crm"
CUSTOMERS = f"{APP}/forms/customer/records"


def jobs(database: Database, live: Live, config: Config) -> Kinds:
    """Every job the API can ask for."""
    return {
        **work.kinds(live),
        **exchange.kinds(database, live, config),
        **bulk_job.kinds(live),
        **fill_codes.kinds(live),
    }


class Client:
    """Somebody's program: it sends JSON with their token."""

    def __init__(self, app: Flask, by: Actor, secret: str) -> None:
        self.client: FlaskClient = app.test_client(use_cookies=False)
        self.by, self.secret = by, secret

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}

    def send(self, method: str, url: str, body: Any = None, **headers: str) -> TestResponse:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(url, method=method, json=body, headers={**self.headers, **more})

    def ask(self, method: str, url: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """The JSON of an answer that has this status."""
        found = self.send(method, url, body, **headers)
        assert found.status_code == status, (method, url, found.status_code, found.get_data(as_text=True)[:800])
        return found.get_json() if found.data else None

    def get(self, url: str, **query: Any) -> Any:
        found = self.client.get(url, query_string=query, headers=self.headers)
        assert found.status_code == 200, (url, found.status_code, found.get_data(as_text=True)[:800])
        return found.get_json()

    def make(self, **values: Any) -> Any:
        """A new customer."""
        return self.ask(
            "POST",
            CUSTOMERS,
            {"values": {"kind": "enterprise", "region": "320508", "owner": self.by.id, **values}},
            201,
        )


class Installation:
    """A server with the API, the app `wholesale`, an administrator and a member who sees own customers only."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        database = self.fenzu.database
        with database.write() as conn:
            boss = people.first(conn, "boss", "王敏", "correct horse", Settings("禾沐食品", "Asia/Shanghai", "zh"))
            member = people.add(conn, boss, "lin", "林晓雨", "member", "en", "correct horse")
            install.finish(conn, install.define(conn, wholesale(), boss).id, {})
        self.boss, self.member = self.client(boss.id), self.client(member)

    @property
    def fenzu(self) -> Fenzu:
        return here.of(self.app)

    def client(self, person: int) -> Client:
        with self.fenzu.database.write() as conn:
            by = actor.load(conn, person)
            assert by is not None
            secret = tokens.create(conn, by, "test")[1]
        return Client(self.app, by, secret)

    def jobs(self) -> int:
        """Do every job that is due, in this thread."""
        return self.fenzu.runner.drain()


def wholesale() -> catalogue.Template:
    """The ready-made app of the tests."""
    return catalogue.read("wholesale")


@contextmanager
def served(url: str, folder: Path) -> Iterator[Installation]:
    """An installation over an empty database that has its system tables."""
    for name in ("files", "scratch"):
        (folder / name).mkdir()
    token_cache.clear()
    config = Config(folder, url, "a secret for tests, long enough to sign with", testing=True)
    found = Installation(create_server(config, (serving.blueprint(building.room),), kinds=jobs))
    yield found
    found.fenzu.database.close()


@contextmanager
def installed(template: Path, folder: Path) -> Iterator[Installation]:
    """An installation over a copy of an empty SQLite database, where the kind of database does not matter."""
    shutil.copy(template, folder / "fenzu.db")
    with served(f"sqlite:///{folder / 'fenzu.db'}", folder) as found:
        yield found
