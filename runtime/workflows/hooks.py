"""The addresses by which other programs begin workflows: made once, shown once, kept as a digest, renewed or ended any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import audit
from runtime.accounts.actor import Actor
from runtime.definitions.form import Field, Form
from runtime.errors import NotFound, Problem
from runtime.storage import system_tables as tables
from runtime.storage.live import LiveApp, LiveWorkflow
from runtime.words import read

TRIGGER = "hook"
HINT = 6
MATCHED = ("text", "number", "date", "choice")
h = tables.hook


@dataclass(frozen=True, slots=True)
class Hook:
    """What may be told of an address: its first letters, who made it and when, when it was last used."""

    workflow_id: int
    hint: str
    by: int | None
    at: str
    used_at: str | None


def listening(app: LiveApp) -> list[LiveWorkflow]:
    """The workflows of an app that others begin."""
    return [item for item in app.workflows.values() if item.workflow.trigger["type"] == TRIGGER]


def workflow_of(app: LiveApp, key: str) -> LiveWorkflow:
    """One of them; raises NotFound."""
    found = next((item for item in listening(app) if item.key == key), None)
    if found is None:
        raise NotFound(Problem("", "not_found"))
    return found


def of_app(conn: Connection, app_id: int) -> Mapping[int, Hook]:
    """The addresses of an app, by the number of the workflow."""
    rows = conn.execute(sa.select(h.c.workflow_id, h.c.hint, h.c.by, h.c.at, h.c.used_at).where(h.c.app_id == app_id))
    return {row.workflow_id: Hook(*row) for row in rows}


def renew(conn: Connection, by: Actor, app_id: int, item: LiveWorkflow) -> str:
    """Make an address, in place of an older one; gives its secret part, which is nowhere else."""
    token = secrets.token_urlsafe(24)
    values = {"digest": digest(token), "hint": token[:HINT], "by": by.by, "at": clock.text(clock.now()), "used_at": None}
    if not conn.execute(sa.update(h).where(h.c.workflow_id == item.id).values(**values)).rowcount:
        conn.execute(sa.insert(h).values(workflow_id=item.id, app_id=app_id, **values))
    audit.note(conn, by, "hook_made", read(item.workflow.label, by.lang))
    return token


def end(conn: Connection, by: Actor, item: LiveWorkflow) -> None:
    """The address leads nowhere any more."""
    if conn.execute(sa.delete(h).where(h.c.workflow_id == item.id)).rowcount:
        audit.note(conn, by, "hook_ended", read(item.workflow.label, by.lang))


def found(conn: Connection, token: str) -> tuple[str, str] | None:
    """The app and the workflow that an address leads to."""
    d = tables.definition
    query = sa.select(tables.app.c.key, d.c.key).join_from(h, d, d.c.id == h.c.workflow_id).join(tables.app, tables.app.c.id == h.c.app_id)
    row = conn.execute(query.where(h.c.digest == digest(token), d.c.removed_at.is_(None))).first()
    return None if row is None else (row[0], row[1])


def used(conn: Connection, workflow_id: int, at: str) -> None:
    """Somebody came by the address."""
    conn.execute(sa.update(h).where(h.c.workflow_id == workflow_id).values(used_at=at))


def digest(token: str) -> str:
    """What is kept of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


def matchable(field: Field) -> bool:
    """Whether records can be found by a field."""
    return field.type.kind in MATCHED and not field.type.many and not field.type.computed


def names(lines: Sequence[str], form: Form) -> tuple[dict[str, str], list[int]]:
    """By field what the sender calls it, from lines `field=their name` with the field's key or label; and the lines that say nothing."""
    labels = {text: key for key, field in form.live_fields.items() for text in (*field.label.values(), key)}
    found, odd = dict[str, str](), list[int]()
    for number, line in enumerate(lines):
        own, _, theirs = (part.strip() for part in line.replace("＝", "=").partition("="))
        if own in labels and theirs:
            found[labels[own]] = theirs
        else:
            odd.append(number)
    return found, odd
