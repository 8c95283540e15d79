"""Long work of grouping in the running server: a regroup, and the night's clock while people go on saving."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from benchmarks import clocks, grouped_app, world
from benchmarks.client import Browser, Server
from benchmarks.figures import Cost, Figure, beside, measured
from benchmarks.grouped_hand import Hand
from benchmarks.over_http import Saving
from benchmarks.world import World, say
from runtime import clock
from runtime.accounts import settings
from runtime.groups import clockwork
from runtime.jobs import queue
from runtime.storage import system_tables as tables

LOOK = 0.02
REGROUP, NIGHT, WAIT = 2, 60, 0.05


def figures(made: World, hand: Hand) -> list[Figure]:
    regrouped = measured(lambda: hand.regroup(5_000_000))
    hand.forget()
    with Server("benchmarks.served", str(made.config.instance), "{port}") as server:
        night = Night(made, server)
        night.idle()
        taken = min((night.regroup(limit) for limit in (51_000, 52_000, 53_000)), key=lambda cost: cost.cpu)
        found = [beside("regroup, exclusive, to the flip", taken, regrouped, REGROUP)]
        say("a regroup is measured")
        with Saving(made, server) as saving:
            cost = night.strike()
        say(f"the clock struck: {night.told()}; {len(saving.times):,} saves beside it")
        return [*found, Figure("the night's clock, everything, while people save", cost.seconds, None, NIGHT, absolute=True),
                Figure("of it, the server's processor", cost.cpu, None),
                Figure("saves beside the clock, p95", saving.p95, None, WAIT, absolute=True), *clocks.figures(made, server)]


class Night:
    """Asks the server for long work and waits for it."""

    def __init__(self, made: World, server: Server) -> None:
        self.made, self.server = made, server
        self.api = Browser(server.port, made.token)

    def idle(self) -> None:
        """Wait until no job is left that is due."""
        j = tables.job
        while True:
            with self.made.database.read() as conn:
                due = j.c.state.in_(("running", "waiting")) & (j.c.run_at <= clock.text(clock.now()))
                if conn.execute(j.select().where(due).limit(1)).first() is None:
                    return
            time.sleep(LOOK)

    def regroup(self, limit: int) -> Cost:
        """Publish another rule of the exclusive grouping; over when the new members are what everybody sees."""
        body = grouped_app.spending(limit)

        def work() -> None:
            self.api.json("POST", f"/api/v1/apps/{self.made.key}/definitions", {"definitions": [{"kind": "grouping", "body": body}], "sure": True})
            while self.made.app.groupings["spending"].building is not None:
                time.sleep(LOOK)

        taken = measured(work, self.server.cpu)
        self.idle()
        return taken

    def strike(self) -> Cost:
        """The clock as it strikes at midnight: the last stroke was a day ago."""
        last = datetime.now(UTC) - timedelta(days=1)
        with self.made.database.write() as conn:
            settings.put(conn, clockwork.TURNED, f"{clock.text(last)} {world.ZONE}")
            self.job = queue.put(conn, "clock", {})

        def work() -> None:
            while self.row().state in ("waiting", "running"):
                time.sleep(LOOK)

        return measured(work, self.server.cpu)

    def row(self) -> queue.Row:
        with self.made.database.read() as conn:
            return queue.get(conn, self.job)

    def told(self) -> str:
        """What the job gave; a stroke that failed ends the run."""
        row = self.row()
        if row.state != "done":
            raise RuntimeError(f"the clock: {row}")
        return str(row.value)
