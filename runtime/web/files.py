"""Files on records: kept once by their content, handed out to those who may see the record they belong to."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.datastructures import FileStorage

from runtime import clock
from runtime.definitions.form import Field
from runtime.errors import Denied, FenzuError, Invalid, NotFound, Problem
from runtime.exchange.upload import shown_name
from runtime.fields import file_kinds
from runtime.fields.base import Refused
from runtime.fields.file import File
from runtime.messages import say
from runtime.records import access
from runtime.records.queries import Reader
from runtime.storage import system_tables as tables
from runtime.storage.contents import content
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here

bp = Blueprint("files", __name__, url_prefix="/a/<app>/<form>/files")
PIECE = 1 << 20
# Only what is certainly a picture is shown in the page; everything else is a download and nothing but bytes.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
BYTES = "application/octet-stream"


def picture(head: bytes) -> str | None:
    """The kind of picture that bytes begin like, whatever the file is called."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for sign, mime in PICTURES if head.startswith(sign)), None)


def keep(live: LiveForm, item: Field, sent: FileStorage) -> dict[str, Any]:
    """Keep one file; its row waits without a record until the record is saved."""
    name = shown_name(sent.filename or "")
    digest, size, mime = stored(item, name, sent.stream)
    row = {
        "id": secrets.token_hex(12),
        "form_id": live.id,
        "record_id": None,
        "field": item.key,
        "sha256": digest,
        "name": name,
        "size": size,
        "mime": mime,
        "by": here.actor().by,
        "at": clock.text(clock.now()),
        "position": 0,
    }
    with here.write() as conn:
        conn.execute(tables.attachment.insert().values(row))
    return {"id": row["id"], "name": name, "size": size}


def stored(item: Field, name: str, stream: IO[bytes], stranger: bool = False) -> tuple[str, int, str]:
    """Keep a content that the field lets in: its digest, size and kind. From strangers only kinds that we know."""
    most = _admitted(item, name, stream, stranger)
    digest, size, head = _store(here.fenzu().config.files, stream, item, name, most)
    return digest, size, picture(head) or BYTES


def _admitted(item: Field, name: str, stream: IO[bytes], stranger: bool) -> int:
    """The most bytes this file may have; what the field's type does not let in is refused before it is kept."""
    head = stream.read(file_kinds.HEAD)
    stream.seek(0)
    if not isinstance(item.type, File) or item.type.drawn:
        raise Invalid(Problem("field", "no_file_field"))
    try:
        if stranger:
            file_kinds.known(name)
        file_kinds.honest(name, head)
        item.type.admit(name, picture(head), item.settings)
    except Refused as refused:
        raise Invalid(Problem(item.key, refused.code, {"field": item.label, **refused.params})) from None
    return item.type.largest(item.settings)


def _store(folder: Path, stream: IO[bytes], item: Field, name: str, most: int) -> tuple[str, int, bytes]:
    """The content under its own digest; equal files are kept once."""
    digest, size, head = hashlib.sha256(), 0, b""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        fresh = Path(file.name)
        try:
            while piece := stream.read(PIECE):
                head, size = head or piece[:16], size + len(piece)
                if size > most:
                    raise Invalid(Problem(item.key, "file_over_limit", {"name": name, "limit": most >> 20}))
                digest.update(piece)
                file.write(piece)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    place = content(folder, digest.hexdigest())
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh.replace(place)
    return digest.hexdigest(), size, head


@bp.post("/<field>")
def send(app: str, form: str, field: str) -> Response:
    """Keep files before their record is saved; answers with what the form then names, or with a sentence."""
    found = here.app(app)
    live = found.form(form)
    try:
        _may_add(found, live, field)
        sent = [one for one in request.files.getlist("file") if one.filename]
        return jsonify([keep(live, live.form.live_fields[field], one) for one in sent])
    except FenzuError as refused:
        answer = jsonify({"message": say(refused.problems[0], here.actor().lang)})
        answer.status_code = refused.status
        return answer


def _may_add(found: LiveApp, live: LiveForm, field: str) -> None:
    item = live.form.live_fields.get(field)
    if not {"create", "change"} & access.acts(found, here.actor()):
        raise Denied(Problem("", "denied"))
    if item is None or item.type.kind != "file":
        raise Invalid(Problem("field", "no_file_field"))


@bp.get("/<file_id>")
def fetch(app: str, form: str, file_id: str) -> Any:
    """A file, for those who may see its record; one that waits for its record, for its sender."""
    row = _row(app, form, file_id)
    path = content(here.fenzu().config.files, row.sha256)
    if not path.is_file():
        raise NotFound(Problem("", "not_found"))
    inline = row.mime != BYTES and request.args.get("show") == "1"
    answer = send_file(path, row.mime, as_attachment=not inline, download_name=row.name, max_age=3600 if inline else 0)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=3600" if inline else "private, no-store"
    return answer


def _row(app: str, form: str, file_id: str) -> Any:
    found = here.app(app)
    live = found.form(form)
    a = tables.attachment
    row = here.conn().execute(sa.select(a).where(a.c.id == file_id, a.c.form_id == live.id)).one_or_none()
    if row is None or (row.record_id is None and row.by != here.actor().id):
        raise NotFound(Problem("", "not_found"))
    if row.record_id is not None:
        Reader(here.conn(), found, live, here.actor(), here.as_of()).one(row.record_id)
    return row
