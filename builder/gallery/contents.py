"""What is in an app, counted before it is taken away."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from runtime.records import known
from runtime.storage.live import LiveApp

# Above this many records the app's name must be typed.
TYPED = 50


class Contents(NamedTuple):
    """How much would be gone."""

    records: int
    forms: int
    groupings: int
    tags: int

    @property
    def typed(self) -> bool:
        """Whether so much is at stake that a click is not enough."""
        return self.records > TYPED


def of(conn: Connection, app: LiveApp) -> Contents:
    """Records in the recycle bin count too: they could have been brought back."""
    return Contents(known.count_all(conn, app), len(app.forms), len(app.groupings), len(app.tags))
