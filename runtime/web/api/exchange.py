"""Lists in and out over the API: an upload with its plan, jobs with their progress, the finished file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Response, request, send_file

from runtime.errors import FenzuError, Invalid, NotFound, Problem
from runtime.exchange import exporter, importer, upload
from runtime.exchange import plan as plans
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.formats.base import Options
from runtime.exchange.upload import Upload
from runtime.fields.typed import cell_text
from runtime.jobs import queue
from runtime.records import access
from runtime.records.queries import Query
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import told
from runtime.web.api.room import COUNT, FORM, IDS, TEXT, Param, Room, listed, maybe, shape, thing
from runtime.words import Words

room = Room(Words("导入和导出", "Import and export"))
WRITTEN = [name for name, kind in FILE_FORMATS.items() if kind.writer is not None]
TEXTS = listed({**TEXT, "maxLength": 80}, 500)
COLUMN = {"type": "string", "pattern": "^[0-9]{1,3}$"}
PLAN = thing({
    "columns": {"type": "object", "propertyNames": COLUMN, "additionalProperties": {**TEXT, "maxLength": 80}}, "key": TEXT,
    "existing": {"enum": list(plans.EXISTING)},
    "values": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}},
    "lenient": TEXTS, "create": TEXTS, "left": listed({"type": "integer", "minimum": 0, "maximum": 999})},
    "columns", "key", "existing", "values", "lenient", "create", "left")
OPTIONS = thing({"encoding": maybe(TEXT), "delimiter": maybe({"type": "string", "maxLength": 1}), "sheet": maybe(TEXT),
                 "header_row": {"type": ["integer", "null"], "minimum": 0, "maximum": 1_000}}, "encoding", "delimiter", "sheet", "header_row")
CELLS = listed({"type": "string"})
IMPORT = thing({"import": {"type": "string"}, "name": {"type": "string"}, "rows": COUNT, "columns": CELLS,
                "sample": listed(CELLS), "options": OPTIONS, "plan": PLAN, "problems": listed(shapes.PROBLEM)})
SETTLED = thing({"plan": PLAN, "options": OPTIONS}, "plan", "options")
FILE = thing({"file": {"type": "string", "format": "binary"}})
EXPORT = thing({"columns": listed({**TEXT, "minLength": 1}, 400), "rule": maybe(shapes.RULE), "search": {**TEXT, "maxLength": 200},
                "sort": listed({**TEXT, "minLength": 1}, 8), "ids": IDS, "format": {"enum": WRITTEN}}, "columns", "rule", "search", "sort", "ids", "format")
AT = f"{FORM}/imports"
WRONG = (409, 422)
NUMBER = Param("limit", "whole", Words("多少个", "How many"), 100, 1, 20)
ONE = "/jobs/<int:job>"


@room.post(AT, Words("上传一份表格", "Send a list"), {201: IMPORT}, upload=FILE, wrong=(400, 413, 415, 422))
def start_import(app: str, form: str) -> dict[str, Any]:
    found, sent = here.app(app), request.files.get("file")
    access.must(found, here.actor(), "import")
    live = found.form(form)
    if sent is None or not sent.filename:
        raise Invalid(Problem("file", "no_file_chosen"))
    made = upload.receive(here.fenzu().config.scratch, sent.stream, sent.filename, here.actor(), app, live.key)
    return shown(proposed(found, made), found)


def proposed(found: LiveApp, made: Upload) -> Upload:
    """The upload with the plan that its column names suggest."""
    plan, _ = plans.propose(found, found.form(made.form), made.open(), here.names(found))
    return upload.change(made, plan=plan.to_json())


def shown(made: Upload, found: LiveApp) -> dict[str, Any]:
    """An upload as JSON: how it reads, what goes where, and what must be settled before it can run."""
    reading, plan = made.open(), plans.from_json(made.plan or {})
    problems = [*reading.notes, *plans.problems(found.form(made.form), plan, reading.columns)]
    sample = [["" if cell is None else str(cell_text(cell)) for cell in row.cells] for row in reading.preview(5)]
    return {"import": made.token, "name": made.name, "rows": reading.total, "columns": reading.columns, "sample": sample,
            "options": asdict(reading.options), "plan": plan.to_json(), "problems": told(problems, here.actor().lang)}


def sent_before(app: str, form: str, token: str) -> tuple[LiveApp, Upload]:
    """An upload of the asker's own; raises NotFound."""
    found = here.app(app)
    access.must(found, here.actor(), "import")
    return found, upload.find(here.fenzu().config.scratch, token, here.actor().id, app, form)


@room.get(f"{AT}/<token>", Words("看一份上传的表格", "Read an upload"), IMPORT)
def get_import(app: str, form: str, token: str) -> dict[str, Any]:
    found, made = sent_before(app, form, token)
    return shown(made, found)


