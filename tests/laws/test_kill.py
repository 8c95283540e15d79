"""Law of kill -9: whoever dies in the middle of a regroup leaves the old groups or the new ones, never a mixture."""

from __future__ import annotations

import random
import subprocess
import sys
import time

from runtime.accounts.actor import Actor
from runtime.groups import work
from runtime.jobs.runner import Runner
from runtime.storage.db import Database
from tests.conftest import database_url
from tests.crm import Crm, made
from tests.laws.banded import BODIES, band, diary_lines, expected, seen
from tests.shared import ROOT

KILLS, COUNT, LIMITS = 6, 1_500, (300, 900)


def killed(crm: Crm, boss: Actor, limit: int, after: float) -> bool:
    """Let a process begin to regroup and kill it; gives whether it had not ended by itself."""
    child = [sys.executable, "-m", "tests.laws.regroup_child", database_url(crm.database), crm.key, str(boss.id), str(limit)]
    process = subprocess.Popen(child, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    time.sleep(after)
    alive = process.poll() is None
    process.kill()
    process.wait()
    process.stdout.close()
    return alive


def test_killed_at_any_moment_it_is_the_old_or_the_new(database: Database, boss: Actor) -> None:
    crm = made(database, boss, [*BODIES, ("grouping", band(LIMITS[0]))])
    ids = crm.add_many("customer", [{"name": f"n{n}", "size": n} for n in range(COUNT)])
    sizes, dice = {record: n for n, record in enumerate(ids)}, random.Random(7)
    limit, lines, hits = LIMITS[0], diary_lines(crm), 0
    assert seen(crm) == expected(sizes, limit)
    for turn in range(KILLS):
        wanted = LIMITS[(turn + 1) % 2]
        hits += killed(crm, boss, wanted, dice.uniform(0.0, 0.5))
        assert seen(crm) in (expected(sizes, limit), expected(sizes, wanted))
        crm.set("customer", ids[turn], vip=True)  # people go on
        sizes[crm.add("customer", name="late")] = 0
        runner = Runner(database, work.kinds(crm.live), rest=0)
        runner.sweep()
        runner.drain()
        before, limit = limit, _limit(crm)
        assert limit in (before, wanted) and seen(crm) == expected(sizes, limit)
        apart = _apart(sizes, before, limit)
        assert diary_lines(crm) == lines + apart + 1  # one for whoever was added
        lines = diary_lines(crm)
    assert hits


def _limit(crm: Crm) -> int:
    """What the newest version says."""
    with crm.database.read() as conn:
        rule = crm.app(conn).groupings["band"].newest.groups["big"].rule
    assert rule is not None
    return int(rule["rules"][0]["value"])


def _apart(sizes: dict[int, int], one: int, other: int) -> int:
    """How many lines of the diary lead from one limit to the other: each move once."""
    before, after = expected(sizes, one), expected(sizes, other)
    return sum(len(before[key][group] ^ after[key][group]) for key in before for group in before[key])
