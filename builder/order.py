"""The order of an app's forms: a place in each form's body, published at once and carried into its draft."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.edits import made
from builder.edits.made import Body
from builder.publish.apply import publish_set
from runtime.definitions.form import LAST
from runtime.sql.locks import hold_app
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.versions import Published


def move_form(conn: Connection, app_id: int, key: str, after: str | None, by: int | None) -> None:
    """Put one form after another one, or first."""
    hold_app(conn, app_id, alone=True)
    forms = sorted(
        (item for item in versions.of_app(conn, app_id) if item.kind == "form"),
        key=lambda item: (item.body["x-fenzu"].get("position", LAST), item.id),
    )
    listed = [{"key": item.key} for item in forms]
    keys = [
        each["key"]
        for each in (made.rearranged(listed, key, after=after) if after else made.rearranged(listed, key, to="top"))
    ]
    changed = [item for item in forms if item.body["x-fenzu"].get("position") != keys.index(item.key)]
    if changed:
        publish_set(conn, app_id, [("form", placed(item.body, keys.index(item.key))) for item in changed], by)
    for item in changed:
        _carry(conn, app_id, item, keys.index(item.key))


def placed(body: Body, position: int) -> Body:
    """A form at a place in the order."""
    new_body = made.copy(body)
    new_body["x-fenzu"]["position"] = position
    return new_body


def _carry(conn: Connection, app_id: int, item: Published, position: int) -> None:
    """A draft goes on from the version that only moved its form, so nobody's work is out of date by it."""
    d, s = tables.draft, tables.draft_step
    row = conn.execute(
        sa.select(d.c.id).where(d.c.app_id == app_id, d.c.kind == "form", d.c.key == item.key)
    ).one_or_none()
    now = versions.find(conn, app_id, "form", item.key)
    if row is None or now is None:
        return
    for step in conn.execute(sa.select(s.c.step, s.c.body).where(s.c.draft_id == row.id)).all():
        body = json.dumps(placed(json.loads(step.body), position), ensure_ascii=False)
        conn.execute(s.update().where(s.c.draft_id == row.id, s.c.step == step.step).values(body=body))
    conn.execute(d.update().where(d.c.id == row.id).values(base_version=now.version))
