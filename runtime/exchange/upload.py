"""A list on its way in: the file in scratch under a random name, with a note of whose it is and how it is read."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from runtime import clock
from runtime.accounts.actor import Actor
from runtime.errors import NotFound, Problem
from runtime.exchange.formats.base import Options
from runtime.exchange.limits import MAX_UPLOAD, refuse
from runtime.exchange.reading import Reading, open_reading

KEPT = timedelta(hours=24)
NOTE = "upload.json"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
_PIECE = 1 << 20


class Stream(Protocol):
    """Bytes as they come in."""

    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class Upload:
    """One uploaded list. `options` say how it is read, `plan` what goes where; `check` and `run` are jobs."""

    folder: Path
    name: str
    by: int
    app: str
    form: str
    at: str
    options: Mapping[str, Any] = field(default_factory=dict)
    plan: Mapping[str, Any] | None = None
    check: int | None = None
    run: int | None = None

    @property
    def token(self) -> str:
        return self.folder.name

    @property
    def path(self) -> Path:
        return self.folder / "list"

    def open(self) -> Reading:
        """Read the list as the person wants it read; raises Invalid."""
        return open_reading(self.path, self.name, Options(**self.options))


def receive(scratch: Path, stream: Stream, name: str, by: Actor, app: str, form: str) -> Upload:
    """Keep a file that comes in, if it is a list at all; raises Invalid with a sentence and keeps nothing."""
    upload = keep(scratch, stream, name, by, app, form)
    try:
        return change(upload, options=asdict(upload.open().options))
    except BaseException:
        drop(upload)
        raise


def keep(scratch: Path, stream: Stream, name: str, by: Actor, app: str, form: str) -> Upload:
    """Keep a file of any kind that comes in, as long as it is not too big."""
    folder = new_folder(scratch)
    upload = Upload(folder, shown_name(name), by.id, app, form, clock.text(clock.now()))
    try:
        _copy(stream, upload.path)
        return change(upload)
    except BaseException:
        drop(upload)
        raise


def drop(upload: Upload) -> None:
    """Take an upload away before its day is over."""
    shutil.rmtree(upload.folder, ignore_errors=True)


def new_folder(scratch: Path) -> Path:
    """A folder nobody can guess."""
    folder = scratch / secrets.token_urlsafe(16)
    folder.mkdir(parents=True)
    return folder


def shown_name(name: str) -> str:
    """What the person called the file, without any folders and unseen characters."""
    bare = re.split(r"[\\/]", name)[-1]
    return "".join(char for char in bare if char.isprintable())[-120:] or "list"


def _copy(stream: Stream, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > MAX_UPLOAD:
                refuse("file_too_big", size=size >> 20, limit=MAX_UPLOAD >> 20)
            file.write(piece)


def change(upload: Upload, **values: Any) -> Upload:
    """Keep a new state of the note; it is whole at every moment."""
    made = replace(upload, **values)
    note = {key: value for key, value in vars(made).items() if key != "folder"}
    fresh = made.folder / f"{NOTE}.{secrets.token_hex(4)}"
    fresh.write_text(json.dumps(note, ensure_ascii=False), "utf-8")
    os.replace(fresh, made.folder / NOTE)
    return made


def find(scratch: Path, token: str, by: int | None = None, app: str | None = None, form: str | None = None) -> Upload:
    """An upload by its token; only the person who sent it finds it, and only where it was sent to."""
    folder = scratch / token
    try:
        note = json.loads((folder / NOTE).read_text("utf-8")) if _TOKEN.fullmatch(token) else None
    except FileNotFoundError:
        note = None
    if note is None or any(
        wanted not in (None, note[key]) for key, wanted in (("by", by), ("app", app), ("form", form))
    ):
        raise NotFound(Problem("", "upload_gone"))
    return Upload(folder, **note)


def sweep(scratch: Path, at: datetime) -> int:
    """Take away what has lain in scratch for a day; how much that was."""
    gone = 0
    for entry in scratch.iterdir() if scratch.is_dir() else ():
        newest = max((path.stat().st_mtime for path in [entry, *entry.glob("*")]), default=0.0)
        if newest < (at - KEPT).timestamp():
            shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
            gone += 1
    return gone
