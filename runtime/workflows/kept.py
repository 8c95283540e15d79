"""What the steps of one transaction leave to be written at its end, many rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.records.act import Act
from runtime.workflows import ending, failing, log


@dataclass
class Kept:
    """Lines of logs, runs that ended, and the workflows of which one ended well. A step that fails takes its own part back.

    `known` is what was asked once for all of them.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    closed: list[dict[str, Any]] = field(default_factory=list)
    known: dict[Any, Any] = field(default_factory=dict)

    def mark(self) -> tuple[int, int, int]:
        """Where things stand before a step."""
        return len(self.lines), len(self.ended), len(self.closed)

    def back(self, mark: Sequence[int]) -> None:
        """Forget what came after a mark."""
        del self.lines[mark[0] :]
        del self.ended[mark[1] :]
        del self.closed[mark[2] :]

    def write(self, act: Act) -> None:
        """Store it, in the order in which it came."""
        ending.close(act.conn, self.closed)
        log.put(act.conn, self.lines)
        if self.ended:
            failing.well(act, set(self.ended))
        self.back((0, 0, 0))
