"""Lists in and out over the API: an upload with its plan, the jobs that bring it in, the job that writes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import request

from runtime.errors import Invalid, Problem
from runtime.exchange import exporter, importer, upload
from runtime.exchange import plan as plans
from runtime.exchange.formats import FILE_FORMATS
from runtime.exchange.formats.base import Options
from runtime.exchange.upload import Upload
from runtime.fields.typed import cell_text
from runtime.records import access
from runtime.records.queries import Query
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.web.api import shapes
from runtime.web.api.answering import told
from runtime.web.api.room import COUNT, FORM, IDS, TEXT, Room, listed, maybe, some, thing
from runtime.words import Words

room = Room(Words("导入和导出", "Import and export"))
WRITTEN = [name for name, kind in FILE_FORMATS.items() if kind.writer is not None]
TEXTS = listed({**TEXT, "maxLength": 80}, 500)
COLUMN = {"type": "string", "pattern": "^[0-9]{1,3}$"}
PLAN = some(
    {
        "columns": {"type": "object", "propertyNames": COLUMN, "additionalProperties": {**TEXT, "maxLength": 80}},
        "key": TEXT,
        "existing": {"enum": list(plans.EXISTING)},
        "values": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": TEXT}},
        "lenient": TEXTS,
        "create": TEXTS,
        "left": listed({"type": "integer", "minimum": 0, "maximum": 999}),
    }
)
OPTIONS = some(
    {
        "encoding": maybe(TEXT),
        "delimiter": maybe({"type": "string", "maxLength": 1}),
        "sheet": maybe(TEXT),
        "header_row": {"type": ["integer", "null"], "minimum": 0, "maximum": 1_000},
    }
)
CELLS = listed({"type": "string"})
IMPORT = thing(
    {
        "import": {"type": "string"},
        "name": {"type": "string"},
        "rows": COUNT,
        "columns": CELLS,
        "sample": listed(CELLS),
        "options": OPTIONS,
        "plan": PLAN,
        "problems": listed(shapes.PROBLEM),
    }
)
SETTLED = some({"plan": PLAN, "options": OPTIONS})
FILE = thing({"file": {"type": "string", "format": "binary"}})
EXPORT = some(
    {
        "columns": listed({**TEXT, "minLength": 1}, 400),
        "rule": maybe(shapes.RULE),
        "search": {**TEXT, "maxLength": 200},
        "sort": listed({**TEXT, "minLength": 1}, 8),
        "ids": IDS,
        "format": {"enum": WRITTEN},
    }
)
AT = f"{FORM}/imports"
WRONG = (409, 422)


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
    return {
        "import": made.token,
        "name": made.name,
        "rows": reading.total,
        "columns": reading.columns,
        "sample": sample,
        "options": asdict(reading.options),
        "plan": plan.to_json(),
        "problems": told(problems, here.actor().lang),
    }


def sent_before(app: str, form: str, token: str) -> tuple[LiveApp, Upload]:
    """An upload of the asker's own; raises NotFound."""
    found = here.app(app)
    access.must(found, here.actor(), "import")
    return found, upload.find(here.fenzu().config.scratch, token, here.actor().id, app, form)


@room.get(f"{AT}/<token>", Words("看一份上传的表格", "Read an upload"), IMPORT)
def get_import(app: str, form: str, token: str) -> dict[str, Any]:
    found, made = sent_before(app, form, token)
    return shown(made, found)


@room.put(
    f"{AT}/<token>",
    Words("改读法或对应关系", "Change how it is read or what goes where"),
    {200: IMPORT},
    body=SETTLED,
    wrong=WRONG,
)
def settle_import(app: str, form: str, token: str, body: Mapping[str, Any]) -> dict[str, Any]:
    found, made = sent_before(app, form, token)
    if "options" in body:
        options = {**asdict(Options()), **body["options"]}
        Upload(**{**vars(made), "options": options}).open()
        made = proposed(found, upload.change(made, options=options))
    if "plan" in body:
        made = upload.change(made, plan={**(made.plan or {}), **body["plan"]})
    return shown(made, found)


@room.post(
    f"{AT}/<token>/check",
    Words("只检查，不存", "Look through it, storing nothing"),
    {202: shapes.REFERENCE},
    wrong=WRONG,
)
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


@room.post(
    f"{FORM}/exports",
    Words("导出一份列表", "Write a list to a file"),
    {202: shapes.REFERENCE},
    body=EXPORT,
    wrong=(422,),
)
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
        number = exporter.ask(
            conn, here.actor(), found, exporter.params(found, form, columns, query, body.get("format", "xlsx"))
        )
    here.fenzu().runner.wake()
    return {"id": number}
