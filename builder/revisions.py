"""The last revisions of a definition's draft: what it was, who made it so, and when."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause

from runtime import clock
from runtime.storage import versions
from runtime.storage.draft_tables import draft_revision as kept
from runtime.storage.system_tables import definition, definition_version, draft, draft_step, person

# The kinds whose drafts two people may change at once; of others the second one is told.
KINDS = ("form",)
MOST = 50
JUST_NOW = timedelta(minutes=10)
BEYOND = 2**31  # no draft has seen so many


class Name(NamedTuple):
    """The draft of one definition."""

    app_id: int
    kind: str
    key: str


class Beside(NamedTuple):
    """Somebody else who changed the same draft, and how many minutes ago."""

    name: str
    minutes: int


def keep(conn: Connection, of: Name, revision: int, body: Mapping[str, Any], by: int | None, at: str) -> None:
    """Remember a revision, and forget what is older than the last few."""
    if of.kind not in KINDS:
        return
    packed = zlib.compress(json.dumps(body, ensure_ascii=False).encode(), 1)
    conn.execute(kept.insert().values(**of._asdict(), revision=revision, by=by, at=at, body=packed))
    conn.execute(kept.delete().where(_of(of), kept.c.revision <= revision - MOST))


def last(conn: Connection, of: Name) -> int:
    """The newest revision there ever was: a new draft counts on from it, so that no number means two bodies."""
    return int(conn.execute(sa.select(sa.func.max(kept.c.revision)).where(_of(of))).scalar() or 0)


def body_at(conn: Connection, of: Name, revision: int) -> dict[str, Any] | None:
    """What somebody saw: a revision of the draft, or below zero a published version; None for what is not known."""
    if of.kind not in KINDS or not 0 < abs(revision) < BEYOND:
        return None
    if revision > 0:
        packed = conn.execute(sa.select(kept.c.body).where(_of(of), kept.c.revision == revision)).scalar()
        return None if packed is None else _unpacked(packed)
    found = conn.execute(
        sa.select(definition_version.c.body)
        .join(definition, definition.c.id == definition_version.c.definition_id)
        .where(definition.c.app_id == of.app_id, definition.c.kind == of.kind, definition.c.key == of.key)
        .where(definition_version.c.version == -revision)
    ).scalar()
    return None if found is None else _plain(json.loads(found))


def since(conn: Connection, of: Name, revision: int, but: int | None) -> tuple[str, ...]:
    """The names of the others who changed a definition after a revision, the last one first."""
    if abs(revision) >= BEYOND:
        return ()
    if revision < 0:
        return _publishers(conn, of, -revision, but)
    newest = sa.func.max(kept.c.revision)
    rows = conn.execute(
        sa.select(person.c.name).join(kept, kept.c.by == person.c.id).where(_of(of), kept.c.revision > revision)
        .where(person.c.id != (but or 0)).group_by(person.c.name).order_by(newest.desc())
    )  # fmt: skip
    return tuple(rows.scalars())


def _publishers(conn: Connection, of: Name, version: int, but: int | None) -> tuple[str, ...]:
    found = versions.find(conn, *of)
    rows = versions.versions(conn, found.id) if found else []
    names = [row.by for row in rows if row.version > version and row.by]
    return tuple(dict.fromkeys([*names, *since(conn, of, 0, but)]))


def beside(conn: Connection, of: Name, but: int | None, now: datetime | None = None) -> list[Beside]:
    """Who else has changed a draft in the last minutes, the latest first."""
    moment = now or clock.now()
    by, at, source, those = (kept.c.by, kept.c.at, kept, _of(of)) if of.kind in KINDS else _stepped(of)
    latest = sa.func.max(at)
    rows = conn.execute(
        sa.select(person.c.name, latest.label("at")).select_from(source.join(person, by == person.c.id))
        .where(those, at >= clock.text(moment - JUST_NOW), person.c.id != (but or 0))
        .group_by(person.c.name).order_by(latest.desc())
    )  # fmt: skip
    return [Beside(row.name, int((moment - clock.moment(row.at)).total_seconds() // 60)) for row in rows]


def _stepped(of: Name) -> tuple[ColumnElement[Any], ColumnElement[Any], FromClause, ColumnElement[bool]]:
    """Of the kinds whose revisions are not kept, their steps say who was at them, and when."""
    source = draft_step.join(draft, draft.c.id == draft_step.c.draft_id)
    return draft_step.c.by, draft_step.c.at, source, sa.and_(draft.c.app_id == of.app_id, draft.c.kind == of.kind, draft.c.key == of.key)


def _of(of: Name) -> ColumnElement[bool]:
    return sa.and_(kept.c.app_id == of.app_id, kept.c.kind == of.kind, kept.c.key == of.key)


def _unpacked(packed: bytes) -> dict[str, Any]:
    return _plain(json.loads(zlib.decompress(packed)))


def _plain(body: Any) -> dict[str, Any]:
    found: dict[str, Any] = body
    return found
