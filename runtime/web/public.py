"""Forms that anybody may fill in by their link: without signing in, without a third party, with or without script."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request, session, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from runtime import clock
from runtime.accounts import actor, passwords
from runtime.commands import receive
from runtime.errors import Conflict, FenzuError, Invalid, NotFound, Problem
from runtime.messages import say
from runtime.records import entry as entries
from runtime.records import public_links
from runtime.records.act import acting
from runtime.records.entry import Entry
from runtime.records.public_links import Link
from runtime.web import here, limits, live_logic, page, pictures, public_files, public_page
from runtime.web.public_page import Side

bp = Blueprint("public", __name__, url_prefix="/f/<token>")
LARGEST = 1_000_000
QUICKEST, LONGEST = 2.0, 86_400.0  # seconds between seeing the page and sending it
TRAP = "website_"  # an input that people do not see; no field's key ends like this
OFTEN = ("20 per minute", "300 per hour")


@bp.before_request
def small() -> None:
    """Nobody needs to send this much to a form, but for its files."""
    with_files = request.endpoint == "public.hold" or (request.endpoint == "public.send" and request.mimetype == "multipart/form-data")
    if (request.content_length or 0) > (public_files.LARGEST if with_files else LARGEST):
        raise Invalid(Problem("", "public_too_large"))


@bp.after_request
def unlisted(response: Response) -> Response:
    """No search engine keeps these pages."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def opened(token: str) -> tuple[Link, Side]:
    """The link and its form as published; raises NotFound for a link that is none any more."""
    link = public_links.by_token(here.conn(), token)
    found = here.app(link.app) if link else None
    if link is None or found is None or link.form not in found.forms:
        raise NotFound(Problem("", "not_found"))
    return link, public_page.side_of(found, found.form(link.form), link, _read_slip(link).get("nonce", ""))


def refused(link: Link, side: Side) -> Response | None:
    """The page instead of the form: it takes nothing now, or wants its password first."""
    public, looks = side.public, _looks(link, side)
    why = public_links.closed(link, public, here.as_of())
    if why:
        return page.show("public/closed.html", why=why, **looks)
    if link.password and session.get(f"f-{link.id}") != link.mark:
        return page.show("public/password.html", problem="", **looks)
    return None


def _looks(link: Link, side: Side) -> dict[str, Any]:
    """What every page of a public form shows at its top."""
    return {"title": public_page.title(side, side.names.lang), "public": side.public, "token": link.token, "query": _query()}


def _query() -> str:
    """What the address fills in, to go with every request of the page."""
    return f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""


def _form(link: Link, side: Side, entry: Entry, status: int = 200, told: str = "", slip: str = "") -> Response:
    line = say(Problem("", told), side.names.lang) if told else ""
    return page.show("public/form.html", status=status, token=link.token, slip=slip or _slip(link, side), trap=TRAP,
                     query=_query(), preview=False, doors=_doors(link), **public_page.drawn(side, entry, line))


def _doors(link: Link) -> dict[str, str]:
    """Where the form of a link goes: to be sent, a step on, asked about."""
    query = _query()
    return {"save": url_for(".send", token=link.token) + query, "step": url_for(".step", token=link.token, step="") + query,
            "logic": url_for(".logic", token=link.token) + query, "files": url_for(".hold", token=link.token, field="-").removesuffix("-")}


@bp.get("/")
def show(token: str) -> Response:
    link, side = opened(token)
    return refused(link, side) or _form(link, side, public_page.blank(side))


@bp.post("/password")
def enter(token: str) -> Response:
    """The password, which this browser then needs no more."""
    link, side = opened(token)
    wrong = "public_tries" if limits.often(f"password {link.id}", "10 per minute") else "public_password"
    if wrong == "public_password" and passwords.matches(link.password, request.form.get("password", "")):
        session[f"f-{link.id}"] = link.mark
        return page.go(url_for(".show", token=token) + _query())
    told, status = say(Problem("", wrong), side.names.lang), 429 if wrong == "public_tries" else 422
    return page.show("public/password.html", status=status, problem=told, **_looks(link, side))


@bp.post("/")
def send(token: str) -> Response:
    """Take the form, or show it again with everything that was typed and a sentence."""
    link, side = opened(token)
    if away := refused(link, side):
        return away
    slip, often = _read_slip(link), limits.often(f"send {link.id}", *OFTEN)
    side, entry = _sent(link, side, "" if often else slip.get("nonce", ""))
    if often:
        return _form(link, side, entry, 429, "public_often", request.form.get("slip", ""))
    if told := _doubt(slip, side):
        again = request.form.get("slip", "") if told == "public_again" else ""
        return _form(link, side, entry, 409 if told == "public_changed" else 422, told, again)
    return _stored(link, side, entry, slip["nonce"])


def _sent(link: Link, side: Side, page: str) -> tuple[Side, Entry]:
    """What was typed; without script with the files that came along, each of them kept or answered at its field."""
    given = public_page.typed(side)
    wrong = public_files.sent(link, side, page, given)
    if request.files:
        side = opened(link.token)[1]  # what was just kept is seen by a fresh connection
    entry = public_page.entry_of(side, given)
    entry.problems[:0] = wrong
    return side, entry


