"""The history of records: one line per change, with who, when, how, and each field's from and to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.records.entry import plain
from runtime.sql.bulk import insert_rows
from runtime.storage import system_tables as tables

PAGE = 50
COLUMNS = ("form_id", "record_id", "at", "by", "act", "cause", "batch", "changes")
# Made once: json.dumps with any setting of its own makes an encoder per call.
_packed = json.JSONEncoder(ensure_ascii=False, default=plain, separators=(",", ":")).encode
Changes = Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a record's history, newest first when read. `act` is create, change, remove or restore; `batch` is the
    job it was part of, where the cause is a workflow the number of that.
    """

    id: int
    at: str
    by: int | None
    act: str
    cause: str
    changes: dict[str, list[Any]]
    batch: int | None = None


def note(conn: Connection, form_id: int, lines: Iterable[tuple[int, Changes]], *, act: str, cause: str, by: int | None,
         at: str, batch: int | None) -> None:
    """Add one line for each record; `changes` maps a field to what it was and what it is."""
    rows = [(form_id, record, at, by, act, cause, batch, _packed(changes)) for record, changes in lines]
    insert_rows(conn, tables.history, COLUMNS, rows)


def of_record(conn: Connection, form_id: int, record_id: int, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """A page of one record's history; the caller has made sure that the asker may see the record."""
    h = tables.history
    query = sa.select(h.c.id, h.c.at, h.c.by, h.c.act, h.c.cause, h.c.changes, h.c.batch).where(
        h.c.form_id == form_id, h.c.record_id == record_id)
    if before is not None:
        query = query.where(h.c.id < before)
    rows = conn.execute(query.order_by(h.c.id.desc()).limit(limit))
    return [Line(row[0], row[1], row[2], row[3], row[4], json.loads(row[5]), row[6]) for row in rows]
