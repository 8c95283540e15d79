"""What people say about records on the records' own pages."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

# `mentions` is a JSON list of [where in the text, how long, whom]: what was typed stays readable when somebody is renamed.
# A comment that is deleted is gone; its way back holds it as long as there is one.
comment = Table(
    "comment", METADATA,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("app_id", Id, nullable=False),
    Column("form_id", Id, nullable=False),
    Column("record_id", Id, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("text", Text, nullable=False),
    Column("mentions", Text, nullable=False),
    Column("edited_at", Binary),
    Index("ix_comment_record", "form_id", "record_id", "id"),
    sqlite_autoincrement=True,
)
