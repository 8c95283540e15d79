"""Fields that changed their type: which column holds the values of before, and how to read them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.definitions.form import Field, options_of, read_field
from runtime.fields.conversions import stored_alike
from runtime.sql.lists import among
from runtime.storage import system_tables as tables


@dataclass(frozen=True)
class Past:
    """A column that a field has left: `item` is the field as it was, `since` the last line of history before it left."""

    id: int
    number: int
    item: Field
    since: int


def reserve(conn: Connection, form_id: int, field: str, kind: str) -> int:
    """A number for the values to come; the field goes on with its present column until `switch`."""
    c = tables.column_map
    last = conn.execute(sa.select(sa.func.max(c.c.number)).where(c.c.form_id == form_id)).scalar() or 0
    conn.execute(c.insert().values(form_id=form_id, number=last + 1, field=field, type=kind, current=False))
    return int(last) + 1


def switch(conn: Connection, form_id: int, was: Field, number: int, at: int, by: int | None) -> None:
    """Let a field live in another of its columns, and keep how the column it leaves is read; `at` is its number."""
    c = tables.column_map
    own = (c.c.form_id == form_id, c.c.field == was.key)
    conn.execute(c.update().where(*own, c.c.current).values(current=False))
    conn.execute(c.update().where(*own, c.c.number == number).values(current=True))
    conn.execute(tables.retype.insert().values(
        form_id=form_id, field=was.key, number=at, node=json.dumps(was.node, ensure_ascii=False),
        since=last_line(conn), by=by, at=clock.text(clock.now())))


def last_line(conn: Connection) -> int:
    """The newest line of history; what is written from now on has a higher number."""
    return int(conn.execute(sa.select(sa.func.max(tables.history.c.id))).scalar() or 0)


def past(conn: Connection, form_id: int) -> dict[str, list[Past]]:
    """By field, the columns it has left, the newest first."""
    t = tables.retype
    found: dict[str, list[Past]] = {}
    for row in conn.execute(sa.select(t).where(t.c.form_id == form_id).order_by(t.c.id.desc())):
        item = read_field(row.field, json.loads(row.node), False)
        found.setdefault(row.field, []).append(Past(row.id, row.number, item, row.since))
    return found


def kept_for(left: Mapping[str, list[Past]], now: Field) -> Past | None:
    """The column that already holds this field's values as it wants them now, from a time before."""
    for each in left.get(now.key, ()):
        options = {option["const"] for option in options_of(now.node)}
        held = {option["const"] for option in options_of(each.item.node)}
        alike = stored_alike(each.item.type, each.item.settings, now.type, now.settings) and each.item.far == now.far
        if alike and held <= options:
            return each
    return None


def edited(conn: Connection, form_id: int, since: Mapping[str, int], ids: Sequence[int]) -> dict[str, set[int]]:
    """By field, which of these records (in order) had it written after a line of history."""
    h = tables.history
    found: dict[str, set[int]] = {field: set() for field in since}
    if not ids or not since:
        return found
    rows = conn.execute(sa.select(h.c.id, h.c.record_id, h.c.changes).where(
        h.c.form_id == form_id, h.c.record_id.between(ids[0], ids[-1]), h.c.id > min(since.values())))
    for line, record, changes in rows:
        for field in since.keys() & json.loads(changes).keys():
            if line > since[field]:
                found[field].add(record)
    return found


def written_since(conn: Connection, form_id: int, line: int) -> list[int]:
    """The records written after a line of history, in order."""
    h = tables.history
    query = sa.select(h.c.record_id).where(h.c.form_id == form_id, h.c.id > line).distinct().order_by(h.c.record_id)
    return list(conn.execute(query).scalars())


def held(conn: Connection, form_id: int, left: Past, ids: list[int]) -> dict[int, Any]:
    """What these records hold in a column that its field has left; those that hold nothing are not in the answer."""
    item = left.item
    if item.type.many:
        link = sa.table(f"m_{form_id}_{left.number}", sa.column("record_id"), sa.column("value", item.type.member), sa.column("position"))
        found: dict[int, Any] = {}
        query = sa.select(link.c.record_id, link.c.value).where(among(link.c.record_id, ids))
        for row in conn.execute(query.order_by(link.c.position) if item.type.ordered else query):
            found.setdefault(row.record_id, []).append(row.value)
        return found
    first = item.type.columns(f"f_{left.number}", item.settings)[0]
    main = sa.table(f"r_{form_id}", sa.column("id", sa.BigInteger), sa.column(first.name, first.type))
    query = sa.select(main.c.id, main.c[first.name]).where(among(main.c.id, ids), main.c[first.name].is_not(None))
    return {row[0]: item.type.load(row[1], item.settings) for row in conn.execute(query)}


def as_of(left: Mapping[str, list[Past]], now: Field, line: int) -> Field:
    """A field as it was when a line of history was written."""
    return next((each.item for each in reversed(left.get(now.key, ())) if each.since >= line), now)
