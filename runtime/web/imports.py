"""Bringing a list in: choose a file, say what goes where, see what is wrong, let it run."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.exchange import importer, upload
from runtime.exchange.upload import Upload
from runtime.jobs import queue
from runtime.messages import say
from runtime.records import access
from runtime.web import errors, here, page
from runtime.web.imports_screen import Screen, options_from, plan_from, proposed
from runtime.words import Words

bp = Blueprint("imports", __name__, url_prefix="/a/<app>/<form>/import")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STARTED = Words("开始导入", "The import has begun")


@bp.get("/")
def start(app: str, form: str) -> Response:
    """Choose a file."""
    return _start(app, form)


def _start(app: str, form: str, problem: str = "", status: int = 200) -> Response:
    found = here.app(app)
    access.must(found, here.actor(), "import")
    return page.show("import/start.html", status=status, found=found, live=found.form(form), problem=problem)


@bp.post("/")
def receive(app: str, form: str) -> Response:
    """Keep the file if it is a list; otherwise the same page says why not."""
    found, sent = here.app(app), request.files.get("file")
    access.must(found, here.actor(), "import")
    try:
        if sent is None or not sent.filename:
            raise Invalid(Problem("file", "no_file_chosen"))
        made = upload.receive(
            here.fenzu().config.scratch, sent.stream, sent.filename, here.actor(), app, found.form(form).key
        )
        made = _check(upload.change(made, plan=proposed(made, found, here.names(found)).to_json()))
    except Invalid as refused:
        return _start(app, form, say(refused.problems[0], here.actor().lang), 422)
    return page.go(url_for(".columns", app=app, form=form, token=made.token))


def opened(app: str, form: str, token: str) -> Upload:
    """An upload of whoever asks."""
    access.must(here.app(app), here.actor(), "import")
    return upload.find(here.fenzu().config.scratch, token, here.actor().id, app, form)


def screen(found: Upload) -> Screen:
    """Everything the page of columns shows."""
    app = here.app(found.app)
    return Screen(found, app, here.actor(), here.names(app), job(found.check), job(found.run))


def job(number: int | None) -> queue.Row | None:
    """One of the asker's jobs, if it is still known."""
    try:
        return queue.get(here.conn(), number, here.actor()) if number else None
    except NotFound:
        return None


def _check(found: Upload) -> Upload:
    """Look through the list again, by the plan as it is now; an older look is stopped."""
    app = here.app(found.app)
    ready = not Screen(found, app, here.actor(), here.names(app), None, None).problems
    with here.write() as conn:
        if found.check and (old := queue.get(conn, found.check)).open:
            queue.cancel(conn, here.actor(), old.id)
        number = importer.ask(conn, "import_check", found, here.actor(), app) if ready else None
    here.fenzu().runner.wake()
    return upload.change(found, check=number)


@bp.get("/<token>")
def columns(app: str, form: str, token: str) -> Response:
    """Say what goes where; once it runs, this address shows how far it is."""
    found = opened(app, form, token)
    if found.run:
        return page.go(url_for(".result", app=app, form=form, token=token))
    return page.show("import/columns.html", screen=screen(found), wrong={})


@bp.post("/<token>")
def plan(app: str, form: str, token: str) -> Response:
    """Keep what was chosen and look through the list again."""
    found = opened(app, form, token)
    made = plan_from(request.form, screen(found))
    found = _check(upload.change(found, plan=made.to_json()))
    return page.show("import/columns.html", "work", screen=screen(found), wrong={})


@bp.post("/<token>/reading")
def reading(app: str, form: str, token: str) -> Response:
    """Read the file another way; the columns are matched anew."""
    found = opened(app, form, token)
    try:
        made = upload.change(found, options=options_from(request.form))
        made = _check(upload.change(made, plan=proposed(made, here.app(app), here.names(here.app(app))).to_json()))
    except Invalid as refused:
        found = upload.change(found)
        wrong = {problem.path: say(problem, here.actor().lang) for problem in refused.problems}
        return page.show("import/columns.html", "work", status=422, screen=screen(found), wrong=wrong)
    return page.show("import/columns.html", "work", screen=screen(made), wrong={})


@bp.get("/<token>/check")
def check(app: str, form: str, token: str) -> Response:
    """How far the look is; polled, and at its end the columns say what they have learnt."""
    shown = screen(opened(app, form, token))
    return page.show("import/checked.html", screen=shown, status=200 if shown.checking else page.LAST_POLL)


@bp.post("/<token>/run")
def run(app: str, form: str, token: str) -> Response:
    """Begin; a second press changes nothing."""
    found = opened(app, form, token)
    shown = screen(found)
    if shown.problems:
        raise Invalid(shown.problems)
    if not found.run:
        with here.write() as conn:
            number = importer.ask(conn, "import", found, here.actor(), shown.app)
        upload.change(found, run=number)
        here.fenzu().runner.wake()
    return page.go(url_for(".result", app=app, form=form, token=token), page.toast(STARTED, here.actor().lang))


@bp.get("/<token>/result")
def result(app: str, form: str, token: str) -> Response:
    """How far it is, then what became of the rows."""
    found = opened(app, form, token)
    if not found.run:
        return page.go(url_for(".columns", app=app, form=form, token=token))
    return page.show("import/result.html", screen=screen(found))


@bp.get("/<token>/problems/<int:number>")
def problems(app: str, form: str, token: str, number: int) -> Any:
    """The rows that stay out, each with its reason, to be mended and sent again."""
    found = opened(app, form, token)
    path = importer.problem_path(found, number)
    if number not in (found.check, found.run) or not path.is_file():
        raise NotFound(Problem("", "upload_gone"))
    stem = found.name.rpartition(".")[0] or found.name
    name = Words("{stem} 有问题的行.xlsx", "{stem} rows to mend.xlsx").say(here.actor().lang, stem=stem)
    return send_file(path, XLSX, as_attachment=True, download_name=name, max_age=0)


@bp.errorhandler(FenzuError)
def gone(error: FenzuError) -> Any:
    """An upload that is not there any more leads back to choosing a file."""
    given = request.view_args or {}
    lost = any(problem.code == "upload_gone" for problem in error.problems)
    if not lost or page.wants_fragment() or given["form"] not in here.app(given["app"]).forms:
        return errors.fenzu_error(error)
    return _start(given["app"], given["form"], say(error.problems[0], here.actor().lang), 404)
