"""What pools remember of their records: since when somebody has one, whether it is about to come back, and who took and left it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from runtime.storage.naming import METADATA, Binary, Id

# Since when a record is its owner's. `back` is the day on which it returns, once its owner has been told so; `task` is
# what the owner was asked to do about it.
held = Table(
    "pool_held", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("owner", Id, nullable=False),
    Column("since", Binary, nullable=False),
    Column("back", Binary),
    Column("task", Id),
    Index("ix_pool_held_back", "form_id", "back", "record_id"),
)
# Who took a record from the pool and who left one there (`act` is claim or left): how many a day, and when again.
line = Table(
    "pool_line", METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("form_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("person", Id, nullable=False),
    Column("act", Binary, nullable=False),
    Column("at", Binary, nullable=False),
    Index("ix_pool_line_person", "form_id", "person", "act", "at"),
    Index("ix_pool_line_record", "form_id", "record_id", "id"),
    sqlite_autoincrement=True,
)
# The row that a transaction holds while it counts what somebody has, so that two at once never pass a limit.
seat = Table(
    "pool_seat", METADATA,
    Column("form_id", Id, primary_key=True, autoincrement=False),
    Column("person", Id, primary_key=True, autoincrement=False),
)
