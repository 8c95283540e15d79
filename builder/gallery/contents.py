"""What is in an app, counted before it is taken away."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

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
    counts = [sa.select(sa.func.count()).select_from(live.tables.main).scalar_subquery() for live in app.forms.values()]
    records = sum(conn.execute(sa.select(*counts)).one()) if counts else 0
    return Contents(records, len(app.forms), len(app.groupings), len(app.tags))
