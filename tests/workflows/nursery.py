"""Workers in processes of their own, for those who kill them and for those who let several share one database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import Self

import pytest

from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records.events import WORK
from runtime.workflows import engine, inbox, work
from tests.conftest import database_url
from tests.shared import ROOT
from tests.workflows.drawn import Told

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


class Nursery:
    """Begins workers that do the jobs of a database at the story's moment; each is a process of its own."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen([sys.executable, "-m", "tests.workflows.worker_child"], cwd=ROOT, text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._read() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def worker(self, told: Told, here: bool = False, together: int = engine.TOGETHER) -> int:
        """Begin one; gives its process number. `here` is the nursery itself: what it compiles, its workers need not.

        One that holds few places `together` begins many transactions, so that there are many moments to kill it in.
        """
        assert self._process.stdin is not None
        asked = {"url": database_url(told.crm.database), "at": told.crm.as_of.at.isoformat(), "together": together, "here": here}
        self._process.stdin.write(f"{json.dumps(asked)}\n")
        self._process.stdin.flush()
        return int(self._read())


def killed(worker: int) -> bool:
    """Kill a worker; False when it had ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(worker, 9)
        return True
    return False


def wait(worker: int) -> None:
    """Until a worker has ended by itself."""
    with suppress(ProcessLookupError):
        while True:
            os.kill(worker, 0)
            time.sleep(0.005)


def left(told: Told) -> bool:
    """Whether anything is still to be done at the story's moment."""
    due = engine.next_due(told.crm.database)
    with told.crm.database.read() as conn:
        return inbox.waiting(conn) or (due is not None and due <= told.crm.as_of.at.strftime("%Y-%m-%dT%H:%M:%SZ"))


def look(told: Told, workers: int = 1) -> None:
    """Ask for the work as the hourly look does, once for each worker."""
    with told.crm.database.write() as conn:
        for _ in range(workers):
            queue.put(conn, WORK, {})


def settle(told: Told) -> None:
    """What is left of the hour, done here; what a killed worker's connection still holds is waited for."""
    runner, until = Runner(told.crm.database, work.kinds(told.crm.live), rest=0), time.monotonic() + 20
    while left(told):
        look(told)
        runner.sweep()
        runner.drain()
        assert time.monotonic() < until, "it never comes to rest"
        time.sleep(0.005)
