"""Where departments are used in the published apps, and what follows when their tree changes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.groups import work
from runtime.storage import system_tables as tables
from runtime.storage.live import Live, LiveApp, LiveForm


def apps(conn: Connection, live: Live) -> list[LiveApp]:
    """The apps that have a department on some form."""
    keys = conn.execute(sa.select(tables.app.c.key).order_by(tables.app.c.id)).scalars()
    found = (live.app(conn, key) for key in list(keys))
    return [app for app in found if any(True for _ in _places(app))]


def _places(app: LiveApp) -> Iterator[tuple[LiveForm, str]]:
    """Every department field of an app, those in the rows of sub-forms too, retired ones as well."""
    for form in app.forms.values():
        for live in (form, *form.rows.values()):
            for key, item in live.form.fields.items():
                if item.type.shared and key in live.tables.names:
                    yield live, key


def records(conn: Connection, live: Live) -> dict[str, int]:
    """How many records and rows name each department, over all apps; those in the recycle bin count as well."""
    found: dict[str, int] = {}
    for app in apps(conn, live):
        for form, key in _places(app):
            column = form.tables.column(key)
            query = sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column)
            for name, count in conn.execute(query):
                found[name] = found.get(name, 0) + count
    return found


def rules(conn: Connection, live: Live, key: str) -> int:
    """How many published conditions compare a department with this one."""
    d, v = tables.definition, tables.definition_version
    published = sa.and_(v.c.definition_id == d.c.id, v.c.version == d.c.version)
    total = 0
    for app in apps(conn, live):
        names = {name for _, name in _places(app)}
        query = sa.select(v.c.body).select_from(d.join(v, published)).where(d.c.app_id == app.id, d.c.removed_at.is_(None))
        for body in conn.execute(query).scalars():
            total += sum(_names(leaf, names, key) for leaf in _leaves(json.loads(body)) if key in body)
    return total


def _names(leaf: Mapping[str, Any], fields: set[str], key: str) -> bool:
    value = leaf.get("value")
    return str(leaf["field"]).rpartition(".")[2] in fields and key in (value if isinstance(value, list) else [value])


def _leaves(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every condition in a definition, however deep."""
    if isinstance(node, Mapping):
        if "operator" in node and "field" in node:
            yield node
        for part in node.values():
            yield from _leaves(part)
    elif isinstance(node, list):
        for part in node:
            yield from _leaves(part)


def follow(conn: Connection, live: Live, zone: str, by: int | None) -> None:
    """Groups whose rules look under a department are asked again: at once where they are small, by a job otherwise."""
    for app in apps(conn, live):
        fields = {name for _, name in _places(app)}
        keys = [key for key, item in app.groupings.items() if any(_under(leaf, fields) for leaf in _leaves(item.newest.body))]
        if keys:
            work.publish(conn, app.key, keys, zone, by)


def _under(leaf: Mapping[str, Any], fields: set[str]) -> bool:
    return leaf["operator"] in ("under", "notUnder") and str(leaf["field"]).rpartition(".")[2] in fields
