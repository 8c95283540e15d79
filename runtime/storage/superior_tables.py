"""Whose superior is whom: one row for each person who has one."""

from __future__ import annotations

from sqlalchemy import Column, Table

from runtime.storage.naming import METADATA, Binary, Id

superior = Table(
    "superior", METADATA,
    Column("person", Id, primary_key=True, autoincrement=False),
    Column("superior", Id, nullable=False, index=True),
    Column("at", Binary, nullable=False),
)
