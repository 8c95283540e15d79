"""What people put aside to use again in their app: fields, sections, option sets and rules.

It is kept in the app's own document (`app.json`) under `shelf`, so it goes wherever the app goes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from builder.edits import made
from runtime.errors import Conflict, Invalid, NotFound, Problem
from runtime.sql.locks import hold_app
from runtime.storage import system_tables as tables

Shelf = dict[str, list[dict[str, Any]]]
PARTS, OPTIONS, RULES = "parts", "options", "rules"
MOST = 100


def read(conn: Connection, app_id: int) -> Shelf:
    """What lies on an app's shelf: `parts` (fields and sections), `options` and `rules`."""
    text = conn.execute(sa.select(tables.app.c.body).where(tables.app.c.id == app_id)).scalar_one()
    found = json.loads(text).get("shelf", {})
    return {kind: list(found.get(kind, ())) for kind in (PARTS, OPTIONS, RULES)}


def put(conn: Connection, app_id: int, kind: str, label: Mapping[str, str], part: Mapping[str, Any]) -> str:
    """Put a thing on the shelf; one of the same name (about the same form) takes the old one's place. Its key."""
    hold_app(conn, app_id)
    shelf = read(conn, app_id)
    rest = [each for each in shelf[kind] if each["label"] != dict(label) or each.get("form") != part.get("form")]
    return _added(conn, app_id, {**shelf, kind: rest}, kind, label, part)


def keep_rule(conn: Connection, app_id: int, label: Mapping[str, str], part: Mapping[str, Any]) -> str:
    """Save a rule under a name of its own; Invalid where it has none, or another rule about the form has it. Its key."""
    _must_be_a_name(label)
    hold_app(conn, app_id)
    shelf = read(conn, app_id)
    _must_be_free(shelf, label, part["form"])
    return _added(conn, app_id, shelf, RULES, label, part)


def _must_be_a_name(label: Mapping[str, str]) -> None:
    if not label:
        raise Invalid(Problem("label", "name_needed"))


def _must_be_free(shelf: Shelf, label: Mapping[str, str], form: str, but: str = "") -> None:
    """A rule's name is its own among those about the same form, in either language; `but` is the one that is renamed."""
    others = (each["label"].values() for each in shelf[RULES] if each["form"] == form and each["key"] != but)
    if any(set(label.values()) & set(names) for names in others):
        raise Invalid(Problem("label", "rule_name_taken"))


def _added(conn: Connection, app_id: int, shelf: Shelf, kind: str, label: Mapping[str, str], part: Mapping[str, Any]) -> str:
    rest = shelf[kind]
    if len(rest) >= MOST:
        raise Conflict(Problem("shelf", "shelf_full", {"most": MOST}))
    key = made.propose(label, {each["key"] for each in rest}, kind)
    shelf[kind] = [*rest, {"key": key, "label": dict(label), **part}]
    _store(conn, app_id, shelf)
    return key


def rename_rule(conn: Connection, app_id: int, key: str, label: Mapping[str, str]) -> None:
    """Another name for a saved rule; it keeps its place and its key. Refused as `keep_rule` does."""
    _must_be_a_name(label)
    hold_app(conn, app_id)
    shelf = read(conn, app_id)
    _must_be_free(shelf, label, find(shelf, RULES, key)["form"], key)
    shelf[RULES] = [{**each, "label": dict(label)} if each["key"] == key else each for each in shelf[RULES]]
    _store(conn, app_id, shelf)


def remove(conn: Connection, app_id: int, kind: str, key: str) -> None:
    """Take a thing off the shelf; forms that have it keep theirs."""
    hold_app(conn, app_id)
    shelf = read(conn, app_id)
    find(shelf, kind, key)
    shelf[kind] = [each for each in shelf[kind] if each["key"] != key]
    _store(conn, app_id, shelf)


def find(shelf: Mapping[str, Any], kind: str, key: str) -> dict[str, Any]:
    """One thing by its key; raises NotFound."""
    for each in shelf.get(kind, ()):
        if each["key"] == key:
            return dict(each)
    raise NotFound(Problem("shelf", "no_such_part", {"key": key[:40]}))


def _store(conn: Connection, app_id: int, shelf: Shelf) -> None:
    text = conn.execute(sa.select(tables.app.c.body).where(tables.app.c.id == app_id)).scalar_one()
    body = json.loads(text)
    made.put(body, "shelf", {kind: listed for kind, listed in shelf.items() if listed})
    conn.execute(tables.app.update().where(tables.app.c.id == app_id).values(body=json.dumps(body, ensure_ascii=False)))
