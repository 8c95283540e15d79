"""A process of its own that publishes another rule and groups everybody anew; the law of kill -9 ends it in the middle."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

from builder.publish.apply import publish_set
from runtime.accounts import actor
from runtime.clock import AsOf, now
from runtime.groups import work
from runtime.jobs.runner import Runner
from runtime.storage import live as snapshots
from runtime.storage.db import open_database
from runtime.storage.live import Live
from tests.laws.banded import band


def main(url: str, app: str, person: int, limit: int) -> None:
    """Publish the limit and do the job of it; says when it begins, so that whoever kills it does not hit the start-up."""
    database, live = open_database(url), Live()
    with database.read() as conn:
        who = actor.load(conn, person)
    assert who is not None
    work.AT_ONCE = 0
    print("ready", flush=True)
    with database.write() as conn:
        publish_set(conn, snapshots.load(conn, app).id, [("grouping", band(limit))], who.id)
        work.publish(conn, app, ["band"], who.zone, who.id, AsOf(now(), ZoneInfo(who.zone)))
    Runner(database, work.kinds(live), rest=0.002).drain()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
