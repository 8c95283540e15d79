"""A list on its way out: choose the kind of file; a short one comes at once, a long one when its job is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file, url_for

from runtime.errors import Invalid, NotFound, Problem
from runtime.exchange import exporter, upload
from runtime.exchange.formats import FILE_FORMATS
from runtime.jobs import queue
from runtime.records import access
from runtime.records.queries import Reader
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, lists, page

bp = Blueprint("exports", __name__)
WRITTEN = tuple(name for name, one in FILE_FORMATS.items() if one.writer is not None)


def wanted(found: LiveApp, live: LiveForm, kind: str) -> dict[str, Any]:
    """The list as the address says it: its view, filters, search, sort and columns."""
    state = lists.read(request.args, live, found.views_of(live.key))
    view = found.views.get(state.view)
    columns = [column.name for column in lists.columns_of(found, live, state, view)]
    return exporter.params(found, live.key, columns, lists.query_of(state, view), kind)


@bp.get("/a/<app>/<form>/export")
def choose(app: str, form: str) -> Response:
    """What would be exported, and as what kind of file."""
    found = here.app(app)
    live = found.form(form)
    access.must(found, here.actor(), "export")
    return page.show("export/choose.html", found=found, live=live, **_outlook(found, live))


def _outlook(found: LiveApp, live: LiveForm) -> dict[str, Any]:
    """How much it would be, and of what."""
    asked = wanted(found, live, WRITTEN[0])
    reader = Reader(here.conn(), found, live, here.actor(), here.as_of())
    return {
        "count": reader.count(exporter.query_of(asked), None)[0],
        "header": exporter.Columns(found, live, asked["columns"], here.names(found)).header,
        "query": request.query_string.decode(),
        "formats": [(name, FILE_FORMATS[name].label) for name in WRITTEN],
    }


@bp.post("/a/<app>/<form>/export")
def start(app: str, form: str) -> Any:
    """A short list is answered with the file itself; a long one becomes a job."""
    found = here.app(app)
    live = found.form(form)
    access.must(found, here.actor(), "export")
    asked = wanted(found, live, chosen())
    if Reader(here.conn(), found, live, here.actor(), here.as_of()).count(exporter.query_of(asked), exporter.SOON)[1]:
        return _at_once(found, asked)
    with here.write() as conn:
        number = exporter.ask(conn, here.actor(), found, asked)
    here.fenzu().runner.wake()
    return page.go(url_for(".progress", number=number))


def chosen() -> str:
    """The kind of file that was chosen."""
    kind = request.form.get("format", "")
    if kind not in WRITTEN:
        raise Invalid(Problem("format", "import_bad_choice"))
    return kind


def _at_once(found: LiveApp, asked: Any) -> Any:
    path = upload.new_folder(here.fenzu().config.scratch) / "list"
    exporter.write(here.conn(), found, here.actor(), asked, path)
    return _send(path, found, asked)


@bp.get("/exports/<int:number>")
def progress(number: int) -> Response:
    """How far it is, then the file."""
    row = _job(number)
    return page.show(
        "export/progress.html",
        row=row,
        form=here.app(row.params["app"]).form(row.params["form"]).form,
        app_key=row.params["app"],
        ready=row.state == "done" and (here.fenzu().config.scratch / str(row.value.get("folder")) / "list").is_file(),
    )


@bp.get("/exports/<int:number>/file")
def file(number: int) -> Any:
    """The finished file, to whoever asked for it and nobody else."""
    row = _job(number)
    return _send(exporter.finished(here.fenzu().config.scratch, row), here.app(row.params["app"]), row.params)


def _job(number: int) -> queue.Row:
    row = queue.get(here.conn(), number)
    if row.kind != "export" or row.by != here.actor().id:
        raise NotFound(Problem("", "not_found"))
    return row


def _send(path: Path, found: LiveApp, asked: Any) -> Any:
    actor = here.actor()
    name = exporter.file_name(found, asked["form"], asked["kind"], actor.lang, actor.zone)
    answer = send_file(path, FILE_FORMATS[asked["kind"]].mime, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
