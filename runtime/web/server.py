"""The run-only server: everything people use, nothing they build with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response
from flask_wtf.csrf import CSRFProtect

from runtime.config import ROOT, Config
from runtime.exchange.limits import MAX_UPLOAD
from runtime.jobs.kinds import Kinds
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database
from runtime.storage.live import Live
from runtime.storage.setup import prepare
from runtime.web import context, errors, here, me, settings, signing
from runtime.web.context import Places
from runtime.web.here import NAME, Fenzu
from runtime.web.limits import limiter

# Everything a page may load comes from here; nothing runs that is not a file of ours.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def create_server(config: Config, kinds: Kinds, places: Places, blueprints: Sequence[Blueprint], schedules: Any = None) -> Flask:
    """A Flask app over one database, with its job runner (not started) and the given rooms."""
    app = Flask("fenzu", root_path=str(ROOT), instance_path=str(config.instance))
    app.config.update(
        SECRET_KEY=config.secret, TESTING=config.testing, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30), MAX_CONTENT_LENGTH=MAX_UPLOAD + 1_000_000,
        MAX_FORM_MEMORY_SIZE=20_000_000, MAX_FORM_PARTS=20_000, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=not config.testing,
    )
    database = open_database(config.database_url, app)
    prepare(database)
    runner = Runner(database, kinds, schedules=schedules) if schedules is not None else Runner(database, kinds)
    app.extensions[NAME] = Fenzu(config, database, Live(), runner)
    signing.login.init_app(app)
    limiter.init_app(app)
    csrf = CSRFProtect(app)
    app.extensions["fenzu-csrf"] = csrf
    context.attach(app, places)
    errors.attach(app)
    app.teardown_request(here.close)
    app.after_request(protect)
    for blueprint in (signing.bp, me.bp, settings.bp, *blueprints):
        app.register_blueprint(blueprint)
        if blueprint.name == "api":
            csrf.exempt(blueprint)
    return app


def protect(response: Response) -> Response:
    """The headers that keep a page to itself; static files carry a fingerprint and may be kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        headers["Cache-Control"] = "no-store"
    return response
