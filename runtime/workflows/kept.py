"""What the steps of one transaction leave to be written at its end, many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.records.act import Act
from runtime.workflows import ending, failing, log


@dataclass
class Kept:
    """Lines of logs, runs and places that ended, and the workflows of which one ended well. A step that fails takes its own part back.

    `known` is what was asked once for all of them; `gone` are places that ended with what was around them, `over` runs whose
    end is written already.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    over: set[int] = field(default_factory=set)
    known: dict[Any, Any] = field(default_factory=dict)

    def mark(self) -> tuple[int, int, int, int]:
        """Where things stand before a step."""
        return len(self.lines), len(self.ended), len(self.closed), len(self.gone)

    def back(self, mark: Sequence[int]) -> None:
        """Forget what came after a mark."""
        del self.lines[mark[0] :]
        del self.ended[mark[1] :]
        del self.closed[mark[2] :]
        del self.gone[mark[3] :]

    def write(self, act: Act) -> None:
        """Store it, in the order in which it came."""
        ending.close(act.conn, self.closed)
        log.put(act.conn, self.lines)
        if self.ended:
            failing.well(act, set(self.ended))
        self.over.update(one["of_run"] for one in self.closed)
        for each in (self.lines, self.ended, self.closed):
            each.clear()
