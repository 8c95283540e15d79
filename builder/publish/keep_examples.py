"""The last look at a grouping before it counts: every example of its groups must be where it belongs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime import clock
from runtime.accounts import settings
from runtime.clock import AsOf
from runtime.definitions.grouping import Grouping
from runtime.errors import Invalid
from runtime.groups import examples
from runtime.storage import live as snapshots
from runtime.storage.system_tables import app as apps
from runtime.storage.versions import Published


def keep_examples(conn: Connection, app_id: int, stored: Sequence[Published]) -> None:
    """Refuse what was just stored, all of it, when a grouping among it breaks one of its examples."""
    named = [item.key for item in stored if item.kind == "grouping" and examples.of(Grouping(item.body))]
    if not named:
        return
    key = str(conn.execute(sa.select(apps.c.key).where(apps.c.id == app_id)).scalar_one())
    app, as_of = snapshots.load(conn, key), AsOf(clock.now(), settings.read(conn).tz)
    wrong = [problem for name in named for problem in examples.problems(conn, app, app.groupings[name].newest, as_of)]
    if wrong:
        raise Invalid(wrong)
