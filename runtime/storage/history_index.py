"""The history by time, for rules about what happened; an installation that is older gains the index when it starts."""

from __future__ import annotations

from sqlalchemy import Connection, Index, text

from runtime.storage.system_tables import history

# Only what was changed: new records are most of a history, and neither they nor imports pay for it.
_CHANGED = text("act = 'change'")
CHANGED = Index("ix_history_changed", history.c.form_id, history.c.at, history.c.record_id,
                sqlite_where=_CHANGED, postgresql_where=_CHANGED)


def ensure(conn: Connection) -> None:
    """Make the index where a table of before lacks it."""
    CHANGED.create(conn, checkfirst=True)
