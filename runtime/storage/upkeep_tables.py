"""What was done to keep groups right: the strokes of the clock and the nightly audits."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

upkeep = Table(
    "upkeep", METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("app_id", Id, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("begun_at", Binary, nullable=False),
    Column("ended_at", Binary, nullable=False),
    Column("asked", Id, nullable=False),
    Column("found", Text, nullable=False),
    Index("ix_upkeep_app", "app_id", "kind", "id"),
    sqlite_autoincrement=True,
)
