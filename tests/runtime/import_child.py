"""A process of its own that does imports until it is killed: `python -m tests.runtime.import_child URL FOLDER`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from runtime.config import Config
from runtime.exchange import jobs
from runtime.jobs.runner import Runner
from runtime.storage.db import open_database
from runtime.storage.live import Live


def main() -> None:
    """Run until killed."""
    database = open_database(sys.argv[1])
    kinds = jobs.kinds(database, Live(), Config(Path(sys.argv[2]), sys.argv[1], "secret", True))
    Runner(database, kinds, rest=0.0).start()
    print("started", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main()
