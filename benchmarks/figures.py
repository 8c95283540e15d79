"""Figures as a table: ours, the baseline of the same run, their ratio, and the target where there is one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

HEAD = "| what | Fenzu | baseline | ratio | of CPU time | target | |\n|---|--:|--:|--:|--:|--:|---|"


class Cost(NamedTuple):
    """What something took: seconds that passed, and seconds of a processor, which other programs do not lengthen."""

    seconds: float
    cpu: float


class Figure(NamedTuple):
    """`ours` and `base` in seconds (or `unit`); `most` bounds their ratio, or with `absolute` ours itself.

    `cpu` is the ratio of processor time, which holds on a busy machine too.
    """

    what: str
    ours: float
    base: float | None = None
    most: float | None = None
    unit: str = "s"
    absolute: bool = False
    cpu: float | None = None

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
        cpu = f"{self.cpu:.2f}" if self.cpu is not None else ""
        base = shown(self.base, self.unit) if self.base is not None else ""
        return f"| {self.what} | {shown(self.ours, self.unit)} | {base} | {ratio} | {cpu} | {most} | {mark} |"


def shown(value: float, unit: str) -> str:
    if unit != "s":
        return f"{value:.0f} {unit}"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"


def table(figures: Sequence[Figure]) -> str:
    return "\n".join([HEAD, *(figure.line() for figure in figures)])


def beside(what: str, ours: Cost, base: Cost, most: float | None = None) -> Figure:
    """Two costs as one figure."""
    return Figure(what, ours.seconds, base.seconds, most, cpu=ours.cpu / base.cpu if base.cpu else None)


def measured(what: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> Cost:
    """What it takes; `clock` tells the processor time of the process that does it."""
    begun, spent = time.perf_counter(), clock()
    what()
    return Cost(time.perf_counter() - begun, clock() - spent)


def best(what: Callable[[], Any], times: int = 3, clock: Callable[[], float] = time.process_time) -> Cost:
    """The least of several runs: what the work itself takes, without what the machine did besides."""
    taken = [measured(what, clock) for _ in range(times)]
    return Cost(min(cost.seconds for cost in taken), min(cost.cpu for cost in taken))
