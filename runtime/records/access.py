"""Who may do what with which rows: a role's acts, and its row rules written as rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from runtime.accounts.actor import VISITOR, Actor
from runtime.clock import AsOf
from runtime.errors import Denied, Problem
from runtime.records.targets import RecordTarget, shown, target
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among
from runtime.storage.live import LiveApp, LiveForm

EVERYTHING = frozenset({"create", "change", "remove", "import", "export"})


def acts(app: LiveApp, actor: Actor) -> frozenset[str]:
    """What the actor's role may do with records of an app; builders and administrators may do everything."""
    if actor.role == VISITOR:
        return frozenset({"create"})
    role = app.roles.get(actor.role)
    return EVERYTHING if actor.may("build") or role is None else role.records


def must(app: LiveApp, actor: Actor, act: str) -> None:
    """Stop with Denied unless the role allows the act."""
    if act not in acts(app, actor):
        raise Denied(Problem("", "denied"))


def restricted(app: LiveApp, live: LiveForm, actor: Actor) -> bool:
    """Whether the actor sees only some of a form's rows; such a person never sees a stored total."""
    role = app.roles.get(actor.role)
    return not actor.may("build") and role is not None and live.key in role.rows


def row_rule(app: LiveApp, live: LiveForm, actor: Actor, as_of: AsOf | None) -> ColumnElement[bool]:
    """The condition that limits what the actor sees of a form; true for everybody whom no row rule concerns.

    Without a moment, times and the actor are late parameters: the statement then fits everybody of the actor's role.
    """
    if not restricted(app, live, actor):
        return sa.true()
    me = None if as_of is None else actor.id
    return compile_rule(app.roles[actor.role].rows[live.key], target(app, live), as_of, me=me).where


def kept_apart(app: LiveApp, actor: Actor) -> str:
    """The role by which the actor sees only some rows of some form; "" for everybody else."""
    role = app.roles.get(actor.role)
    return actor.role if not actor.may("build") and role is not None and role.rows else ""


def seen(app: LiveApp, live: LiveForm, actor: Actor, *, late: bool = False) -> RecordTarget:
    """What a form's fields mean to the actor: sums over linked records, and what is read through a link, come from
    the rows the actor may see. `late` leaves open who asks, so that one statement fits everybody of the role.
    """
    role = kept_apart(app, actor)
    if not role:
        return target(app, live)
    if not late:
        return RecordTarget(app, live, shown(app), sight=partial(_linked, app, role, actor.id))
    key = ("seen", live.key, role)
    if key not in app.cache:
        app.cache[key] = RecordTarget(app, live, shown(app), sight=partial(_linked, app, role, None))
    found: RecordTarget = app.cache[key]
    return found


def _linked(app: LiveApp, role: str, me: int | None, live: LiveForm, source: Any, as_of: AsOf | None) -> ColumnElement[bool]:
    """Which rows of a linked form count for a role; what its row rule itself reads is not limited again."""
    rows = app.roles[role].rows
    if live.key not in rows:
        return sa.true()
    return compile_rule(rows[live.key], RecordTarget(app, live, shown(app), source), as_of, me=me).where


def visible_ids(conn: Connection, app: LiveApp, live: LiveForm, actor: Actor, ids: Sequence[int], as_of: AsOf, *,
                deleted: bool = False) -> set[int]:
    """Which of these records are there (or, `deleted`, in the recycle bin) and the actor's to see."""
    if not ids:
        return set()
    table = live.tables.main
    there = table.c.deleted_at.is_not(None) if deleted else table.c.deleted_at.is_(None)
    query = sa.select(table.c.id).where(among(table.c.id, list(ids)), there, row_rule(app, live, actor, as_of))
    return set(conn.execute(query).scalars())
