"""Trying a form before it is published: the draft as the real form, by any of its layouts, in either language. Nothing is saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_login import current_user

from builder.drafts import Draft
from builder.web import designer_bar, start
from builder.web.designer_room import opened
from runtime.definitions.form import Form
from runtime.definitions.layout import PHONE, PUBLIC, QUICK
from runtime.errors import NotFound, Problem
from runtime.records import entry
from runtime.records.entry import Entry
from runtime.records.foretold import foretold
from runtime.records.logic import Outcome
from runtime.records.names import RecordNames
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import filling, here, live_logic, page, public_page, sheet
from runtime.web.bound import Binder, Bound
from runtime.web.public import TRAP
from runtime.web.server import POLICY
from runtime.words import LANGUAGES

bp = Blueprint("build_try", __name__, url_prefix="/build/<app>/forms/<key>/try")
bp.before_request(start.guard)
FRAME, FORM, DONE = (f"builder/form/{name}.html" for name in ("try", "try_form", "try_done"))
PUBLIC_FORM = "public/form.html"
ONWARD = "onward"
# What a chosen file is called while nothing is sent anywhere; see static/js/upload.js.
PRETENDED = "try:"


class TrialNames(RecordNames):
    """Names for a form that is only tried: a file counts as there as soon as it was chosen."""

    def file(self, file_id: str) -> dict[str, Any] | None:
        return {"id": file_id, "name": file_id.removeprefix(PRETENDED), "size": 0} if file_id.startswith(PRETENDED) else None


@bp.before_request
def spoken() -> None:
    """The form speaks the language that is tried, whatever its designer's own is."""
    if request.endpoint != "build_try.show" and (lang := request.args.get("lang")) in LANGUAGES:
        current_user.actor = replace(current_user.actor, lang=lang)


@bp.after_request
def framed(response: Response) -> Response:
    """The form stands in a frame of the page that tries it, and nowhere else."""
    if request.endpoint != "build_try.show":
        response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return response


def tried(app: str, key: str) -> tuple[LiveApp, LiveForm]:
    """The app as if the draft were published, and the drafted form."""
    found = here.app(app)
    draft, live = opened(found, key), found.forms.get(key)
    tables: Any = live.tables if live else None
    drafted = LiveForm(live.id if live else 0, 0, draft.form, tables)
    made = replace(found, forms={**found.forms, key: drafted}, cache={})
    actor = here.actor()
    g.names = TrialNames(here.conn(), made, actor.lang, actor.zone, actor.id)
    return made, drafted


@bp.get("/")
def show(app: str, key: str) -> Response:
    """The page: how it is tried, and the form in a frame."""
    found = here.app(app)
    draft = opened(found, key)
    made = designer_bar.frame(found, draft, "design")
    asked: dict[str, Any] = {"look": _of("look", ("", PHONE)), "lang": _of("lang", LANGUAGES, here.actor().lang), "as": _of("as", ("", *_occasions(draft)))}
    return page.show(FRAME, **made, asked=asked, occasions=_occasions(draft), address=lambda **other: url_for(".show", app=app, key=key, **{**asked, **other}),
                     inner=url_for(".form", app=app, key=key, **asked))


def _of(name: str, known: tuple[str, ...], otherwise: str = "") -> str:
    wanted = request.args.get(name, otherwise)
    return wanted if wanted in known else otherwise


def _occasions(draft: Draft) -> list[str]:
    """The layouts that are asked for by name; the phone's comes with the phone."""
    return [name for name in (QUICK, PUBLIC) if name in draft.form.layouts or (name == PUBLIC and draft.form.public.enabled)]


def _name(form: Form) -> str:
    """The layout that is tried."""
    wanted = "" if ONWARD in request.args else request.args.get("as", "")
    return wanted if wanted else PHONE if request.args.get("look") == PHONE and PHONE in form.layouts else ""


def _doors(app: str, key: str) -> dict[str, str]:
    asked: dict[str, Any] = {"app": app, "key": key, **{name: request.args.get(name, "") for name in ("look", "lang", "as", ONWARD) if name in request.args}}
    return {"save": url_for(".send", **asked), "step": url_for(".step", step="", **asked), "logic": url_for(".logic", **asked),
            "more": url_for(".whole", **{**asked, ONWARD: "1"}), "again": url_for(".form", **{**asked, ONWARD: None})}


