"""Pictures that stand on forms: kept once by their content, shown to whoever is signed in."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, send_file
from werkzeug.datastructures import FileStorage

from runtime import clock
from runtime.errors import Invalid, NotFound, Problem
from runtime.exchange.upload import shown_name
from runtime.storage import system_tables as tables
from runtime.storage.contents import content
from runtime.web import files, here

bp = Blueprint("pictures", __name__, url_prefix="/pictures")
MOST = 2 * 1024 * 1024


def keep(sent: FileStorage) -> str:
    """Keep a picture and give back its digest; what is too big or no picture is refused with a sentence."""
    body = sent.stream.read(MOST + 1)
    if len(body) > MOST:
        raise Invalid(Problem("picture", "image_too_big", {"limit": MOST >> 20}))
    mime = files.picture(body[:16])
    if mime is None:
        raise Invalid(Problem("picture", "no_such_image"))
    digest = hashlib.sha256(body).hexdigest()
    place = content(here.fenzu().config.files, digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(body)
    _note(digest, shown_name(sent.filename or ""), len(body), mime)
    return digest


def _note(digest: str, name: str, size: int, mime: str) -> None:
    """Write down that this content is a picture for forms, once."""
    with here.write() as conn:
        if conn.execute(sa.select(tables.picture.c.size).where(tables.picture.c.sha256 == digest)).one_or_none() is None:
            row = {"sha256": digest, "name": name, "size": size, "mime": mime}
            conn.execute(tables.picture.insert().values(**row, by=here.actor().by, at=clock.text(clock.now())))


@bp.get("/<digest>")
def show(digest: str) -> Any:
    """A picture of a form; attachments of records are never found here."""
    here.actor()
    return sent(digest)


def sent(digest: str) -> Any:
    """A picture for somebody who may see it."""
    p = tables.picture
    row = here.conn().execute(sa.select(p).where(p.c.sha256 == digest)).one_or_none()
    path = content(here.fenzu().config.files, digest)
    if row is None or not path.is_file():
        raise NotFound(Problem("", "not_found"))
    answer = send_file(path, row.mime, download_name=row.name, max_age=86_400)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer
