"""What the sums of published groupings read of linked records, so that indexes hold it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from runtime.groups import plans
from runtime.records import cadences, contacts, pools
from runtime.sql.locks import patient
from runtime.storage import covers
from runtime.storage.db import Database, is_busy
from runtime.storage.live import Live, LiveApp

PATIENCE = 3  # seconds that an index waits for its table; everybody else waits behind it
LIGHT = 50_000  # so many records are indexed in a blink
# By form and link field, the fields read of the records that link.
Read = dict[str, dict[str, frozenset[str]]]


def read_of(app: LiveApp) -> Read:
    """What the rules and the cadences of all groupings of an app read of records through single links."""
    found: Read = {}
    for item in app.groupings.values():
        for inverse, fields in plans.deps_of(item.newest).related.items():
            behind = app.related(item.newest.form, inverse)
            if behind is None or behind[1].type.nested or behind[1].type.many:
                continue
            links = found.setdefault(behind[0].key, {})
            links[behind[1].key] = links.get(behind[1].key, frozenset()) | fields
    for cadence in cadences.of(app):
        talk, link, at = cadence.talks
        links = found.setdefault(talk.key, {})
        links[link.key] = links.get(link.key, frozenset()) | {at.key}
    for live, _ in pools.of(app):
        if talks := contacts.talks_of(app, live.key):
            links = found.setdefault(talks[0].key, {})
            links[talks[1].key] = links.get(talks[1].key, frozenset()) | {talks[2].key}
    return found


def prepare(database: Database, live: Live, app: str) -> None:
    """Make the indexes before a build begins, in a transaction of their own: the build itself is the first to gain.

    Where somebody holds the table for long, the next build tries again; sums are slower until then, not wrong.
    """
    try:
        with database.write() as conn:
            patient(conn, PATIENCE)
            ensure(conn, live.app(conn, app))
    except OperationalError as failure:
        if not is_busy(failure):
            raise


def light(conn: Connection, app: LiveApp) -> bool:
    """Whether the records that sums read are so few that an index is made while somebody waits."""
    main = [app.form(key).tables.main for key in read_of(app)]
    return all((conn.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0) <= LIGHT for table in main)


def ensure(conn: Connection, app: LiveApp) -> None:
    """Make the indexes that are missing, and let go of what no rule reads any more."""
    read = read_of(app)
    for key, form in app.forms.items():
        covers.ensure(conn, form.tables, read.get(key, {}))
