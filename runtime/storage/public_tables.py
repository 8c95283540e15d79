"""Forms that anybody may fill in: their links, and the pages that were sent."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from runtime.storage.naming import METADATA, Binary, Id

# The link of a form that anybody may fill in: a new token ends the old link; `salt` is the key of signed prefilled links.
public_form = Table(
    "public_form", METADATA, Column("id", Id, primary_key=True, autoincrement=True),
    Column("app_id", Id, nullable=False),
    Column("form", Binary, nullable=False),
    Column("token", Binary, nullable=False, unique=True),
    Column("salt", Binary, nullable=False),
    Column("password", Text),
    Column("received", Integer, nullable=False, default=0),
    Column("at", Binary, nullable=False),
    UniqueConstraint("app_id", "form"),
)
# Pages of public forms that were sent, so that none is taken twice.
public_sent = Table(
    "public_sent", METADATA,
    Column("nonce", Binary, primary_key=True),
    Column("at", Binary, nullable=False, index=True),
)
