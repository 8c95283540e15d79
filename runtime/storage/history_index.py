"""The history by time, for rules about what happened; an installation that is older gains the index when it starts."""

from __future__ import annotations

from sqlalchemy import Connection, Index, text

from runtime.storage.system_tables import history

# Only what was changed: new records are most of a history, and neither they nor imports pay for it.
_CHANGED = text("act = 'change'")
CHANGED = Index("ix_history_changed", history.c.form_id, history.c.at, history.c.record_id,
                sqlite_where=_CHANGED, postgresql_where=_CHANGED)
# What was put into the bin or taken out of it is little, and found by time when a workflow's past is told.
BINNED_ACTS = text("act IN ('remove', 'restore')")
BINNED = Index("ix_history_binned", history.c.form_id, history.c.at, sqlite_where=BINNED_ACTS, postgresql_where=BINNED_ACTS)


def ensure(conn: Connection) -> None:
    """Make the indexes where a table of before lacks them."""
    for index in (CHANGED, BINNED):
        index.create(conn, checkfirst=True)
