"""The server: one Flask app over one database, with the rooms it is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Flask, Response
from flask_wtf.csrf import CSRFProtect

from runtime.config import ROOT, Config
from runtime.exchange.limits import MAX_UPLOAD
from runtime.jobs import by_redis
from runtime.jobs.kinds import Kinds
from runtime.jobs.runner import NOTHING, Runner
from runtime.jobs.schedule import NONE, Schedules
from runtime.records.undo import Undo
from runtime.storage.db import Database, open_database
from runtime.storage.live import Live
from runtime.storage.setup import prepare
from runtime.web import (
    context,
    departments,
    divisions,
    errors,
    here,
    home,
    jobs,
    me,
    notices,
    odd,
    places,
    sending,
    settings,
    signing,
    starting,
    superior,
    undo,
)
from runtime.web.here import NAME, Fenzu
from runtime.web.limits import limiter
from runtime.web.places import Place

# What every server has, whatever else it serves.
ALWAYS = (divisions.bp, signing.bp, starting.bp, home.bp, me.bp, settings.bp, sending.bp, departments.bp, superior.bp, notices.bp, jobs.bp, undo.bp)
# Everything a page may load comes from here; nothing runs that is not a file of ours.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# The jobs of a server, given what they work on.
KindsOf = Callable[[Database, Live, Config], Kinds]


def no_jobs(_database: Database, _live: Live, _config: Config) -> Kinds:
    """A server that only answers."""
    return {}


def create_server(
    config: Config, blueprints: Sequence[Blueprint], *, kinds: KindsOf = no_jobs, schedules: Schedules = NONE,
    build: Sequence[Place] = (), undos: Mapping[str, Undo] | None = None, apart: Mapping[str, int] = NOTHING,
) -> Flask:
    """A server with its job runner (not started) and the given rooms; `build` are the sidebar's places for builders, `apart`
    the kinds of job that have threads of their own.
    """
    app = Flask("fenzu", root_path=str(ROOT), instance_path=str(config.instance))
    configure(app, config)
    database = open_database(config.database_url, app)
    prepare(database)
    live = Live()
    runner = Runner(database, kinds(database, live, config), schedules=schedules, apart=apart, waking=by_redis.engine(config))
    app.extensions[NAME] = Fenzu(config, database, live, runner, undos or {})
    attach(app, build)
    for blueprint in (*ALWAYS, *blueprints):
        app.register_blueprint(blueprint)
        if blueprint.name in ("api", "public", "hooks"):  # neither acts in the name of a session
            app.extensions["csrf"].exempt(blueprint)
    return app


def configure(app: Flask, config: Config) -> None:
    """Flask's own settings; in tests nothing counts how often one tries."""
    app.config.update(
        SECRET_KEY=config.secret, TESTING=config.testing, PROPAGATE_EXCEPTIONS=False,
        SESSION_COOKIE_NAME="fenzu", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30), MAX_CONTENT_LENGTH=MAX_UPLOAD + 1_000_000,
        MAX_FORM_MEMORY_SIZE=20_000_000, MAX_FORM_PARTS=20_000, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=not config.testing,
    )
    odd.watch_numbers(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def attach(app: Flask, build: Sequence[Place]) -> None:
    """What happens around every request: who asks comes first, then whether a form is really from us."""
    signing.login.init_app(app)
    app.before_request(odd.address)
    app.before_request(signing.guard)
    app.before_request(odd.form)
    limiter.init_app(app)
    CSRFProtect(app)
    context.attach(app, places.sidebar(build))
    app.jinja_env.globals.update(job_view=jobs.view, job_next=jobs.next_of, divisions_address=divisions.address)
    errors.attach(app)
    app.teardown_request(here.close)
    app.after_request(places.remember)
    app.after_request(protect)


def protect(response: Response) -> Response:
    """The headers that keep a page to itself; static files carry a fingerprint and may be kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        headers["Cache-Control"] = "no-store"
    return response
