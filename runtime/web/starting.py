"""How people come in for the first time: the first run of an installation, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, session

from runtime import words
from runtime.accounts import invitations, people, sessions, settings
from runtime.accounts.settings import Settings
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.web import context, here, page, zones
from runtime.web.limits import limiter
from runtime.web.signing import admit

bp = Blueprint("starting", __name__)
FIRST, JOIN = "account/first_run.html", "account/join.html"


@bp.get("/first-run")
def first_run() -> Response:
    if here.organisation().first_run_done:
        return page.go("/")
    return _ask_first({"zone": settings.DEFAULT.zone})


@bp.post("/first-run")
def begin() -> Response:
    """The organisation and its first administrator, once; without an app the home page leads to the templates."""
    given = request.form.to_dict()
    if here.organisation().first_run_done:
        return page.go("/")
    if _turned(given):
        return _ask_first(given)
    wanted = Settings(given.get("organisation", "").strip(), given.get("zone", ""), given.get("lang", ""))
    try:
        with here.write() as conn:
            actor = people.first(conn, given.get("login", ""), given.get("name", ""), given.get("password", ""), wanted)
    except FenzuError as error:
        return _again(FIRST, error, given, zones=zones.choices(context.lang()))
    admit(actor.id, 1)
    return page.go("/")


def _ask_first(given: dict[str, str]) -> Response:
    return page.show(FIRST, given=given, problems={}, zones=zones.choices(context.lang()))


def _turned(given: dict[str, str]) -> bool:
    """Whether the form was sent to be read in the other language; then nothing is checked yet."""
    wanted = given.get("lang")
    if wanted not in words.LANGUAGES or wanted == context.lang():
        return False
    session["lang"] = wanted
    return True


@bp.get("/join/<secret>")
def join(secret: str) -> Response:
    found = invitations.find(here.conn(), secret)
    if "lang" not in session:
        session["lang"] = found.lang
    return page.show(JOIN, invitation=found, given={"name": found.name}, problems={}, secret=secret)


@bp.post("/join/<secret>")
@limiter.limit("20 per hour")
def accept(secret: str) -> Response:
    """Become a person, and be signed in at once."""
    given = request.form.to_dict()
    found = invitations.find(here.conn(), secret)
    try:
        with here.write() as conn:
            who = invitations.accept(conn, secret, given.get("login", ""), given.get("password", ""), given.get("name"))
            sessions.begin(conn, sessions.SignedIn(who, 1))
    except FenzuError as error:
        return _again(JOIN, error, given, invitation=found, secret=secret)
    admit(who, 1)
    return page.go("/")


def _again(template: str, error: FenzuError, given: dict[str, Any], **more: Any) -> Response:
    """The same form with a message at each field and everything typed, but for the password."""
    language = context.lang()
    problems = {problem.path: say(problem, language) for problem in error.problems}
    given.pop("password", None)
    return page.show(template, status=422, given=given, problems=problems, **more)
