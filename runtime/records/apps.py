"""The apps of an installation as people choose among them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.storage.system_tables import app, definition


class Choice(NamedTuple):
    """One app in a list of apps; `state` is `ready` unless it is still being installed, `forms` how many it has,
    `sample` whether sample data came with it and was not cleared."""

    id: int
    key: str
    label: Mapping[str, str]
    icon: str
    color: str
    state: str
    template: str | None
    forms: int
    sample: bool


def choices(conn: Connection) -> list[Choice]:
    """All apps in the order people gave them."""
    forms = (
        sa.select(sa.func.count())
        .where(definition.c.app_id == app.c.id, definition.c.kind == "form", definition.c.version > 0)
        .where(definition.c.removed_at.is_(None))
        .scalar_subquery()
    )
    columns = (app.c.id, app.c.key, app.c.body, app.c.state, app.c.template, forms.label("forms"), app.c.sample.is_not(None).label("sample"))
    found = []
    for row in conn.execute(sa.select(*columns).order_by(app.c.position, app.c.id)):
        body = json.loads(row.body)
        look = (body["label"], body.get("icon", "apps"), body.get("color", "shilv"))
        found.append(Choice(row.id, row.key, *look, row.state, row.template, row.forms, bool(row.sample)))
    return found


def has_sample(conn: Connection, key: str) -> bool:
    """Whether an app still holds the sample data it came with."""
    return conn.execute(sa.select(app.c.id).where(app.c.key == key, app.c.sample.is_not(None))).first() is not None
