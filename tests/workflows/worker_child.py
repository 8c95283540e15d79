"""A nursery of workers: a process that has imported everything and forks one worker per line it reads; run by the laws of kills
and of many processes.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from datetime import datetime
from functools import cache
from typing import Any

from runtime import clock
from runtime.jobs.runner import Runner
from runtime.storage.db import Database, open_database
from runtime.storage.live import Live
from runtime.workflows import engine, failing, work


@cache
def opened(url: str) -> tuple[Database, Live]:
    """A database with what is compiled for it; workers inherit that from the nursery, but no connection."""
    return open_database(url), Live()


def labour(url: str, at: str, together: int) -> None:
    """Do the workflows' jobs of one database at a fixed moment, through the job queue, until none is due."""
    moment = datetime.fromisoformat(at)
    clock.now = lambda: moment
    engine.TOGETHER = together
    failing.ENOUGH = sys.maxsize  # stories fail often and on purpose
    database, live = opened(url)
    runner = Runner(database, work.kinds(live), rest=0)
    runner.sweep()
    runner.drain()
    database.close()


def forked(asked: dict[str, Any]) -> int:
    """Begin a worker; gives its process number."""
    worker = os.fork()
    if not worker:
        try:
            labour(**asked)
        finally:
            os._exit(0)
    return worker


def main() -> None:
    logging.disable(logging.ERROR)  # being taken over is what these are for
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers; whoever kills one finds out by that
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked.pop("here"):
            labour(**asked)
            print(0, flush=True)
        else:
            print(forked(asked), flush=True)


if __name__ == "__main__":
    main()