def _drawn(found: LiveApp, live: LiveForm, read: Entry | None, app: str) -> tuple[str, dict[str, Any]]:
    """The template and everything it shows; without an entry the form as it is begun."""
    doors = _doors(app, live.key)
    if _name(live.form) == PUBLIC:
        side = public_page.side_of(found, live, None)
        made = public_page.drawn(side, read or public_page.blank(side))
        return PUBLIC_FORM, {**made, "doors": doors, "token": "", "slip": "", "trap": TRAP, "query": "", "preview": False}
    made = filling.drawn(found, live, read or filling.begun(live, found, {}), None, _name(live.form))
    _tell(found, live, made["fields"], read)
    seen = made["logic"] or live_logic.Shown(Outcome({}), set(), frozenset(), frozenset())
    made["logic"] = replace(seen, reads=frozenset(live.form.live_fields))  # formulas follow every letter, not only logic
    return FORM, {**made, "doors": doors, "keep": "", "quick": False, "back": "", "trial": True}


def _tell(found: LiveApp, live: LiveForm, fields: dict[str, Bound], read: Entry | None) -> None:
    """Let computed fields say what they come to now."""
    binder = Binder(found, live.key, here.names(found))
    values = foretold(found, live.form, read.values if read else {}, here.conn(), here.actor(), here.as_of())
    for key in values.keys() & fields.keys():
        fields[key] = binder.value(live.form.fields[key], values[key])


def _read(found: LiveApp, live: LiveForm) -> Entry:
    """What was typed, read and settled as a record would be."""
    if _name(live.form) == PUBLIC:
        side = public_page.side_of(found, live, None)
        return public_page.entry_of(side, public_page.typed(side))
    return live_logic.sent(live, here.names(found))


@bp.get("/form")
def form(app: str, key: str) -> Response:
    """The form itself, for the frame."""
    template, made = _drawn(*tried(app, key), None, app)
    return page.show(template, **made)


@bp.post("/form")
def send(app: str, key: str) -> Response:
    """Everything that is wrong with it; or what would be saved, and that it was not."""
    found, live = tried(app, key)
    read = _read(found, live)
    if not read.ok:
        template, made = _drawn(found, live, read, app)
        return page.show(template, status=422, **made)
    binder = Binder(found, live.key, here.names(found))
    values = {**read.values, **foretold(found, live.form, read.values, here.conn(), here.actor(), here.as_of())}
    fields = [binder.value(item, values[name]) for name, item in live.form.live_fields.items() if values.get(name) not in (None, [])]
    return page.show(DONE, found=found, live=live, fields=fields, again=_doors(app, key)["again"])


@bp.post("/whole")
def whole(app: str, key: str) -> Response:
    """On from a short layout to all fields."""
    found, live = tried(app, key)
    template, made = _drawn(found, live, filling.begun(live, found, sheet.typed(live, request.form)), app)
    return page.show(template, **made)


@bp.post("/step/", defaults={"step": ""})
@bp.post("/step/<step>")
def step(app: str, key: str, step: str) -> Response:
    """Whether one page is filled in as it must be."""
    found, live = tried(app, key)
    read = _read(found, live)
    made = _drawn(found, live, read, app)[1]
    wanted = made["layout"].page(step)
    if wanted is None:
        raise NotFound(Problem("step", "no_such_part", {"key": step}))
    read.problems = [each for each in read.problems if each.path.split(".")[0].split("[")[0] in wanted.fields]
    return page.nothing(status=204) if read.ok else page.show("records/step.html", status=422, step=wanted, **_drawn(found, live, read, app)[1])


@bp.post("/logic")
def logic(app: str, key: str) -> Response:
    """What the draft's logic and formulas say to what has been typed so far."""
    found, live = tried(app, key)
    read = entry.read(live.form, sheet.typed(live, request.form), here.names(found))
    made = _drawn(found, live, read, app)[1]
    told = [field for key, field in made["fields"].items() if live.form.fields[key].type.computed]
    again = live_logic.changed(read, made["logic"]) if made["logic"] else []
    return page.show("records/logic.html", "state", again=[*told, *(made["fields"][name] for name in again if name in made["fields"])], **made)
