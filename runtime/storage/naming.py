"""One MetaData for the system tables, with constraint names that migrations can address, and binary text."""

from __future__ import annotations

import sqlalchemy as sa

from runtime.sql.types import BinaryText

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Text order is byte order on both databases, so that stored times and keys sort the same everywhere.
Binary = BinaryText
# SQLite hands out row ids only for a column declared INTEGER.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
