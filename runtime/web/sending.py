"""对外发送: the mail server, the machines of the house that may be called, and secrets by name; the administrator's."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request, url_for

from runtime import clock
from runtime.accounts import people, sending, vault
from runtime.accounts.sending import Sending
from runtime.accounts.vault import Vault
from runtime.errors import FenzuError, Invalid, Problem
from runtime.messages import say
from runtime.web import here, page
from runtime.words import Words
from runtime.workflows import outgoing
from runtime.workflows.failed import Unsent
from runtime.workflows.sending import stumbled

bp = Blueprint("sending", __name__, url_prefix="/settings/sending")
SAVED = Words("已保存", "Saved")
SECRET_SAVED = Words("密钥 {name} 存好了，流程里写 {given}", "The secret {name} is kept; workflows write {given}")
SECRET_GONE = Words("密钥 {name} 已删", "The secret {name} is gone")
TRIED = Words("试发的邮件已经交给服务器，看看 {to} 收到没有", "The test mail was handed to the server; see whether {to} gets it")
SUBJECT = Words("Fenzu 试发", "A test mail from Fenzu")
TEXT = Words("这是一封试发的邮件。收到它，说明发邮件设置好了。", "This is a test. If you can read it, sending mail is set up.")


@bp.before_request
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


def keys() -> Vault:
    """The secrets of this installation."""
    return Vault(here.fenzu().config.secret)


@bp.get("/")
def index() -> Response:
    return _page(sending.read(here.conn()))


def _page(own: Sending, status: int = 200, problems: dict[str, str] | None = None, part: str = "") -> Response:
    """`part` is the form that the problems are about; what was typed there stands there still, secrets never."""
    conn = here.conn()
    kept = vault.listed(conn, keys())
    given = {name: text for name, text in request.form.items() if name not in ("password", "value")}
    return page.show("account/sending.html", status=status, own=own, problems=problems or {}, part=part, given=given, kept=[one for one in kept if one.name != vault.MAIL],
                     names=people.names(conn), password=next((one for one in kept if one.name == vault.MAIL), None), me=people.get(conn, here.actor().id), securities=sending.SECURITIES)


def _refused(own: Sending, error: FenzuError, part: str) -> Response:
    return _page(own, 422, {problem.path: say(problem, here.actor().lang) for problem in error.problems}, part)


@bp.post("/mail")
def save_mail() -> Response:
    """The mail server; an empty password leaves the one that is kept."""
    before, typed = sending.read(here.conn()), sending.given(request.form)
    own = replace(typed, hosts=before.hosts, patience=before.patience)
    try:
        with here.write() as conn:
            sending.save(conn, here.actor(), own)
            _password(conn, request.form.get("password", ""))
            outgoing.hurry(conn, outgoing.MAIL)
    except FenzuError as error:
        return _refused(own, error, "mail")
    here.fenzu().runner.wake()
    return _back(SAVED)


def _password(conn: Any, typed: str) -> None:
    if "forget" in request.form:
        vault.drop(conn, here.actor(), vault.MAIL)
    elif typed:
        keys().put(conn, here.actor(), vault.MAIL, typed)


@bp.post("/hosts")
def save_hosts() -> Response:
    """Which machines may be called although they are not public, and how long any is waited for."""
    typed = sending.given(request.form)
    own = replace(sending.read(here.conn()), hosts=typed.hosts, patience=typed.patience)
    try:
        with here.write() as conn:
            sending.save(conn, here.actor(), own)
    except FenzuError as error:
        return _refused(own, error, "hosts")
    return _back(SAVED)


@bp.post("/try")
def try_mail() -> Response:
    """One mail at once to an address, and in words what became of it."""
    own, to, lang = sending.read(here.conn()), request.form.get("to", "").strip(), here.actor().lang
    try:
        password = keys().get(here.conn(), vault.MAIL)
        here.close()
        _try(replace(own, patience=min(own.patience, 10)), password, to)
    except (Unsent, Invalid) as why:
        problem = why.problem if isinstance(why, Unsent) else why.problems[0]
        return _page(own, 422, {"to": say(problem, lang)}, "try")
    return _back(TRIED, to=to)


def _try(own: Sending, password: str | None, to: str) -> None:
    from runtime.workflows.mailing import Post

    if not sending.is_address(to):
        raise Unsent(Problem("to", "mail_header"))
    post, lang = Post(own, password), here.actor().lang
    try:
        post.send({"id": secrets.token_hex(16), "to": to, "subject": SUBJECT.say(lang), "text": TEXT.say(lang)}, clock.now())
    except Unsent:
        raise
    except Exception as error:
        raise stumbled(error, "a test mail") from None
    finally:
        post.close()


@bp.post("/secrets")
def keep_secret() -> Response:
    """A secret by name, in place of an older one; it is never shown again."""
    name = request.form.get("name", "").strip()
    try:
        with here.write() as conn:
            if name == vault.MAIL:
                name = ""
            keys().put(conn, here.actor(), name, request.form.get("value", "").strip())
            outgoing.hurry(conn, outgoing.CALL)
    except FenzuError as error:
        return _refused(sending.read(here.conn()), error, "secrets")
    here.fenzu().runner.wake()
    return _back(SECRET_SAVED, name=name, given=f"{{${name}}}")


@bp.post("/secrets/<name>/drop")
def drop_secret(name: str) -> Response:
    with here.write() as conn:
        vault.drop(conn, here.actor(), name)
    return _back(SECRET_GONE, name=name)


def _back(told: Words, **values: str) -> Response:
    return page.go(url_for("sending.index"), page.toast(told, here.actor().lang, **values))