def _stored(link: Link, side: Side, entry: Entry, nonce: str) -> Response:
    if not entry.ok:
        return _form(link, side, entry, 422, slip=request.form["slip"])
    by = actor.visitor(here.organisation().zone, side.names.lang)
    parts = here.fenzu()
    here.close()
    try:
        with acting(parts.database, parts.live, link.app, by, cause=receive.CAUSE, files=parts.config.files) as act:
            receive.receive(act, link, entry, nonce)
    except receive.Again:
        return page.go(url_for(".thanks", token=link.token, again=1))
    except Conflict:
        return page.go(url_for(".show", token=link.token))
    except Invalid as wrong:
        entry.problems += wrong.problems
        return _form(*opened(link.token), entry, 422, slip=request.form["slip"])
    return page.go(url_for(".thanks", token=link.token))


@bp.get("/thanks")
def thanks(token: str) -> Response:
    link, side = opened(token)
    return page.show("public/thanks.html", again="again" in request.args, more=not public_links.closed(link, side.public, here.as_of()),
                     **_looks(link, side))


@bp.post("/step/", defaults={"step": ""})
@bp.post("/step/<step>")
def step(token: str, step: str) -> Response:
    """Whether one page is filled in as it must be, before the next one is shown; nothing is kept."""
    link, side = opened(token)
    wanted = side.seen.form.layout.page(step)
    if wanted is None or refused(link, side) or limits.often(f"step {link.id}", "120 per minute"):
        return page.nothing(status=404 if wanted is None else 429)
    read = public_page.entry_of(side, public_page.typed(side))
    read.problems = [each for each in read.problems if each.path.split(".")[0].split("[")[0] in wanted.fields]
    return page.show("records/step.html", status=422, step=wanted, token=link.token, **public_page.drawn(side, read)) if not read.ok else page.nothing(status=204)


@bp.post("/logic")
def logic(token: str) -> Response:
    """What the form's logic says to what has been typed so far; nothing is kept."""
    link, side = opened(token)
    if refused(link, side) or limits.often(f"logic {link.id}", "240 per minute"):
        return page.nothing(status=429)
    read = entries.read(side.live.form, public_page.typed(side), side.names)
    made = public_page.drawn(side, read)
    again = live_logic.changed(read, made["logic"]) if made["logic"] else []
    return page.show("records/logic.html", "state", doors=_doors(link), again=[made["fields"][key] for key in again], **made)


@bp.post("/files/<field>")
def hold(token: str, field: str) -> Response:
    """Keep files while the form is filled in; answers with what the form then names, or with a sentence for the field."""
    link, side = opened(token)
    slip, lang = _read_slip(link), side.names.lang
    if refused(link, side) or not slip or _stale(slip):
        return _told("public_stale", lang, 409)
    if limits.often(f"file {link.id}", "30 per minute", "200 per hour"):
        return _told("public_often", lang, 429)
    try:
        item = public_files.field_of(side, field)
        return jsonify([public_files.hold(link, slip["nonce"], item, one) for one in request.files.getlist("file") if one.filename])
    except FenzuError as wrong:
        return _told(wrong.problems[0], lang, wrong.status)


def _told(problem: Problem | str, lang: str, status: int) -> Response:
    answer = jsonify({"message": say(Problem("", problem) if isinstance(problem, str) else problem, lang)})
    answer.status_code = status
    return answer


@bp.get("/pictures/<digest>")
def picture(token: str, digest: str) -> Any:
    """A picture of the house that somebody put on this form's public layout, while the form is open."""
    link, side = opened(token)
    if refused(link, side) or digest not in {item.node["picture"].get("file") for item in side.seen.form.layout.pieces("picture")}:
        raise NotFound(Problem("", "not_found"))
    return pictures.sent(digest)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(here.fenzu().config.secret, salt="public form")


def _slip(link: Link, side: Side) -> str:
    """What the page carries: which link and version it shows, since when, and a number that is taken once."""
    made = {"link": link.id, "token": link.token, "version": side.live.version, "at": clock.now().timestamp(),
            "nonce": _read_slip(link).get("nonce") or secrets.token_hex(12)}  # what was uploaded belongs to the number
    return str(_signer().dumps(made))


def _read_slip(link: Link) -> dict[str, Any]:
    """The same as it comes back; nothing when it is not ours or of another form."""
    try:
        found: dict[str, Any] = _signer().loads(request.form.get("slip", ""))
    except BadSignature:
        return {}
    return found if (found["link"], found["token"]) == (link.id, link.token) else {}


def _stale(slip: dict[str, Any]) -> bool:
    return bool(clock.now().timestamp() - slip["at"] > LONGEST)


def _doubt(slip: dict[str, Any], side: Side) -> str:
    """Why what was sent is shown once more instead of taken: the code of the sentence, or ""."""
    if not slip or _stale(slip):
        return "public_stale"
    if slip["version"] != side.live.version:
        return "public_changed"
    quick = clock.now().timestamp() - slip["at"] < QUICKEST
    return "public_again" if quick or request.form.get(TRAP) else ""

