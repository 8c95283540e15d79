"""What the sums of published groupings read of linked records, so that indexes hold it."""

from __future__ import annotations

from sqlalchemy import Connection

from runtime.groups import plans
from runtime.storage import covers
from runtime.storage.live import LiveApp

# By form and link field, the fields read of the records that link.
Read = dict[str, dict[str, frozenset[str]]]


def read_of(app: LiveApp) -> Read:
    """What the rules of all groupings of an app read of records through single links."""
    found: Read = {}
    for item in app.groupings.values():
        for inverse, fields in plans.deps_of(item.newest).related.items():
            behind = app.related(item.newest.form, inverse)
            if behind is None or behind[1].type.nested or behind[1].type.many:
                continue
            links = found.setdefault(behind[0].key, {})
            links[behind[1].key] = links.get(behind[1].key, frozenset()) | fields
    return found


def ensure(conn: Connection, app: LiveApp) -> None:
    """Make the indexes that are missing, and let go of what no rule reads any more.

    It is done when a build begins: the build itself is the first to gain.
    """
    read = read_of(app)
    for key, form in app.forms.items():
        covers.ensure(conn, form.tables, read.get(key, {}))
