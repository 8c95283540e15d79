"""Files that wait: chosen by strangers on a public form's page, held apart until it is sent; and what is never saved at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import settings
from runtime.errors import Invalid, Problem
from runtime.records.act import Act
from runtime.records.names import RecordNames
from runtime.records.public_links import Link
from runtime.storage import contents
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveForm

HELD = tables.public_file
PER_PAGE, PER_LINK = 60 << 20, 1 << 30  # bytes that wait at most for one page, and for all pages of one link
HELD_FOR, WAITING_FOR = timedelta(days=2), timedelta(days=7)
# Attachments of before this was kept say nothing of whether a record ever had them, so they stay.
SINCE = "files.swept_since"


class PageNames(RecordNames):
    """Names for a public form: of files only those that were chosen on the very page that names them."""

    def __init__(self, conn: Connection, app: LiveApp, lang: str, zone: str, page: str = "") -> None:
        super().__init__(conn, app, lang, zone)
        self.page = page

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        row = self.conn.execute(sa.select(HELD.c.id, HELD.c.name, HELD.c.size).where(HELD.c.id == file_id, HELD.c.page == self.page)).one_or_none()
        return None if row is None or not self.page else dict(row._mapping)


def room(conn: Connection, link: Link, page: str, key: str, most: int, label: Mapping[str, str]) -> None:
    """Refuse one more file where a field has its number, or a page or link as much as may wait."""
    number = conn.execute(sa.select(sa.func.count()).where(HELD.c.page == page, HELD.c.field == key)).scalar_one()
    if number >= most * 2:  # some may have been taken off the page again
        raise Invalid(Problem(key, "too_many_files", {"most": most, "field": label}))
    weighs = sa.func.coalesce(sa.func.sum(HELD.c.size), 0)
    for where, limit in ((HELD.c.page == page, PER_PAGE), (HELD.c.link_id == link.id, PER_LINK)):
        if conn.execute(sa.select(weighs).where(where)).scalar_one() >= limit:
            raise Invalid(Problem(key, "files_full", {"field": label}))


def hold(conn: Connection, link: Link, page: str, row: Mapping[str, Any]) -> None:
    """Write down a file that was chosen; its content is kept already."""
    conn.execute(tables.public_file.insert().values(link_id=link.id, page=page, at=clock.text(clock.now()), **row))


def take(act: Act, live: LiveForm, page: str, values: Mapping[str, Any]) -> None:
    """Make attachments of the files that the sent page names; they find their record when it is stored."""
    for key, field in live.form.live_fields.items():
        named = [entry["id"] for entry in values.get(key) or ()] if field.type.kind == "file" else []
        wanted = [file_id for file_id in named if not (field.type.drawn and ":" in file_id)]
        rows = {row.id: row for row in act.conn.execute(sa.select(HELD).where(HELD.c.id.in_(wanted), HELD.c.page == page, HELD.c.field == key))}
        for file_id in wanted:
            if file_id not in rows:
                raise Invalid(Problem(key, "no_such_file", {"field": field.label, "text": file_id[:40]}))
            kept = {name: rows[file_id]._mapping[name] for name in ("id", "field", "sha256", "name", "size", "mime")}
            act.conn.execute(tables.attachment.insert().values(**kept, form_id=live.id, record_id=None, by=None, at=act.at, position=0))
    act.conn.execute(tables.public_file.delete().where(HELD.c.page == page))


def sweep(conn: Connection, folder: Path, now: datetime) -> int:
    """Forget files that were never sent, and those of signed-in people whose record was never saved."""
    since = settings.get(conn, SINCE)
    if since is None:
        settings.put(conn, SINCE, clock.text(now))
    a = tables.attachment
    # one that was taken off its record has another place and stays for its history
    unsaved = sa.and_(a.c.record_id.is_(None), a.c.position == 0, a.c.at < clock.text(now - WAITING_FOR), a.c.at >= (since or clock.text(now)))
    unsent = HELD.c.at < clock.text(now - HELD_FOR)
    gone = [*conn.execute(sa.select(a.c.sha256).where(unsaved)).scalars(), *conn.execute(sa.select(HELD.c.sha256).where(unsent)).scalars()]
    if not gone:
        return 0
    conn.execute(tables.attachment.delete().where(unsaved))
    conn.execute(tables.public_file.delete().where(unsent))
    contents.forget(conn, folder, [digest for digest in gone if not _again(contents.content(folder, digest), now)])
    return len(gone)


def _again(path: Path, now: datetime) -> bool:
    """Whether somebody has just kept the same content; who named it is written down a moment later."""
    return path.is_file() and path.stat().st_mtime > (now - timedelta(hours=1)).timestamp()
