"""Apps: made blank, renamed, removed with everything in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from builder import drafts
from builder.edits import form, made
from builder.edits.made import Text
from builder.publish.apply import Outcome, publish_body
from runtime import clock
from runtime.accounts import notices
from runtime.definitions.form import Form
from runtime.definitions.parts import COLORS
from runtime.errors import NotFound, Problem
from runtime.records import search
from runtime.sql.locks import hold_app
from runtime.storage import record_tables, versions
from runtime.storage import system_tables as tables
from runtime.storage.db import last_id
from runtime.storage.draft_tables import draft_revision
from runtime.workflows import cadence, pooling

CUSTOMER = {"zh": "客户", "en": "Customer"}
PEOPLE = {"zh": "位", "en": "customer"}
ICON, COLOR = "users", "shilv"
BY_FORM = (tables.column_map, tables.retype, tables.purge, tables.history, tables.pin, tables.diary, tables.code, tables.code_past,
           tables.code_batch, tables.code_audit, tables.counter, tables.attachment, tables.comment,
           tables.pool_tables.held, tables.pool_tables.line, tables.pool_tables.seat)
BY_APP = (tables.hook, tables.scheduled, tables.upkeep, tables.event, tables.place, tables.task, tables.outgoing, tables.run)


class App(NamedTuple):
    """One app as its row says."""

    id: int
    key: str
    body: dict[str, Any]


def create(conn: Connection, label: Text, *, icon: str = ICON, color: str | None = None) -> App:
    """An app without forms, under a free key made from its name."""
    a = tables.app
    rows = conn.execute(sa.select(a.c.key, a.c.body)).all()
    name = made.label(None, label)
    used = [json.loads(row.body).get("color", COLOR) for row in rows]
    body = {
        "kind": "app",
        "format": 1,
        "key": made.propose(name, {row.key for row in rows}, "app"),
        "label": name,
        "icon": icon,
        "color": color if color in COLORS else made.next_color(used),
    }
    position = conn.execute(sa.select(sa.func.coalesce(sa.func.max(a.c.position), -1))).scalar_one() + 1
    result = conn.execute(
        a.insert().values(
            key=body["key"],
            body=json.dumps(body, ensure_ascii=False),
            revision=1,
            state="ready",
            created_at=clock.text(clock.now()),
            position=position,
        )
    )
    return App(last_id(result), str(body["key"]), body)


def create_blank(conn: Connection, label: Text, by: int | None) -> App:
    """An app to start from nothing: one form of customers with a name, published, so that a list is there at once."""
    app = create(conn, label)
    publish_form(conn, app.id, CUSTOMER, by, unit=PEOPLE)
    return app


def publish_form(conn: Connection, app_id: int, label: Text, by: int | None, unit: Text | None = None) -> Outcome:
    """A new form with a title field, published as it is."""
    return publish_body(conn, app_id, "form", form.new(label, form_keys(conn, app_id), unit), by)


def start_form(conn: Connection, app_id: int, label: Text, by: int | None, unit: Text | None = None) -> drafts.Draft:
    """A new form as a draft, to be designed before anybody sees it."""
    return drafts.start(conn, app_id, "form", form.new(label, form_keys(conn, app_id), unit), by)


def form_keys(conn: Connection, app_id: int) -> set[str]:
    """The keys that a new form of the app may not take: published, removed and drafted ones."""
    return keys(conn, app_id, "form")


def keys(conn: Connection, app_id: int, kind: str) -> set[str]:
    """The keys of one kind that were ever used in an app, drafts included."""
    found: set[str] = set()
    for table in (tables.definition, tables.draft):
        found |= set(
            conn.execute(sa.select(table.c.key).where(table.c.app_id == app_id, table.c.kind == kind)).scalars()
        )
    return found


def rename(conn: Connection, app_id: int, label: Text) -> App:
    """Change what people call an app; its key, and so every address, stays."""
    return change(conn, app_id, {"label": label})


def change(conn: Connection, app_id: int, changes: Mapping[str, Any]) -> App:
    """Change an app's `label` (one or both languages), `icon` or `color`."""
    a = tables.app
    row = conn.execute(sa.select(a).where(a.c.id == app_id)).one_or_none()
    if row is None:
        raise NotFound(Problem("app", "no_such_app", {"app": app_id}))
    body = json.loads(row.body)
    for name, value in changes.items():
        body[name] = made.label(body["label"], value) if name == "label" else value
    conn.execute(a.update().where(a.c.id == app_id).values(body=json.dumps(body, ensure_ascii=False)))
    versions.advance(conn, app_id)
    return App(row.id, row.key, body)


def remove(conn: Connection, app_id: int) -> None:
    """Take an app away with its forms, their records and everything about them. It cannot be brought back."""
    hold_app(conn, app_id, alone=True)
    d, v = tables.definition, tables.definition_version
    rows = conn.execute(sa.select(d).where(d.c.app_id == app_id)).all()
    forms = [row.id for row in rows if row.kind == "form"]
    for row in rows:
        if row.kind == "form" and row.version:
            _drop_tables(conn, row.id, row.version)
    for table in BY_FORM:
        conn.execute(table.delete().where(table.c.form_id.in_(forms)))
    groupings = [row.id for row in rows if row.kind == "grouping"]
    mine = sa.select(tables.group_key.c.id).where(tables.group_key.c.grouping_id.in_(groupings))
    conn.execute(tables.cadence.delete().where(tables.cadence.c.group_id.in_(mine)))
    for table in (tables.group_key, tables.generation):
        conn.execute(table.delete().where(table.c.grouping_id.in_(groupings)))
    mine = sa.select(tables.draft.c.id).where(tables.draft.c.app_id == app_id)
    conn.execute(tables.draft_step.delete().where(tables.draft_step.c.draft_id.in_(mine)))
    conn.execute(tables.draft.delete().where(tables.draft.c.app_id == app_id))
    conn.execute(draft_revision.delete().where(draft_revision.c.app_id == app_id))
    conn.execute(v.delete().where(v.c.definition_id.in_([row.id for row in rows])))
    conn.execute(d.delete().where(d.c.app_id == app_id))
    notices.forget_app(conn, app_id)
    runs = sa.select(tables.run.c.id).where(tables.run.c.app_id == app_id)
    conn.execute(tables.run_line.delete().where(tables.run_line.c.run_id.in_(runs)))
    workflows = [row.id for row in rows if row.kind == "workflow"]
    for table in (tables.workflow, tables.turn, tables.stroke):
        conn.execute(table.delete().where(table.c.workflow_id.in_(workflows)))
    for table in BY_APP:
        conn.execute(table.delete().where(table.c.app_id == app_id))
    conn.execute(tables.setting.delete().where(tables.setting.c.key.in_([cadence.STATE.format(app=app_id), pooling.STATE.format(app=app_id)])))
    conn.execute(tables.app.delete().where(tables.app.c.id == app_id))


def _drop_tables(conn: Connection, form_id: int, version: int) -> None:
    made_for = Form(versions.body_at(conn, form_id, version))
    numbers = record_tables.numbers_of(conn, form_id)
    if made_for.fields.keys() <= numbers.keys():
        record_tables.drop(conn, record_tables.build(form_id, made_for, numbers))
    search.drop_index(conn, form_id)
