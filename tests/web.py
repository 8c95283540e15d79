"""The whole application over a database of its own, and people who are signed in to it: no browser, no network."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app import create_app
from runtime.accounts import actor, people, token_cache
from runtime.accounts.actor import Actor
from runtime.accounts.settings import Settings
from runtime.config import Config
from runtime.storage.db import Database
from runtime.web import here
from runtime.web.here import Fenzu

SECRET = "a secret for tests, long enough to sign with"
PASSWORD = "correct horse"
HTMX = {"HX-Request": "true"}


class Person:
    """One browser. `get`, `post` and `htmx` send what pages send, the session and its secret against forgery, and read the answer to its end."""

    def __init__(self, app: Flask, actor: Actor | None = None, lang: str | None = None) -> None:
        self.app, self.actor = app, actor
        self.client: FlaskClient = app.test_client()
        self._csrf = secrets.token_hex(20)
        with self.client.session_transaction() as session:
            session["csrf_token"] = self._csrf
            if lang:
                session["lang"] = lang
            if actor:
                session["_user_id"], session["_fresh"] = f"{actor.id}:1", True

    @property
    def token(self) -> str:
        """What a page of this browser carries in its `csrf-token`."""
        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", self._csrf)
        return URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)

    def get(self, url: str, **given: Any) -> TestResponse:
        return self.client.get(url, **{"buffered": True, **given})

    def post(self, url: str, data: dict[str, Any] | None = None, **given: Any) -> TestResponse:
        """A form as the browser sends it."""
        return self.client.post(url, data={**(data or {}), "csrf_token": self.token}, **{"buffered": True, **given})

    def htmx(self, method: str, url: str, data: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """A request as htmx sends it; headers are written with underscores: `HX_Target="list"`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(url, method=method, data=data, headers={**HTMX, "X-CSRFToken": self.token, **more}, buffered=True)

    def text(self, url: str, status: int = 200) -> str:
        """A page's HTML; fails unless the answer has the status."""
        found = self.get(url)
        assert found.status_code == status, (url, found.status_code, found.headers.get("Location"))
        return found.get_data(as_text=True)


class Site:
    """A running installation: `site.person("builder")` is a signed-in browser, `site.visitor()` one that is not."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._people: dict[str, Actor] = {}

    @property
    def fenzu(self) -> Fenzu:
        return here.of(self.app)

    @property
    def database(self) -> Database:
        return self.fenzu.database

    def set_up(self, lang: str = "zh", zone: str = "Asia/Shanghai") -> Actor:
        """The organisation 禾沐食品 and its first administrator, login `boss`."""
        with self.database.write() as conn:
            boss = people.first(conn, "boss", "王敏", PASSWORD, Settings("禾沐食品", zone, lang))
        self._people["administrator"] = boss
        return boss

    def actor(self, role: str = "administrator") -> Actor:
        """The person of a role; login and name are the role's, the password is PASSWORD."""
        if role not in self._people:
            boss = self._people["administrator"]
            with self.database.write() as conn:
                made = people.add(conn, boss, role, role.title(), role, boss.lang, PASSWORD)
                found = actor.load(conn, made)
            assert found is not None
            self._people[role] = found
        return self._people[role]

    def person(self, role: str = "administrator") -> Person:
        return Person(self.app, self.actor(role))

    def visitor(self, lang: str | None = None) -> Person:
        return Person(self.app, lang=lang)

    def jobs(self) -> int:
        """Do every job that is due, in this thread."""
        return self.fenzu.runner.drain()


def visible(html: str) -> str:
    """What a page shows, without its marks."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>|<!--.*?-->", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@contextmanager
def open_site(template: Path, folder: Path) -> Iterator[Site]:
    """An installation nobody has set up yet, over a copy of an empty database; the fixture `bare_site`."""
    shutil.copy(template, folder / "fenzu.db")
    with whole_app(Config(folder, f"sqlite:///{folder / 'fenzu.db'}", SECRET, testing=True)) as site:
        yield site


@contextmanager
def whole_app(config: Config) -> Iterator[Site]:
    """The application over the database that a configuration names."""
    for name in ("files", "scratch"):
        (config.instance / name).mkdir()
    token_cache.clear()
    site = Site(create_app(config))
    yield site
    site.database.close()
