"""What a draft was at each of its last revisions, so that two people's edits can be put together."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table

from runtime.storage.naming import METADATA, Binary, Id

# By definition, not by draft: a page that was open while somebody published still finds what it showed.
draft_revision = Table(
    "draft_revision", METADATA,
    Column("app_id", Id, primary_key=True, autoincrement=False),
    Column("kind", Binary, primary_key=True),
    Column("key", Binary, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
