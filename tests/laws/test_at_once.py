"""Laws of doing things at once: orders that together cross a threshold, and saves while everybody is grouped anew."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from functools import partial

from runtime.accounts.actor import Actor
from runtime.groups import work
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.laws.banded import BODIES, band, expected, seen
from tests.laws.test_membership import day, oracle, stored


def together(*acts: Callable[[], object]) -> None:
    """Do all of these at one moment, each in a thread, and let none fail."""
    failed: list[BaseException] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_two_orders_that_together_cross_the_threshold_move_the_customer(database: Database, boss: Actor) -> None:
    crm = made(database, boss)
    for _ in range(12):
        record = crm.add("customer", name="a")
        together(*[partial(crm.add, "order", number="o", customer=record, amount=600, on=day(crm, 0))] * 2)
        assert record in stored(crm)["level"]["high"]


def test_orders_that_leave_together_take_the_customer_with_them(database: Database, boss: Actor) -> None:
    """Two links that move at once: the old customer goes down, the new one up, whatever comes first."""
    crm = made(database, boss)
    for _ in range(8):
        old, new = crm.add("customer", name="old"), crm.add("customer", name="new")
        orders = [crm.add("order", number=f"o{n}", customer=old, amount=600, on=day(crm, 0)) for n in range(2)]
        together(*(partial(crm.set, "order", order, customer=new) for order in orders))
        now = stored(crm)["level"]
        assert old in now["low"] and new in now["high"]
    assert stored(crm) == oracle(crm)


def test_saves_made_during_a_rebuild_survive_the_flip(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*BODIES, ("grouping", band(300))])
    ids = crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(600)])
    sizes, limit = {record: n for n, record in enumerate(ids)}, 300
    for turn in range(3):
        limit = 900 - limit
        _begin(crm, limit)
        done, dice = threading.Event(), random.Random(turn)

        def regroup(done: threading.Event = done) -> None:
            try:
                Runner(database, work.kinds(crm.live), rest=0.01).drain()
            finally:
                done.set()

        def save(done: threading.Event = done, dice: random.Random = dice) -> None:
            while not done.is_set():
                record = dice.choice(ids)
                sizes[record] = dice.randrange(1_500)
                crm.set("customer", record, size=sizes[record])

        together(regroup, save)
        assert seen(crm) == expected(sizes, limit)


def _begin(crm: Crm, limit: int) -> None:
    """Publish and leave the building to a job, as with many customers."""
    at_once, work.AT_ONCE = work.AT_ONCE, 0
    try:
        crm.publish(("grouping", band(limit)))
    finally:
        work.AT_ONCE = at_once
    with crm.database.read() as conn:
        assert queue.open_jobs(conn, "rebuild")
