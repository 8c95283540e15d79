"""The nightly audit in the running server while people go on saving: all groupings asked anew of everybody."""

from __future__ import annotations

import time

from benchmarks.client import Server
from benchmarks.figures import Figure, measured
from benchmarks.over_http import Saving
from benchmarks.world import World, say
from runtime.jobs import queue

LOOK, WAIT = 0.1, 0.05


def figures(made: World, server: Server) -> list[Figure]:
    """How long an audit of everything takes, and how long saves beside it wait."""
    with made.database.write() as conn:
        job = queue.put(conn, "audit", {})

    def row() -> queue.Row:
        with made.database.read() as conn:
            return queue.get(conn, job)

    def work() -> None:
        while row().state in ("waiting", "running"):
            time.sleep(LOOK)

    with Saving(made, server) as saving:
        cost = measured(work, server.cpu)
    done = row()
    if done.state != "done":
        raise RuntimeError(f"the audit: {done}")
    say(f"the audit: {done.value}; {len(saving.times):,} saves beside it")
    return [Figure("the nightly audit, everything, while people save", cost.seconds),
            Figure("of it, the server's processor", cost.cpu),
            Figure("saves beside the audit, p95", saving.p95, None, WAIT, absolute=True)]
