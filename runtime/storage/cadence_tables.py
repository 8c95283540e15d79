"""When those were last contacted whose group says how often somebody should."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, text

from runtime.storage.naming import METADATA, Binary, Id

# One row for each record in a group with a cadence. `base` is the last contact, or where there was none (`talked` is nothing) when
# the record was made; `owner` is 0 for nobody. `task` is the follow-up asked for and not ended yet, as far as is known; `asked` the
# day on which the newest was made, `ticked` when one was ticked off without a contact.
cadence = Table(
    "cadence", METADATA,
    Column("group_id", Id, primary_key=True, autoincrement=False),
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("owner", Id, nullable=False),
    Column("base", Binary, nullable=False),
    Column("talked", Binary),
    Column("task", Id),
    Column("asked", Binary),
    Column("ticked", Binary),
    Index("ix_cadence_base", "group_id", "base", "record_id"),
    Index("ix_cadence_owner", "group_id", "owner", "base", "record_id"),
    Index("ix_cadence_open", "owner", sqlite_where=text("task IS NOT NULL"), postgresql_where=text("task IS NOT NULL")),
    Index("ix_cadence_asked", "owner", "asked"),
)
