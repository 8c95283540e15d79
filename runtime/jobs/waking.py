"""How idle threads of a runner hear that there is something to do. The job row is the truth: whoever hears nothing looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Protocol

from runtime.errors import Problem

POLL = 1.0
# The lane of the kinds that have no threads of their own; the others are called by their kind.
GENERAL = ""
# What is due now: lane, number and time of each job.
Look = Callable[[], Iterable[tuple[str, int, str]]]


class Waking(Protocol):
    """One engine; `odd` is what an administrator should know about it now."""

    odd: Problem | None

    def start(self, look: Look) -> None:
        """Begin; `look` reads what is due now, each call anew."""

    def stop(self) -> None:
        """Let everybody go who waits."""

    def wake(self) -> None:
        """Something has been put; never waits and never fails."""

    def clear(self) -> None:
        """Somebody is about to look: what was put before is seen by that look."""

    def wait(self, lane: str) -> int | None:
        """Until there may be something to do, but not longer than `POLL`; the number of a job where one is known."""


class Threads:
    """The default: within one process; others look by themselves."""

    def __init__(self) -> None:
        self.odd: Problem | None = None
        self._event = threading.Event()

    def start(self, look: Look) -> None:
        """Nothing to begin."""

    def stop(self) -> None:
        self._event.set()

    def wake(self) -> None:
        self._event.set()

    def clear(self) -> None:
        self._event.clear()

    def wait(self, lane: str) -> int | None:
        self._event.wait(POLL)
        return None
