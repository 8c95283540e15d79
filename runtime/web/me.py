"""One's own corner: name, password, language, light or dark, API tokens."""

from __future__ import annotations

from flask import Blueprint, Response, request, session, url_for
from flask_login import login_required, login_user

from runtime.accounts import people, sessions, tokens
from runtime.errors import FenzuError
from runtime.messages import say
from runtime.web import here, page
from runtime.web.signing import Visitor
from runtime.words import LANGUAGES, Words

bp = Blueprint("me", __name__, url_prefix="/me")
SAVED = Words("已保存", "Saved")


@bp.before_request
@login_required  # type: ignore[untyped-decorator]
def _signed_in() -> None:
    """Everything here is for people who are signed in."""


@bp.get("/")
def profile() -> Response:
    return page.show("account/profile.html", me=people.get(here.conn(), here.actor().id), problems={})


@bp.post("/")
def save_profile() -> Response:
    wanted: dict[str, str | None] = {k: request.form.get(k, "") for k in ("name", "email", "lang") if k in request.form}
    return _try(lambda conn: people.change(conn, here.actor(), here.actor().id, wanted))


@bp.post("/password")
def save_password() -> Response:
    """A new password signs out every other place; this one stays signed in."""
    given = request.form
    actor = here.actor()

    def change(conn: object) -> None:
        epoch = people.set_password(conn, actor, actor.id, given.get("password", ""), given.get("current", ""))  # type: ignore[arg-type]
        login_user(Visitor(actor, epoch))

    return _try(change)


def _try(change: object) -> Response:
    lang = here.actor().lang
    try:
        with here.write() as conn:
            change(conn)  # type: ignore[operator]
    except FenzuError as error:
        problems = {p.path: say(p, lang) for p in error.problems}
        return page.show("account/profile.html", status=422, me=people.get(here.conn(), here.actor().id), problems=problems)
    return page.go(url_for("me.profile"), page.toast(SAVED, lang))


@bp.post("/language")
def language() -> Response:
    """Another language for every page of mine."""
    if request.form.get("value") in LANGUAGES:
        session["lang"] = request.form["value"]
        with here.write() as conn:
            people.change(conn, here.actor(), here.actor().id, {"lang": request.form["value"]})
    return page.nothing()


@bp.post("/theme")
def theme() -> Response:
    """Light or dark, on this and my other devices."""
    if request.form.get("value") in ("light", "dark"):
        session["theme"] = request.form["value"]
        with here.write() as conn:
            people.change(conn, here.actor(), here.actor().id, {"theme": request.form["value"]})
    return page.nothing()


@bp.get("/tokens", endpoint="tokens")
def token_list() -> Response:
    return page.show("account/tokens.html", tokens=tokens.of_person(here.conn(), here.actor().id), secret="", problems={})


@bp.post("/tokens")
def make_token() -> Response:
    """A new token; its secret is shown on this answer and never again."""
    try:
        with here.write() as conn:
            _, secret = tokens.create(conn, here.actor(), request.form.get("name", ""))
    except FenzuError as error:
        problems = {p.path: say(p, here.actor().lang) for p in error.problems}
        return page.show("account/tokens.html", status=422, tokens=tokens.of_person(here.conn(), here.actor().id), secret="", problems=problems)
    return page.show("account/tokens.html", tokens=tokens.of_person(here.conn(), here.actor().id), secret=secret, problems={})


@bp.post("/tokens/<int:token_id>/end")
def end_token(token_id: int) -> Response:
    with here.write() as conn:
        tokens.revoke(conn, here.actor(), token_id)
    return page.go(url_for("me.tokens"), page.toast(Words("密钥已停用", "The token no longer works"), here.actor().lang))


@bp.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    with here.write() as conn:
        epoch = sessions.end_all(conn, here.actor(), here.actor().id)
    login_user(Visitor(here.actor(), epoch))
    return page.go(url_for("me.profile"), page.toast(Words("其他地方都已退出", "Signed out everywhere else"), here.actor().lang))
