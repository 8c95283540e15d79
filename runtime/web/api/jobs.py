"""Jobs over the API: how far they are, what came of them, and their files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, send_file

from runtime.errors import FenzuError, NotFound, Problem
from runtime.exchange import exporter, importer, upload
from runtime.exchange.formats import FILE_FORMATS
from runtime.jobs import queue
from runtime.web import here
from runtime.web.api.answering import told
from runtime.web.api.room import Param, Room, listed, shape, thing
from runtime.words import Words

room = Room(Words("任务", "Jobs"))
NUMBER = Param("limit", "whole", Words("多少个", "How many"), 100, 1, 20)
ONE = "/jobs/<int:job>"


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
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "done": row.progress["done"] or 0,
        "total": row.progress["total"],
        "percent": row.percent,
        "result": result,
        "errors": told(row.problems, here.actor().lang),
        "at": row.at,
        "ended_at": row.ended_at,
        "file": file_of(row) is not None,
    }


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


@room.get(
    f"{ONE}/file", Words("下载任务的文件", "Download a job’s file"), shape("file"), file="application/octet-stream"
)
def get_file(job: int) -> Response:
    row = queue.get(here.conn(), job, here.actor())
    path = file_of(row)
    if path is None:
        raise NotFound(Problem("", "api_no_file"))
    kind = row.value.get("kind", "xlsx") if row.kind == "export" else "xlsx"
    name = f"{row.params['form']}-{row.id}{FILE_FORMATS[kind].extensions[0]}"
    return send_file(path, "application/octet-stream", as_attachment=True, download_name=name, max_age=0)
