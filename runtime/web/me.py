"""One's own corner: name, password, language, light or dark, API tokens."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user, login_user
from sqlalchemy import Connection

from runtime.accounts import people, sessions, tokens
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.web import here, page
from runtime.web.signing import Visitor
from runtime.words import LANGUAGES, Words

bp = Blueprint("me", __name__, url_prefix="/me")
SAVED = Words("已保存", "Saved")
NEW_PASSWORD = Words("密码已换，其他地方都已退出", "Password changed; signed out everywhere else")
ENDED = Words("密钥已停用", "The token no longer works")
OUT = Words("其他地方都已退出", "Signed out everywhere else")
THEMES = ("light", "dark")


@bp.get("/")
def profile() -> Response:
    return _profile()


def _profile(status: int = 200, problems: dict[str, str] | None = None) -> Response:
    given = request.form.to_dict()
    me = people.get(here.conn(), here.actor().id)
    return page.show("account/profile.html", status=status, me=me, given=given, problems=problems or {})


@bp.post("/")
def save_profile() -> Response:
    wanted = {key: request.form[key] for key in ("name", "email", "lang") if key in request.form}
    return _try(lambda conn: people.change(conn, here.actor(), here.actor().id, wanted), SAVED)


@bp.post("/password")
def save_password() -> Response:
    """A new password signs out every other place; this one stays signed in."""
    given, actor = request.form, here.actor()

    def change(conn: Connection) -> None:
        epoch = people.set_password(conn, actor, actor.id, given.get("password", ""), given.get("current", ""))
        login_user(Visitor(actor, epoch))

    return _try(change, NEW_PASSWORD)


def _try(change: Callable[[Connection], object], told: Words) -> Response:
    """Do it and say so, or show the page again with a message at each field and everything typed."""
    try:
        with here.write() as conn:
            change(conn)
    except FenzuError as error:
        return _profile(422, {problem.path: say(problem, here.actor().lang) for problem in error.problems})
    # the language may be another one from here on
    lang = people.get(here.conn(), here.actor().id).lang
    return page.go(url_for("me.profile"), page.toast(told, lang))


@bp.post("/language")
def language() -> Response:
    """Another language for every page of mine; before signing in, for this browser."""
    wanted = request.form.get("value")
    if wanted in LANGUAGES:
        session["lang"] = wanted
        _keep("lang", wanted)
    return page.nothing()


@bp.post("/theme")
def theme() -> Response:
    """Light or dark, on this and my other devices; before signing in, in this browser."""
    wanted = request.form.get("value")
    if wanted in THEMES:
        session["theme"] = wanted
        _keep("theme", wanted)
    return page.nothing()


def _keep(what: str, value: str) -> None:
    if current_user.is_authenticated:
        with here.write() as conn:
            people.change(conn, here.actor(), here.actor().id, {what: value})


@bp.get("/tokens", endpoint="tokens")
def token_list() -> Response:
    return _tokens()


def _tokens(status: int = 200, problems: dict[str, str] | None = None) -> Response:
    mine = tokens.of_person(here.conn(), here.actor().id)
    name = request.form.get("name", "") if problems else ""
    secret = page.told_once("token").get("secret", "")
    found = problems or {}
    return page.show("account/tokens.html", status=status, tokens=mine, secret=secret, problems=found, name=name)


@bp.post("/tokens")
def make_token() -> Response:
    """A new token; its secret is shown on the next page and never again."""
    try:
        with here.write() as conn:
            _, secret = tokens.create(conn, here.actor(), request.form.get("name", ""))
    except FenzuError as error:
        return _tokens(422, {problem.path: say(problem, here.actor().lang) for problem in error.problems})
    page.tell_once("token", secret=secret)
    return page.go(url_for("me.tokens"))


@bp.post("/tokens/<int:token_id>/end")
def end_token(token_id: int) -> Response:
    with here.write() as conn:
        tokens.revoke(conn, here.actor(), token_id)
    return page.go(url_for("me.tokens"), page.toast(ENDED, here.actor().lang))


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    with here.write() as conn:
        epoch = sessions.end_all(conn, here.actor(), here.actor().id)
    login_user(Visitor(here.actor(), epoch))
    return page.go(url_for("me.profile"), page.toast(OUT, here.actor().lang))
