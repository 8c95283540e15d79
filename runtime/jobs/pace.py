"""How much to do in one transaction, so that nobody who saves a record waits for a job longer than a blink."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

BLINK = 0.02


class Pace:
    """Finds by itself the chunk size that takes about 20 ms on this machine.

    `with database.write() as conn, pace.chunk(): …` around the work on `pace.size` rows.
    """

    def __init__(self, start: int = 200, least: int = 10, most: int = 20_000, goal: float = BLINK) -> None:
        self.size, self._least, self._most, self._goal = start, least, most, goal

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """Time one chunk and choose the next size, at least half of this one and at most twice."""
        began = time.perf_counter()
        yield
        factor = self._goal / max(time.perf_counter() - began, 1e-6)
        self.size = max(self._least, min(self._most, int(self.size * max(0.5, min(2.0, factor)))))
