"""Published definitions: every publishing adds an immutable version and moves the app's revision by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.errors import NotFound, Problem
from runtime.storage import system_tables as tables

KINDS = ("form", "vocabulary", "grouping", "code", "view", "role", "workflow")
Body = Mapping[str, Any]


class Published(NamedTuple):
    """One definition at its published version."""

    id: int
    kind: str
    key: str
    version: int
    body: dict[str, Any]


def key_of(kind: str, body: Body) -> str:
    """A form keeps its key under `x-fenzu`, every other kind at the top."""
    found: str = body["x-fenzu"]["key"] if kind == "form" else body["key"]
    return found


def of_app(conn: Connection, app_id: int) -> list[Published]:
    """All published definitions of an app."""
    d, v = tables.definition, tables.definition_version
    rows = conn.execute(
        sa.select(d.c.id, d.c.kind, d.c.key, d.c.version, v.c.body)
        .join(v, sa.and_(v.c.definition_id == d.c.id, v.c.version == d.c.version))
        .where(d.c.app_id == app_id, d.c.removed_at.is_(None))
        .order_by(d.c.id)
    )
    return [Published(row.id, row.kind, row.key, row.version, json.loads(row.body)) for row in rows]


def find(conn: Connection, app_id: int, kind: str, key: str) -> Published | None:
    """One published definition, or None when there is none (yet)."""
    d, v = tables.definition, tables.definition_version
    row = conn.execute(
        sa.select(d.c.id, d.c.version, v.c.body)
        .join(v, sa.and_(v.c.definition_id == d.c.id, v.c.version == d.c.version))
        .where(d.c.app_id == app_id, d.c.kind == kind, d.c.key == key, d.c.removed_at.is_(None))
    ).one_or_none()
    return None if row is None else Published(row.id, kind, key, row.version, json.loads(row.body))


def current(conn: Connection, app_id: int, kind: str, key: str) -> int:
    """The number of the published version; 0 when there is none."""
    d = tables.definition
    query = sa.select(d.c.version).where(d.c.app_id == app_id, d.c.kind == kind, d.c.key == key, d.c.removed_at.is_(None))
    return int(conn.execute(query).scalar() or 0)


def put(conn: Connection, app_id: int, kind: str, body: Body, *, by: int | None, note: str = "") -> Published:
    """Add a version and make it the published one; the caller moves the revision once for all it publishes."""
    key = key_of(kind, body)
    d = tables.definition
    row = conn.execute(sa.select(d.c.id).where(d.c.app_id == app_id, d.c.kind == kind, d.c.key == key)).one_or_none()
    if row is None:
        made = conn.execute(d.insert().values(app_id=app_id, kind=kind, key=key, version=0))
        identity = int(made.inserted_primary_key[0])  # type: ignore[index]
    else:
        identity = row.id
    v = tables.definition_version
    last = conn.execute(sa.select(sa.func.max(v.c.version)).where(v.c.definition_id == identity)).scalar()
    version = (last or 0) + 1
    conn.execute(v.insert().values(definition_id=identity, version=version, body=json.dumps(body, ensure_ascii=False),
                                   note=note, by=by, at=clock.text(clock.now())))
    conn.execute(d.update().where(d.c.id == identity).values(version=version, removed_at=None))
    return Published(identity, kind, key, version, dict(body))


def remove(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """Take a definition out of use; its versions stay and can be published again."""
    d = tables.definition
    conn.execute(d.update().where(d.c.app_id == app_id, d.c.kind == kind, d.c.key == key)
                 .values(removed_at=clock.text(clock.now())))


def advance(conn: Connection, app_id: int) -> int:
    """Tell every process that the app's definitions changed."""
    a = tables.app
    conn.execute(a.update().where(a.c.id == app_id).values(revision=a.c.revision + 1))
    return int(conn.execute(sa.select(a.c.revision).where(a.c.id == app_id)).scalar_one())


def versions(conn: Connection, definition_id: int) -> list[sa.Row[Any]]:
    """The versions of a definition, newest first: version, note, by (name), at."""
    v, p = tables.definition_version, tables.person
    return list(conn.execute(
        sa.select(v.c.version, v.c.note, v.c.at, p.c.name.label("by"))
        .outerjoin(p, p.c.id == v.c.by).where(v.c.definition_id == definition_id).order_by(v.c.version.desc()).limit(200)
    ))


def bodies(conn: Connection, definition_id: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The versions of a definition with their bodies, newest first: version, at, by (name); read as they are asked for."""
    v, p = tables.definition_version, tables.person
    rows = conn.execute(
        sa.select(v.c.version, v.c.at, p.c.name.label("by"), v.c.body)
        .outerjoin(p, p.c.id == v.c.by).where(v.c.definition_id == definition_id).order_by(v.c.version.desc()).limit(200)
    )
    return ((row, json.loads(row.body)) for row in rows)


def body_at(conn: Connection, definition_id: int, version: int) -> dict[str, Any]:
    """A definition as it was in one version."""
    v = tables.definition_version
    body = conn.execute(sa.select(v.c.body).where(v.c.definition_id == definition_id, v.c.version == version)).scalar()
    if body is None:
        raise NotFound(Problem("version", "no_such_version", {"version": version}))
    found: dict[str, Any] = json.loads(body)
    return found
