"""A process of its own that converts a form's values until it is killed: `python -m tests.builder.retype_child URL`."""

from __future__ import annotations

import sys
import time

from builder.publish import retype_job
from runtime.jobs.pace import Pace
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database
from runtime.storage.live import Live

FEW = (5, 1, 5, 0.02)


def main() -> None:
    """A few records at a time, with rests in between, so that the end comes in the middle of the work."""
    Pace.__init__.__defaults__ = FEW
    runner = Runner(open_database(sys.argv[1]), retype_job.kinds(Live()), rest=0.05)
    runner.start()
    print("started", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main()
