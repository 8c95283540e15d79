"""The public room of a form: its link and QR code, what is asked for, the words, when it is open, and how it looks on a phone."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from builder.drafts import Draft
from builder.edits import public as edits
from builder.edits.made import Edit
from builder.web import beside, designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from runtime.definitions.form import Form
from runtime.definitions.public_form import asked, may
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.messages import say
from runtime.records import public_links
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, page, public_page
from runtime.web.server import POLICY
from runtime.words import LANGUAGES, Words

bp = Blueprint("build_public", __name__, url_prefix="/build/<app>/forms/<key>/public")
bp.before_request(start.guard)
PAGE, TYPED, PARTS = "builder/form/public.html", "facts,state,tools,rooms,seen", "facts,state,tools,rooms,seen,room"
SHORTEST = 4
SIGNED_DAYS = 30
CHANGED = Words("改公开表单", "Changed the public form")
RENEWED = Words("换了新链接，旧链接不能用了", "There is a new link; the old one has stopped")
LOCKED = Words("密码设好了，马上生效", "The password is set and in force now")
UNLOCKED = Words("不要密码了", "No password any more")


@bp.get("/")
def show(app: str, key: str) -> Response:
    return _shown(here.app(app), key)


def _shown(found: LiveApp, key: str, blocks: str = PARTS, **more: Any) -> Response:
    """The room over the draft; the link belongs to what is published."""
    draft = opened(found, key)
    made = designer_bar.frame(found, draft, "public")
    form: Form = made["form"]
    live = found.forms[key].form.public if key in found.forms else None
    link = public_links.of_form(here.conn(), found.id, key)
    given: dict[str, Any] = {"problem": "", **more}
    wrong = [say(each.problem, here.actor().lang) for each in made["problems"] if each.room == "public" and each.error]
    return page.show(PAGE, blocks, **made, link=link, side=form.public, lines=_lines(form), wrong=wrong,
                     address=_address(link), running=bool(live and live.enabled), **given)


def _address(link: public_links.Link | None) -> str:
    return url_for("public.show", token=link.token, _external=True) if link else ""


def _lines(form: Form) -> list[dict[str, Any]]:
    """Every field in the order of the form: whether it may be asked for, is, and may be filled in by the link."""
    chosen, placed = set(asked(form)), [key for section in form.sections for key in section.fields]
    fields = [form.fields[key] for key in placed if key in form.live_fields]
    return [{"field": each, "may": may(each), "on": each.key in chosen, "way": form.public.prefill.get(each.key, "")} for each in fields]


def _edit() -> Edit:
    """The gesture that was sent: one change of the public side."""
    given = request.form
    act, id, name, value = (given.get(each, "") for each in ("act", "id", "name", "value"))
    made = {
        "switch": lambda body: edits.switch(body, bool(value)),
        "ask": lambda body: edits.ask(body, id, bool(value)),
        "say": lambda body: edits.say(body, id, {name: value[:500]} if name in LANGUAGES else {}),
        "when": lambda body: edits.when(body, name, value),
        "limit": lambda body: edits.limit(body, value),
        "prefill": lambda body: edits.prefill(body, id, value),
        "undo": dict,
        "redo": dict,
    }
    if act not in made:
        raise NotFound(Problem("act", "no_such_part", {"key": act[:40]}))
    return made[act]


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """One gesture as one step, or undo and redo."""
    found, act = here.app(app), request.form.get("act", "")
    try:
        changed(found, key, _edit(), CHANGED, same=f"public:{act}:{request.form.get('id')}:{request.form.get('name')}" if act == "say" else None)
    except Conflict as refused:
        return conflict(refused)
    if act == "switch" and public_links.of_form(here.conn(), found.id, key) is None:
        _renew(found, key)
    return _shown(found, key, TYPED if act in ("say", "limit", "when") and not beside.behind() else PARTS)


def _renew(found: LiveApp, key: str) -> None:
    with here.write() as conn:
        public_links.renew(conn, found.id, key)


@bp.post("/link")
def renew(app: str, key: str) -> Response:
    """Another link; the old one stops at once."""
    _renew(here.app(app), key)
    return page.go(url_for(".show", app=app, key=key), page.toast(RENEWED, here.actor().lang))


@bp.post("/password")
def password(app: str, key: str) -> Response:
    """A password before the form, or none; in force at once, and kept nowhere but as a digest."""
    found, given = here.app(app), request.form.get("password", "")
    if 0 < len(given) < SHORTEST:
        return page.nothing({"text": say(Problem("", "public_password_short", {"n": SHORTEST}), here.actor().lang), "tone": "bad"}, 422)
    with here.write() as conn:
        public_links.set_password(conn, found.id, key, given[:200])
    return page.go(url_for(".show", app=app, key=key), page.toast(LOCKED if given else UNLOCKED, here.actor().lang))


@bp.get("/qr.svg")
def qr(app: str, key: str) -> Response:
    """The link as a QR code, drawn here."""
    import segno  # late: few ever ask for one

    link = public_links.of_form(here.conn(), here.app(app).id, key)
    if link is None:
        raise NotFound(Problem("", "not_found"))
    out = io.BytesIO()
    segno.make(_address(link), error="m").save(out, kind="svg", scale=8, border=3, dark="#06343a", light="#ffffff")
    answer = make_response(out.getvalue(), 200, {"Content-Type": "image/svg+xml", "Cache-Control": "no-store"})
    if "save" in request.args:
        answer.headers["Content-Disposition"] = f'attachment; filename="{key}-qr.svg"'
    return answer


@bp.get("/preview")
def preview(app: str, key: str) -> Response:
    """The draft's public form as a phone shows it, inside the room and nowhere else."""
    found = here.app(app)
    draft: Draft = opened(found, key)
    live = found.forms.get(key)
    tables: Any = live.tables if live else None
    side = public_page.side_of(found, LiveForm(live.id if live else 0, 0, draft.form, tables), None)
    shown = page.show("public/form.html", token="", slip="", trap="website_", query="", preview=True,
                      **public_page.drawn(side, public_page.blank(side)))
    shown.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return shown


@bp.post("/signed")
def signed(app: str, key: str) -> Response:
    """A link that fills in what was typed, signed and good for a month."""
    found = here.app(app)
    draft = opened(found, key)
    link = public_links.of_form(here.conn(), found.id, key)
    ways = draft.form.public.prefill
    values = {name: value.strip()[: public_page.LONGEST] for name in ways if (value := request.form.get(f"v-{name}", "")).strip()}
    if link is None or not values:
        raise Invalid(Problem("", "public_no_values"))
    until = here.as_of().at + timedelta(days=SIGNED_DAYS)
    return page.show("builder/form/signed_link.html", made=f"{_address(link)}?{public_links.signed(link, values, until)}", days=SIGNED_DAYS)

