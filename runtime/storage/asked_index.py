"""Tasks by who asked for them, for the list of what somebody asked of others; an older installation gains the index when it starts."""

from __future__ import annotations

from sqlalchemy import Connection, Index, text

from runtime.storage.system_tables import task

# What one asks of oneself is not among them, however much that is.
_OTHERS = text("person <> asked_by")
ASKED = Index("ix_task_asked", task.c.asked_by, task.c.kind, task.c.ended_at, task.c.id, sqlite_where=_OTHERS, postgresql_where=_OTHERS)


def ensure(conn: Connection) -> None:
    """Make the index where a table of before lacks it."""
    ASKED.create(conn, checkfirst=True)
