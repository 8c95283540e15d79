"""A process of its own that creates customers for a while; run by the test of many writers."""

from __future__ import annotations

import sys
import time
from zoneinfo import ZoneInfo

from runtime.accounts import actor
from runtime.clock import AsOf, now
from runtime.commands import create
from runtime.records import entry
from runtime.records.act import acting
from runtime.storage.db import open_database
from runtime.storage.live import Live


def main(url: str, app: str, person: int, seconds: float, name: str) -> int:
    """Create customers until the time is over; gives how many were acknowledged."""
    database, live = open_database(url), Live()
    with database.read() as conn:
        who = actor.load(conn, person)
    assert who is not None
    end, made = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        with acting(database, live, app, who, as_of=AsOf(now(), ZoneInfo(who.zone))) as act:
            typed = {"name": f"{name}-{made}", "kind": "enterprise", "size": made % 100}
            create.create(act, "customer", entry.read(act.app.form("customer").form, typed, act.names))
        made += 1
    database.close()
    return made


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5]))