@room.put(f"{AT}/<token>", Words("改读法或对应关系", "Change how it is read or what goes where"), {200: IMPORT}, body=SETTLED, wrong=WRONG)
def settle_import(app: str, form: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
    found, made = sent_before(app, form, token)
    if "options" in body:
        options = {**asdict(Options()), **body["options"]}
        Upload(**{**vars(made), "options": options}).open()
        made = proposed(found, upload.change(made, options=options))
    if "plan" in body:
        made = upload.change(made, plan={**(made.plan or {}), **body["plan"]})
    return shown(made, found)


@room.post(f"{AT}/<token>/check", Words("只检查，不存", "Look through it, storing nothing"), {202: shapes.REFERENCE}, wrong=WRONG)
def check_import(app: str, form: str, token: str) -> dict[str, int]:
    return {"id": begin("import_check", *sent_before(app, form, token))}


@room.post(f"{AT}/<token>/run", Words("开始导入", "Bring it in"), {202: shapes.REFERENCE}, wrong=WRONG)
def run_import(app: str, form: str, token: str) -> dict[str, int]:
    found, made = sent_before(app, form, token)
    if made.run:
        return {"id": made.run}
    number = begin("import", found, made)
    upload.change(made, run=number)
    return {"id": number}


def begin(kind: str, found: LiveApp, made: Upload) -> int:
    """Put the job, once nothing stands in its way; gives its number."""
    problems = plans.problems(found.form(made.form), plans.from_json(made.plan or {}), made.open().columns)
    if problems:
        raise Invalid(problems)
    with here.write() as conn:
        number = importer.ask(conn, kind, made, here.actor(), found)
    here.fenzu().runner.wake()
    return number


@room.post(f"{FORM}/exports", Words("导出一份列表", "Write a list to a file"), {202: shapes.REFERENCE}, body=EXPORT, wrong=(422,))
def start_export(app: str, form: str, body: Mapping[str, Any]) -> dict[str, int]:
    found, live, reader = shapes.opened(app, form)
    access.must(found, here.actor(), "export")
    sort = tuple((name.removeprefix("-"), name.startswith("-")) for name in body.get("sort", ()))
    ids = tuple(body["ids"]) if "ids" in body else None
    query = Query(body.get("rule"), body.get("search", ""), sort, ids=ids)
    reader.condition(query)
    reader.keys(sort)
    columns = body.get("columns") or list(live.form.live_fields)
    with here.write() as conn:
        number = exporter.ask(conn, here.actor(), found, exporter.params(found, form, columns, query, body.get("format", "xlsx")))
    here.fenzu().runner.wake()
    return {"id": number}


@room.get("/jobs", Words("我的任务", "My jobs"), thing({"jobs": listed(shape("job"))}), query=(NUMBER,), wrong=(422,))
def list_jobs(ask: Mapping[str, Any]) -> dict[str, Any]:
    return {"jobs": [described(row) for row in queue.recent(here.conn(), here.actor().by, limit=ask["limit"])]}


@room.get(ONE, Words("任务到哪一步了", "How far a job is"), shape("job"))
def get_job(job: int) -> dict[str, Any]:
    return described(queue.get(here.conn(), job, here.actor()))


@room.post(f"{ONE}/cancel", Words("停下任务", "Stop a job"), {200: shape("job")})
def cancel_job(job: int) -> dict[str, Any]:
    with here.write() as conn:
        row = queue.cancel(conn, here.actor(), job)
    here.fenzu().runner.wake()
    return described(row)


def described(row: queue.Row) -> dict[str, Any]:
    """A job as JSON."""
    counted = {key: value for key, value in row.progress["words"].items() if isinstance(value, int)}
    result = {key: value for key, value in row.value.items() if key != "folder"} if row.state == "done" else counted
    return {"id": row.id, "kind": row.kind, "state": row.state, "done": row.progress["done"] or 0, "total": row.progress["total"],
            "percent": row.percent, "result": result, "errors": told(row.problems, here.actor().lang), "at": row.at,
            "ended_at": row.ended_at, "file": file_of(row) is not None}


def file_of(row: queue.Row) -> Any:
    """Where the file of a finished job lies: the list, or the rows that stayed out; None where there is none."""
    scratch = here.fenzu().config.scratch
    try:
        if row.kind == "export":
            return exporter.finished(scratch, row)
        if row.kind in ("import", "import_check"):
            path = importer.problem_path(upload.find(scratch, row.params["token"], row.by), row.id)
            return path if path.is_file() else None
    except FenzuError:
        return None
    return None


@room.get(f"{ONE}/file", Words("下载任务的文件", "Download a job’s file"), shape("file"), file="application/octet-stream")
def get_file(job: int) -> Response:
    row = queue.get(here.conn(), job, here.actor())
    path = file_of(row)
    if path is None:
        raise NotFound(Problem("", "api_no_file"))
    kind = row.value.get("kind", "xlsx") if row.kind == "export" else "xlsx"
    name = f"{row.params['form']}-{row.id}{FILE_FORMATS[kind].extensions[0]}"
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=name, max_age=0)
