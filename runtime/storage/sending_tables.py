"""What sending out and letting in needs beside the workflows themselves: secrets by name, and the addresses of workflows."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from runtime.storage.naming import METADATA, Binary, Id

# Passwords and keys that definitions only name; `sealed` opens with the installation's own key alone.
secret = Table(
    "secret", METADATA,
    Column("name", Binary, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
)
# The address by which other programs start a workflow: its digest, and the first letters to tell it by.
hook = Table(
    "hook", METADATA,
    Column("workflow_id", Id, primary_key=True, autoincrement=False),
    Column("app_id", Id, nullable=False, index=True),
    Column("digest", Binary, nullable=False, unique=True),
    Column("hint", Binary, nullable=False),
    Column("by", Id),
    Column("at", Binary, nullable=False),
    Column("used_at", Binary),
)
