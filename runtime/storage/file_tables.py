"""Where files are written down: those of records, pictures of forms, and what strangers have chosen and not sent yet."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

attachment = Table(
    "attachment", METADATA,
    Column("id", Binary, primary_key=True),
    Column("form_id", Id, nullable=False),
    Column("record_id", Id),
    Column("field", Binary, nullable=False),
    Column("sha256", Binary, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("mime", Binary, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("position", Integer, nullable=False, default=0),
    Index("ix_attachment_record", "form_id", "record_id"),
)
# Pictures that stand on forms; the content lies with the attachments, under its own digest.
picture = Table(
    "picture", METADATA,
    Column("sha256", Binary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("mime", Binary, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
# Files that strangers have chosen and not sent yet: held apart from attachments, bound to the page they were chosen on.
public_file = Table(
    "public_file", METADATA,
    Column("id", Binary, primary_key=True),
    Column("link_id", Id, nullable=False),
    Column("page", Binary, nullable=False, index=True),
    Column("field", Binary, nullable=False),
    Column("sha256", Binary, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("mime", Binary, nullable=False),
    Column("at", Binary, nullable=False, index=True),
)
