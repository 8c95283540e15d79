"""Signing in and out, the first run, and accepting an invitation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from runtime import words
from runtime.accounts import invitations, people, sessions, settings, tokens
from runtime.accounts.actor import Actor
from runtime.accounts.settings import Settings
from runtime.clock import now
from runtime.errors import FenzuError, Problem
from runtime.messages import say
from runtime.web import context, here, page
from runtime.web.limits import limiter

bp = Blueprint("signing", __name__)
login = LoginManager()
login.login_view = "signing.sign_in"
login.session_protection = None


class Visitor(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login keeps them: `id:epoch`, so that a new epoch ends every session."""

    def __init__(self, actor: Actor, epoch: int, *, by_token: bool = False) -> None:
        self.actor, self.epoch, self.by_token = actor, epoch, by_token

    def get_id(self) -> str:
        return f"{self.actor.id}:{self.epoch}"


@login.user_loader
def from_session(key: str) -> Visitor | None:
    person, _, epoch = key.partition(":")
    actor = sessions.resume(here.conn(), int(person), int(epoch))
    return None if actor is None else Visitor(actor, int(epoch))


@login.request_loader
def from_header(req: Any) -> Visitor | None:
    """A bearer token; only the API's addresses take one."""
    secret = req.headers.get("Authorization", "")
    if not req.path.startswith("/api/") or not secret.startswith("Bearer "):
        return None
    bearer = tokens.find(here.conn(), secret[7:].strip())
    if bearer is None:
        return None
    if tokens.due(bearer, now()):
        with here.write() as conn:
            tokens.touch(conn, secret[7:].strip(), bearer, now())
    return Visitor(bearer.actor, 0, by_token=True)


@login.unauthorized_handler
def unauthorized() -> Response:
    """The page to sign in on, which leads back here afterwards."""
    back = request.full_path if request.method == "GET" else request.headers.get("Referer", "/")
    return page.go(url_for("signing.sign_in", next=back if back.startswith("/") else "/"))


def safe_next(fallback: str = "/") -> str:
    """Where to go after signing in: only inside this site."""
    wanted = request.values.get("next", "")
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    return wanted if inside else fallback


@bp.get("/sign-in")
def sign_in() -> Response:
    if not here.organisation().first_run_done:
        return page.go(url_for("signing.first_run"))
    if current_user.is_authenticated:
        return page.go(safe_next())
    return page.show("account/sign_in.html", login="", problem="", next=safe_next())


@bp.post("/sign-in")
@limiter.limit("10 per minute; 60 per hour")
def enter() -> Response:
    given = request.form.get("login", "")
    found = sessions.recognise(here.conn(), given, request.form.get("password", ""))
    if found is None:
        words_ = say(Problem("", "bad_sign_in"), context.lang())
        return page.show("account/sign_in.html", status=422, login=given, problem=words_, next=safe_next())
    with here.write() as conn:
        sessions.begin(conn, found)
    _admit(found.person_id, found.epoch)
    return page.go(safe_next())


def _admit(person_id: int, epoch: int) -> None:
    actor = sessions.resume(here.conn(), person_id, epoch)
    if actor is not None:
        theme, session_theme = people.get(here.conn(), person_id).theme, session.get("theme")
        session.clear()
        session["theme"] = theme or session_theme
        session.permanent = True
        login_user(Visitor(actor, epoch))


@bp.post("/sign-out")
def leave() -> Response:
    logout_user()
    session.clear()
    return page.go(url_for("signing.sign_in"))


@bp.get("/first-run")
def first_run() -> Response:
    if here.organisation().first_run_done:
        return page.go("/")
    return page.show("account/first_run.html", given={"lang": context.lang(), "zone": settings.DEFAULT.zone}, problems={},
                     zones=settings.zones())


@bp.post("/first-run")
def begin() -> Response:
    """The organisation and its first administrator, once; then the gallery."""
    if here.organisation().first_run_done:
        return page.go("/")
    given = request.form.to_dict()
    wanted = Settings(given.get("organisation", "").strip(), given.get("zone", ""), given.get("lang", ""))
    try:
        with here.write() as conn:
            actor = people.first(conn, given.get("login", ""), given.get("name", ""), given.get("password", ""), wanted)
    except FenzuError as error:
        return _again("account/first_run.html", error, given, zones=settings.zones())
    _admit(actor.id, 1)
    return page.go("/templates")


@bp.get("/join/<secret>")
def join(secret: str) -> Response:
    found = invitations.find(here.conn(), secret)
    return page.show("account/join.html", invitation=found, given={"name": found.name}, problems={}, secret=secret)


@bp.post("/join/<secret>")
@limiter.limit("20 per hour")
def accept(secret: str) -> Response:
    """Become a person, and be signed in at once."""
    given = request.form.to_dict()
    found = invitations.find(here.conn(), secret)
    try:
        with here.write() as conn:
            who = invitations.accept(conn, secret, given.get("login", ""), given.get("password", ""), given.get("name") or None)
    except FenzuError as error:
        return _again("account/join.html", error, given, invitation=found, secret=secret)
    _admit(who, 1)
    return page.go("/")


def _again(template: str, error: FenzuError, given: dict[str, Any], **more: Any) -> Response:
    """The same form with a message at each field and everything typed, but for the password."""
    language = context.lang()
    problems = {problem.path: say(problem, language) for problem in error.problems}
    return page.show(template, status=422, given=given, problems=problems, **more)


@bp.post("/language")
def language() -> Response:
    """The language of the pages before signing in."""
    if request.form.get("value") in words.LANGUAGES:
        session["lang"] = request.form["value"]
    return redirect(safe_next("/sign-in"), 303)  # type: ignore[return-value]
