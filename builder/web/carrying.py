"""Forms that come in from a file, shown before anything is made of them, and forms that go out as one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from builder import apps, drafts
from builder.carry import arrive, xlsform_out
from builder.carry.maker import Taken
from builder.edits.form import set_form
from builder.web import start
from builder.web.designer_room import opened
from builder.web.workbooks import workbook
from runtime import words
from runtime.definitions import document
from runtime.errors import Invalid, Problem
from runtime.exchange import upload
from runtime.exchange.upload import Upload
from runtime.fields import FIELD_TYPES
from runtime.messages import say
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("build_carry", __name__, url_prefix="/build/<app>/carry")
bp.before_request(start.guard)
PLACE = "carry"  # where an upload of this kind is kept, beside those of a form's records
SOURCES = {
    "own": Words("分组的表单文件", "A form file of Fenzu"),
    "json_schema": Words("JSON Schema", "JSON Schema"),
    "xlsform": Words("XLSForm 工作簿", "An XLSForm workbook"),
    "sheet": Words("表格的列名", "The columns of a list"),
}
STARTED = Words("「{name}」放进草稿了，看看再发布", "“{name}” is a draft now; look it over and publish it")


@bp.get("/")
def start_page(app: str) -> Response:
    """Choose a file."""
    return _start(app)


def _start(app: str, problem: str = "", status: int = 200) -> Response:
    return page.show("builder/form/carry.html", status=status, **start.surroundings(here.app(app)), problem=problem)


@bp.post("/")
def receive(app: str) -> Response:
    """Keep the file if a form can be read in it; otherwise the same page says why not, and where."""
    found, sent = here.app(app), request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(Problem("file", "no_file_chosen"))
        kept = upload.keep(here.fenzu().config.scratch, sent.stream, sent.filename, here.actor(), found.key, PLACE)
        _taken(kept, found.id)
    except Invalid as refused:
        return _start(app, _said(refused.problems[0]), 422)
    return page.go(url_for(".show", app=app, token=kept.token))


def _said(problem: Problem) -> str:
    """A problem with the line of the file it is on, where it has one."""
    text, lang = say(problem, here.actor().lang), here.actor().lang
    if problem.path.startswith("line:"):
        return Words("第 {n} 行：{text}", "Line {n}: {text}").say(lang, n=document.line_of(problem.path, {}), text=text)
    return text


def _found(app: str, token: str) -> Upload:
    return upload.find(here.fenzu().config.scratch, token, here.actor().id, here.app(app).key, PLACE)


def _taken(kept: Upload, app_id: int) -> Taken:
    """The form in a kept file, with the types that were confirmed on the page."""
    chosen = {name.removeprefix("type-"): value for name, value in request.form.items() if name.startswith("type-")}
    return arrive.take(kept.path, kept.name, apps.form_keys(here.conn(), app_id), chosen)


@bp.get("/<token>/")
def show(app: str, token: str) -> Response:
    """What came in and what did not, before a draft is made of it."""
    kept, found = _found(app, token), here.app(app)
    taken = _taken(kept, found.id)
    return page.show("builder/form/carried.html", **start.surroundings(found), **shown(taken, kept))


def shown(taken: Taken, kept: Upload) -> dict[str, Any]:
    """A form that came in, in words."""
    lang = here.actor().lang
    types = {name: kind.label.say(lang) for name, kind in FIELD_TYPES.items()}
    rows = [
        {
            "key": key,
            "label": words.read(label, lang),
            "icon": kind.icon,
            "type": kind.label.say(lang),
            "name": kind.name,
            "where": taken.places.get(key, ""),
            "able": [(name, types[name]) for name in taken.guesses.get(key, ())],
        }
        for key, label, kind in taken.labels
    ]
    return {
        "file": kept,
        "source": SOURCES[taken.source].say(lang),
        "name": words.read(taken.body["x-fenzu"]["label"], lang),
        "rows": rows,
        "notes": [(problem.path, say(problem, lang)) for problem in taken.notes],
        "logic": len(taken.body["x-fenzu"].get("logic", ())),
    }


@bp.post("/<token>/")
def accept(app: str, token: str) -> Response:
    """Make a draft of it and open the designer; nobody sees it before it is published."""
    kept, found, lang = _found(app, token), here.app(app), here.actor().lang
    body, name = _taken(kept, found.id).body, request.form.get("name", "").strip()[:60]
    if name and name != words.read(body["x-fenzu"]["label"], lang):
        body = set_form(body, "label", {lang: name})
    with here.write() as conn:
        draft = drafts.start(conn, found.id, "form", body, here.actor().by)
    upload.drop(kept)
    told = page.toast(STARTED, lang, name=words.read(drafts.label_of("form", draft.body), lang))
    return page.go(url_for("build_designer.show", app=app, key=draft.key), told)


@bp.post("/<token>/away")
def away(app: str, token: str) -> Response:
    """Think better of it: the file goes, nothing was made."""
    upload.drop(_found(app, token))
    return page.go(url_for("build_forms.index", app=app))


@bp.get("/out/<key>.json")
def as_json(app: str, key: str) -> Response:
    """The draft as it is: JSON Schema with everything people see under x-fenzu."""
    body = opened(here.app(app), key).body
    answer = Response(document.written(body), mimetype="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename={key}.json"
    return answer


@bp.get("/out/<key>.xlsx")
def as_xlsform(app: str, key: str) -> Response:
    """The draft as an XLSForm workbook."""
    body = opened(here.app(app), key).body
    return workbook(f"{key}-xlsform.xlsx", lambda path: xlsform_out.write(path, body))
