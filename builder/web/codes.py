"""The code of a form's records: its parts, what it would give, publishing, and codes for those without one."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from builder import apps, drafts
from builder.edits import code as edits
from builder.publish import apply as publishing
from builder.web import codes_page, start
from builder.web.codes_acts import ACTS
from builder.web.codes_page import KIND, PAGE, key_of
from runtime.errors import Conflict, FenzuError, Invalid, NotFound, Problem
from runtime.messages import say
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_codes", __name__, url_prefix="/build/<app>/codes")
bp.before_request(start.guard)
DONE = Words("编码规则已发布", "The code is published")
PARTS = "bar,segments,sample"


@bp.get("/")
def index(app: str) -> Response:
    """The code of the first form that has one, else of the first form."""
    found = here.app(app)
    first = next((code.form for code in found.codes.values()), next(iter(found.forms), None))
    if first is None:
        return page.go(url_for("build_forms.index", app=app))
    return page.go(url_for(".edit", app=app, form=first))


@bp.get("/<form>")
def edit(app: str, form: str) -> Response:
    found = here.app(app)
    return page.show(PAGE, **codes_page.made(found, form))


@bp.post("/<form>/start")
def begin(app: str, form: str) -> Response:
    """A code rule for a form that has none: a plain serial number to begin with."""
    found = here.app(app)
    field = request.form.get("field") or next(iter(codes_page.fields(found, form)), None)
    if field not in codes_page.fields(found, form) or key_of(found, form) is not None:
        raise Invalid(Problem("field", "code_no_field"))
    with here.write() as conn:
        label = found.form(form).form.fields[field].label
        body = edits.new(form, field, label, apps.keys(conn, found.id, KIND))
        drafts.start(conn, found.id, KIND, body, here.actor().by)
    return page.go(url_for(".edit", app=app, form=form))


@bp.post("/<form>/do/<act>")
def gesture(app: str, form: str, act: str) -> Response:
    """One gesture on the segments."""
    found, key = opened(app, form)
    if act not in ACTS:
        raise NotFound(Problem("act", "no_such_part", {"key": act}))
    given, wanted = request.form, ACTS[act]
    with here.write() as conn:
        drafts.apply(
            conn, found.id, KIND, key, revision(), lambda body: wanted.make(body, given), wanted.said, here.actor().by
        )
    return parts(app, form)


@bp.post("/<form>/travel/<way>")
def travel(app: str, form: str, way: str) -> Response:
    """Undo or redo one step."""
    found, key = opened(app, form)
    with here.write() as conn:
        (drafts.undo if way == "undo" else drafts.redo)(conn, found.id, KIND, key, revision())
    return parts(app, form)


@bp.post("/<form>/discard")
def discard(app: str, form: str) -> Response:
    """Throw the draft away."""
    found, key = opened(app, form)
    with here.write() as conn:
        drafts.discard(conn, found.id, KIND, key)
    return page.go(url_for(".edit", app=app, form=form))


@bp.post("/<form>/publish")
def publish(app: str, form: str) -> Response:
    """Codes already given stay; new records get the new one."""
    found, key = opened(app, form)
    lang = here.actor().lang
    try:
        with here.write() as conn:
            publishing.apply(conn, found.id, KIND, key, here.actor().by, revision=revision())
    except (Invalid, Conflict) as refused:
        return page.nothing({"text": _said(refused, lang), "tone": "bad"}, 422)
    return page.go(url_for(".edit", app=app, form=form), page.toast(DONE, lang))


def _said(refused: FenzuError, lang: str) -> str:
    return " ".join(say(problem, lang) for problem in refused.problems[:3])


def parts(app: str, form: str) -> Response:
    """What a gesture changes of the page."""
    return page.show(PAGE, PARTS, **codes_page.made(here.app(app), form) | {"oob": True})


def opened(app: str, form: str) -> tuple[LiveApp, str]:
    """The app and the key of the form's code; raises NotFound where it has none."""
    found = here.app(app)
    key = key_of(found, form)
    if key is None:
        raise NotFound(Problem("form", "no_such_definition", {"key": form}))
    return found, key


def revision() -> int:
    """The revision of the draft that the asker saw."""
    return request.form.get("revision", type=int, default=0)
