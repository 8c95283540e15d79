"""The nightly audit puts right what differs from the rules, tells it, and goes on where it was interrupted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from runtime import clock
from runtime.accounts import notices
from runtime.accounts.actor import Actor
from runtime.groups import audit, clockwork, upkeep, work
from runtime.jobs import queue
from runtime.jobs.job import Job
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests.crm import Crm, made
from tests.laws.test_membership import oracle, stored
from tests.runtime.test_clock_groups import run_clock


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    found = made(database, boss)
    found.as_of = type(found.as_of)(clock.now(), found.as_of.zone)
    found.add_many("customer", [{"name": f"n{n}", "size": n, "since": found.as_of.today.isoformat()} for n in range(300)])
    run_clock(found)
    return found


def run_audit(crm: Crm) -> queue.Row:
    with crm.database.write() as conn:
        number = queue.put(conn, "audit", {})
    Runner(crm.database, {**work.kinds(crm.live), **audit.kinds(crm.live)}, rest=0).drain()
    with crm.database.read() as conn:
        return queue.get(conn, number)


def spoil(crm: Crm, grouping: str, count: int) -> None:
    """Members vanish, as if a release with a mistake had written them."""
    with crm.database.write() as conn:
        app = crm.app(conn)
        g, item = app.form("customer").tables.members, app.groupings[grouping]
        assert item.live is not None
        ids = list(conn.execute(sa.select(g.c.record_id).where(g.c.generation == item.live.id).limit(count)).scalars())
        conn.execute(g.delete().where(g.c.generation == item.live.id, g.c.record_id.in_(ids)))


def told(crm: Crm) -> list[notices.Notice]:
    with crm.database.read() as conn:
        return notices.newest(conn, crm.boss.id)


def runs(crm: Crm, kind: str) -> list[upkeep.Run]:
    with crm.database.read() as conn:
        return upkeep.newest(conn, crm.app(conn), kind)


def test_what_is_right_is_left_alone(crm: Crm) -> None:
    assert run_audit(crm).value == {"found": 0}
    assert [(run.asked, run.found) for run in runs(crm, upkeep.AUDIT)] == [(300, {})] and told(crm) == []


def test_what_is_wrong_is_put_right_and_told(crm: Crm) -> None:
    spoil(crm, "level", 7)
    assert run_audit(crm).value == {"found": 7}
    assert stored(crm) == oracle(crm)
    assert [run.found for run in runs(crm, upkeep.AUDIT)] == [{"level": 7}]
    (notice,) = told(crm)
    assert notice.href == f"/build/{crm.key}/groupings/level" and "7" in notice.sentence("zh") and "7 places" in notice.sentence("en")
    with crm.database.read() as conn:
        causes = conn.execute(sa.select(tables.diary.c.cause, sa.func.count()).group_by(tables.diary.c.cause)).all()
    assert {cause: n for cause, n in causes}["audit"] == 7


def test_what_time_moved_is_no_mistake(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    crm.as_of = type(crm.as_of)(later, crm.as_of.zone)
    assert run_audit(crm).value == {"found": 0}
    assert stored(crm) == oracle(crm) and stored(crm)["need"]["fresh"] == set() and told(crm) == []
    with crm.database.read() as conn:
        assert clockwork.struck(conn, crm.as_of.zone) is not None


def test_it_goes_on_where_it_was_and_lets_others_go_first(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(crm, "level", 300)
    order: list[str] = []
    monkeypatch.setattr(audit, "WAY", 0.0)

    def short(job: Job) -> dict[str, Any] | None:
        order.append("other")
        return None

    def auditing(job: Job) -> dict[str, Any] | None:
        order.append("audit")
        if len(order) == 1:
            with crm.database.write() as conn:
                queue.put(conn, "other", {}, run_at=clock.now() - timedelta(minutes=1))
        return audit.audit(job, crm.live)

    with crm.database.write() as conn:
        number = queue.put(conn, "audit", {})
    Runner(crm.database, {"audit": auditing, "other": short}, rest=0).drain()
    with crm.database.read() as conn:
        assert queue.get(conn, number).state == "done"
    assert order[:2] == ["audit", "other"]
    assert stored(crm) == oracle(crm) and [run.found for run in runs(crm, upkeep.AUDIT)] == [{"level": 300}]
