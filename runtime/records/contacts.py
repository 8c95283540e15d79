"""When somebody last talked with a customer: the newest record of the form in which talks are written down."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.definitions.form import Field
from runtime.records import access
from runtime.sql.lists import among
from runtime.storage.live import LiveApp, LiveForm


def talks_of(app: LiveApp, form: str) -> tuple[LiveForm, Field, Field] | None:
    """The form in which talks with the records of a form are written down, its link to them and its moment; None without one.

    Such a form asks whom one talked with and when, to the minute, and keeps who it was.
    """
    key = ("talks", form)
    if key not in app.cache:
        app.cache[key] = next((talk for live in app.forms.values() if (talk := _talk(live, form)) is not None), None)
    found: tuple[LiveForm, Field, Field] | None = app.cache[key]
    return found


def _talk(live: LiveForm, form: str) -> tuple[LiveForm, Field, Field] | None:
    asked = [field for field in live.form.live_fields.values() if field.required]
    link = next((field for field in asked if field.far == form and not field.type.many), None)
    at = next((field for field in asked if field.type.kind == "datetime"), None)
    who = any(field.type.kind == "person" for field in live.form.live_fields.values())
    return (live, link, at) if link is not None and at is not None and who and live.key != form else None


def last(conn: Connection, app: LiveApp, actor: Actor, as_of: AsOf, form: str, records: Sequence[int]) -> dict[int, str]:
    """The day of the last talk with each of these records, as far as the asker may see the talks; a stored moment."""
    found = talks_of(app, form)
    if found is None or not records:
        return {}
    talk, link, at = found
    main, of, when = talk.tables.main, talk.tables.column(link.key), talk.tables.column(at.key)
    mine = access.row_rule(app, talk, actor, as_of)
    query = sa.select(of, sa.func.max(when)).where(among(of, list(records)), main.c.deleted_at.is_(None), when.is_not(None), mine)
    return {row[0]: row[1] for row in conn.execute(query.group_by(of))}
