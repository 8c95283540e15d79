"""Figures as a table: ours, the baseline of the same run, their ratio, and the target where there is one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

HEAD = "| what | Fenzu | baseline | ratio | target | |\n|---|--:|--:|--:|--:|---|"


class Figure(NamedTuple):
    """`ours` and `base` in seconds (or `unit`); `most` bounds their ratio, or with `absolute` ours itself."""

    what: str
    ours: float
    base: float | None = None
    most: float | None = None
    unit: str = "s"
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        return self.ours / self.base if self.base else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.most is None:
            return None
        measured = self.ours if self.absolute else self.ratio
        return measured is not None and measured <= self.most

    def line(self) -> str:
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        most = "" if self.most is None else (shown(self.most, self.unit) if self.absolute else f"{self.most:g} ×")
        mark = {True: "met", False: "**missed**", None: ""}[self.met]
        base = shown(self.base, self.unit) if self.base is not None else ""
        return f"| {self.what} | {shown(self.ours, self.unit)} | {base} | {ratio} | {most} | {mark} |"


def shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.0f} {unit}"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"


def table(figures: Sequence[Figure]) -> str:
    return "\n".join([HEAD, *(figure.line() for figure in figures)])


def best(what: Callable[[], Any], times: int = 3) -> float:
    """The shortest of several runs: what the work itself takes, without what the machine did besides."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return min(taken)
