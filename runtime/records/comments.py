"""Comments as they are read: the newest of a record, paged by number, each with whom it mentions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import NotFound, Problem
from runtime.records import access
from runtime.records.mentions import Mention
from runtime.storage.live import LiveApp, LiveForm
from runtime.storage.system_tables import comment as table

PAGE = 20


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; `by` is nobody where the system wrote it."""

    id: int
    record: int
    by: int | None
    at: str
    text: str
    mentions: tuple[Mention, ...]
    edited_at: str | None

    @property
    def parts(self) -> list[tuple[str, int | None]]:
        """The text piece by piece: words, and names with whom they mean."""
        made, at = list[tuple[str, int | None]](), 0
        for one in self.mentions:
            made += [(self.text[at : one.start], None), (self.text[one.start : one.start + one.length], one.person)]
            at = one.start + one.length
        return [part for part in (*made, (self.text[at:], None)) if part[0]]

    @property
    def people(self) -> list[int]:
        """Whom it mentions, each once."""
        return list(dict.fromkeys(one.person for one in self.mentions))


def of(row: sa.Row[Any]) -> Comment:
    """A comment from a row of its table."""
    return Comment(row.id, row.record_id, row.by, row.at, row.text, tuple(Mention(*one) for one in json.loads(row.mentions)), row.edited_at)


def newest(conn: Connection, form_id: int, record: int, *, before: int | None = None, limit: int = PAGE) -> list[Comment]:
    """A page of a record's comments, the newest first; the caller has made sure that the asker may see the record."""
    query = sa.select(table).where(table.c.form_id == form_id, table.c.record_id == record)
    if before is not None:
        query = query.where(table.c.id < before)
    return [of(row) for row in conn.execute(query.order_by(table.c.id.desc()).limit(limit))]


def one(conn: Connection, form_id: int, record: int, number: int, *, lock: bool = False) -> Comment:
    """One comment of a record; raises NotFound."""
    query = sa.select(table).where(table.c.id == number, table.c.form_id == form_id, table.c.record_id == record)
    row = conn.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(Problem("", "comment_gone"))
    return of(row)


def since(conn: Connection, form_id: int, low: str, most: int) -> list[Comment]:
    """The newest comments on records of a form from a moment on, no more than `most`."""
    query = sa.select(table).where(table.c.form_id == form_id, table.c.at >= low)
    return [of(row) for row in conn.execute(query.order_by(table.c.id.desc()).limit(most))]


def text_of(conn: Connection, number: int) -> tuple[str, int | None]:
    """What a comment says now and who wrote it; "" once it is deleted."""
    row = conn.execute(sa.select(table.c.text, table.c.by).where(table.c.id == number)).first()
    return (row.text, row.by) if row is not None else ("", None)


def unseeing(conn: Connection, app: LiveApp, live: LiveForm, record: int, people: Iterable[Actor], as_of: AsOf) -> list[Actor]:
    """Who of these may not see a record that is there; only those whose role sees some rows are asked for one by one."""
    some: Sequence[Actor] = [one for one in people if access.restricted(app, live, one)]
    return [one for one in some if not access.visible_ids(conn, app, live, one, [record], as_of)]
