"""What is to be published later: the body as it was when somebody said so, and when."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text, UniqueConstraint

from runtime.storage.naming import METADATA, Binary, Id

scheduled = Table(
    "scheduled", METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("app_id", Id, nullable=False),
    Column("kind", Binary, nullable=False),
    Column("key", Binary, nullable=False),
    Column("body", Text, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("run_at", Binary, nullable=False),
    UniqueConstraint("app_id", "kind", "key"),
    sqlite_autoincrement=True,
)
