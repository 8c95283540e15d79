"""A machine of several that do the workflows of one database, woken by Redis: `python -m tests.workflows.redis_child …` until killed."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from pathlib import Path

from runtime import clock
from runtime.config import Config
from runtime.jobs import by_redis
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database
from runtime.storage.live import Live
from runtime.workflows import work


def main() -> None:
    asked = json.loads(sys.argv[1])
    real, ahead = clock.now, timedelta(seconds=asked["ahead"])
    clock.now = lambda: real() + ahead
    by_redis.POLL = asked["poll"]
    config = Config(Path("nowhere"), "", "key", redis=asked["redis"])
    Runner(open_database(asked["url"]), work.kinds(Live()), rest=0, waking=by_redis.engine(config)).start()
    print("started", flush=True)
    time.sleep(300)


if __name__ == "__main__":
    main()
