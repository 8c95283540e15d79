"""What an app has published, side by side and parsed, read from the database inside the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from runtime.definitions.whole import Whole, whole
from runtime.storage import versions


def published(conn: Connection, app_id: int) -> Whole:
    """The published definitions of an app."""
    return whole((item.kind, item.body) for item in versions.of_app(conn, app_id))
