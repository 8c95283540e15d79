"""What the program has to tell somebody who was not there when it happened."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

notice = Table(
    "notice", METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("person", Id, nullable=False),
    Column("code", Binary, nullable=False),
    Column("params", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("app_id", Id, index=True),
    Column("at", Binary, nullable=False, index=True),
    Column("seen_at", Binary),
    Index("ix_notice_person", "person", "seen_at"),
    Index("ix_notice_newest", "person", "id"),
    sqlite_autoincrement=True,
)
