"""Who asks, and the doors: signing in and out, and what a visitor who is not signed in may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Request, Response, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from runtime.accounts import people, sessions, tokens
from runtime.accounts.actor import Actor
from runtime.clock import now
from runtime.errors import Problem
from runtime.messages import say
from runtime.web import context, here, page
from runtime.web.limits import limiter
from runtime.words import Words

bp = Blueprint("signing", __name__)
login = LoginManager()
login.session_protection = None
READING = ("GET", "HEAD", "OPTIONS")
# Open to everybody: the doors themselves, files of ours, how pages look; the API answers for itself.
OPEN = frozenset({"signing", "starting", "api", "public", "hooks"})
OPEN_PAGES = frozenset({"static", "divisions.tree", "me.theme", "me.language"})
ENDED = Words(
    "登录已过期。写的内容留在这台电脑上，登录后还在。",
    "You were signed out. What you typed is kept and will be here after you sign in.",
)
SIGN_IN = Words("去登录", "Sign in")


class Visitor(UserMixin):  # type: ignore[misc]
    """The signed-in person as Flask-Login keeps them: `id:epoch`, so that a new epoch ends every session."""

    def __init__(self, actor: Actor, epoch: int, *, by_token: bool = False) -> None:
        self.actor, self.epoch, self.by_token = actor, epoch, by_token

    def get_id(self) -> str:
        return f"{self.actor.id}:{self.epoch}"


@login.user_loader  # type: ignore[untyped-decorator]
def from_session(key: str) -> Visitor | None:
    """The person of the session; at the API, where no form's secret is asked for, a session may only read."""
    if request.path.startswith("/api/") and request.method not in READING:
        return None
    person, _, epoch = key.partition(":")
    actor = sessions.resume(here.conn(), int(person), int(epoch))
    return None if actor is None else Visitor(actor, int(epoch))


@login.request_loader  # type: ignore[untyped-decorator]
def from_header(req: Request) -> Visitor | None:
    """A bearer token; only the API's addresses take one."""
    secret = req.headers.get("Authorization", "")
    if not req.path.startswith("/api/") or not secret.startswith("Bearer "):
        return None
    secret = secret.removeprefix("Bearer ").strip()
    bearer = tokens.find(here.conn(), secret)
    if bearer is None:
        return None
    if tokens.due(bearer, now()):
        with here.write() as conn:
            tokens.touch(conn, secret, bearer, now())
    return Visitor(bearer.actor, 0, by_token=True)


def guard() -> Response | None:
    """Before every page: a new installation is set up first, and pages are for people who are signed in."""
    if request.endpoint is None or request.endpoint in OPEN_PAGES or request.blueprint == "api":
        return None
    if current_user.is_authenticated:
        return None
    if not here.organisation().first_run_done:
        return None if request.blueprint == "starting" else page.go(url_for("starting.first_run"))
    return None if request.blueprint in OPEN else unauthorized()


@login.unauthorized_handler  # type: ignore[untyped-decorator]
def unauthorized() -> Response:
    """To the sign-in, which leads back here; a form that htmx sends stays on its page with what was typed."""
    door = url_for("signing.sign_in", next=page.origin())
    if page.wants_fragment() and request.method not in READING:
        language = context.lang()
        told = page.toast(ENDED, language, href=door, link=SIGN_IN.say(language), tone="bad")
        return page.nothing(told, 401)
    return page.go(door)


def safe_next(fallback: str = "/") -> str:
    """Where to go after signing in: only inside this site."""
    return page.inside(request.values.get("next", ""), fallback)


@bp.get("/sign-in")
def sign_in() -> Response:
    if current_user.is_authenticated:
        return page.go(safe_next())
    return page.show("account/sign_in.html", login="", problem="", next=safe_next())


@bp.post("/sign-in")
@limiter.limit("10 per minute; 60 per hour")
def enter() -> Response:
    given = request.form.get("login", "")
    found = sessions.recognise(here.conn(), given, request.form.get("password", ""))
    if found is None:
        told = say(Problem("", "bad_sign_in"), context.lang())
        return page.show("account/sign_in.html", status=422, login=given, problem=told, next=safe_next())
    with here.write() as conn:
        sessions.begin(conn, found)
    admit(found.person_id, found.epoch)
    return page.go(safe_next())


def admit(person_id: int, epoch: int) -> None:
    """Begin a session; of what the browser held before only light or dark stays in it."""
    actor = sessions.resume(here.conn(), person_id, epoch)
    if actor is None:
        return
    theme = session.get("theme") or people.get(here.conn(), person_id).theme
    session.clear()
    session["theme"] = theme
    session.permanent = True
    login_user(Visitor(actor, epoch))


@bp.post("/sign-out")
def leave() -> Response:
    kept: dict[str, Any] = {"lang": context.lang(), "theme": context.theme()}
    logout_user()
    session.clear()
    session.update(kept)
    return page.go(url_for("signing.sign_in"))
