"""Column types whose meaning differs between the databases unless it is said."""

from __future__ import annotations

import sqlalchemy as sa

# Text compared byte by byte: SQLite does so anyway, PostgreSQL by the database's language unless told.
BinaryText = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
