"""Which unique index stood in the way of a write: two writers at once, of whom one came second."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError


def index_name(error: IntegrityError) -> str:
    """The name of the index as PostgreSQL gives it; "" where the database does not say."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")
