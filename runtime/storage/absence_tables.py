"""Who is away when, and who answers in their place."""

from __future__ import annotations

from sqlalchemy import Column, Table

from runtime.storage.naming import METADATA, Binary, Id

# One per person, the present or the next; days are local, both included.
absence = Table(
    "absence", METADATA,
    Column("person", Id, primary_key=True, autoincrement=False),
    Column("since", Binary, nullable=False),
    Column("until", Binary, nullable=False),
    Column("stands_in", Id, nullable=False),
    Column("at", Binary, nullable=False),
)
