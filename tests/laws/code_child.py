"""A process of its own that gives codes until it is killed: `python -m tests.laws.code_child URL`."""

from __future__ import annotations

import sys
import time

from runtime.commands import fill_codes
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database
from runtime.storage.live import Live


def main() -> None:
    """Run until killed."""
    runner = Runner(open_database(sys.argv[1]), fill_codes.kinds(Live()), rest=0.02)
    runner.start()
    print("started", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main()
