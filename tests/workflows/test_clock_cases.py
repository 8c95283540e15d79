"""The clock of workflows by example: cut off, slept through, edited, another zone, too many, broken."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.jobs.runner import Runner
from runtime.records.events import WORK
from runtime.records.names import RecordNames
from runtime.storage import system_tables as tables
from runtime.storage import versions
from runtime.storage.db import Database
from runtime.workflows import clock, dated, failing, moments
from runtime.workflows.registry import TRIGGERS
from runtime.workflows.triggers import schedule
from runtime.workflows.wording import Teller
from tests.crm import NOW, made, one
from tests.flows import Flows, flow, step
from tests.timed import NOTE, PERSON, ZONES, Killed, begun, publish, seen, strike


def test_killed_in_the_middle_of_many(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stroke in parts of five, killed after each part: all begin, each once."""
    monkeypatch.setattr(dated, "CHUNK", 5)
    f = begun(database, boss, {"type": "date", "field": "born"}, NOW, ZONES[0])
    ids = f.crm.add_many("customer", [{"name": "n", "born": "2026-11-23"} for _ in range(23)])
    f.crm.later(days=1)

    def die() -> None:
        raise Killed

    for _ in range(4):
        with pytest.raises(Killed):
            clock.strike(database, f.crm.live, f.crm.as_of, die)
    assert len(f.runs()) == 20
    strike(f)
    strike(f)
    assert seen(f) == Counter({(record, "2026-11-23T09:00"): 1 for record in ids})


def test_two_at_once_begin_each_once(database: Database, boss: Actor) -> None:
    """A part that another process has done is not done again: the mark is read in the transaction that moves it."""
    f = begun(database, boss, {"type": "schedule", "every": "day", "at": "09:00"}, NOW, ZONES[0])
    f.crm.later(days=1)
    assert (strike(f), strike(f), len(f.runs())) == (1, 0, 1)


def test_a_date_that_is_edited_is_followed(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "date", "field": "born", "at": "09:00"}, NOW, ZONES[0])
    record = f.crm.add("customer", name="a", born="2026-11-24")
    f.crm.set("customer", record, born="2026-11-26")
    f.crm.later(days=3)
    assert strike(f) == 0
    f.crm.later(days=1)
    assert (strike(f), strike(f)) == (1, 0)
    f.crm.set("customer", record, born="2026-11-20")
    assert strike(f) == 0  # long past: nothing to wait for
    f.crm.set("customer", record, born="2026-12-01")
    f.crm.later(days=6)
    assert strike(f) == 1 and sorted(due for _, due in seen(f)) == ["2026-11-26T09:00", "2026-12-01T09:00"]


def test_after_a_long_stop_a_month_is_made_up_for(database: Database, boss: Actor, caplog: pytest.LogCaptureFixture) -> None:
    f = begun(database, boss, {"type": "date", "field": "born"}, NOW, ZONES[0])
    days = [date(2026, 12, 1), date(2027, 1, 10), date(2027, 1, 29)]
    ids = f.crm.add_many("customer", [{"name": "n", "born": day.isoformat()} for day in days])
    f.crm.later(days=70)
    assert (strike(f), strike(f)) == (2, 0)
    assert sorted(run.record or 0 for run in f.runs()) == ids[1:] and "stood still" in caplog.text


def test_another_zone_begins_nothing_twice_and_leaves_nothing_out(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "date", "field": "born", "at": "09:00"}, datetime(2026, 11, 23, 0, 30, tzinfo=UTC), ZONES[0])
    ids = f.crm.add_many("customer", [{"name": "n", "born": "2026-11-23"}, {"name": "n", "born": "2026-11-24"}])
    f.crm.later(hours=1)
    assert strike(f) == 1  # nine in Shanghai
    f.crm.as_of = AsOf(f.crm.as_of.at + timedelta(hours=4), ZoneInfo(ZONES[1]))
    assert strike(f) == 0
    f.crm.later(days=2)
    strike(f)
    assert seen(f) == Counter({(ids[0], "2026-11-23T09:00"): 1, (ids[1], "2026-11-24T09:00"): 1})


def test_a_schedule_begins_only_so_many(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "CHUNK", 4)
    monkeypatch.setattr(clock, "MOST", 8)
    f = begun(database, boss, {"type": "schedule", "every": "day", "each": True}, NOW, ZONES[0])
    f.crm.add_many("customer", [{"name": "n"} for _ in range(20)])
    f.crm.later(days=1)
    assert (strike(f), strike(f)) == (8, 0)
    assert ("schedule_too_many",) in f.all(tables.notice, "code")


def test_what_is_turned_off_begins_nothing(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "schedule", "every": "once", "on": "2026-11-23T10:00"}, NOW, ZONES[0])
    with f.crm.act() as act:

        failing.keep(act, act.app.workflows["timed"].id, on=False)
        versions.advance(act.conn, act.app.id)
    f.crm.later(days=2)
    assert strike(f) == 0 and f.runs() == []


def test_a_broken_one_says_so_and_holds_up_nobody(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:

    f = begun(database, boss, {"type": "date", "field": "born"}, NOW, ZONES[0])
    publish(f, {"type": "schedule", "every": "day"}, "other")
    f.crm.add("customer", name="a", born="2026-11-23")
    f.crm.later(days=1)
    with monkeypatch.context() as broken:
        broken.setattr(dated.due, "on_days", lambda *_: (_ for _ in ()).throw(Invalid(Problem("", "no_such_date", {"field": "x"}))))
        assert strike(f) == 1 and [run.record for run in f.runs()] == [None]
    assert ("workflow_failed",) in f.all(tables.notice, "code")
    assert strike(f) == 1  # mended: nobody was lost


@pytest.mark.parametrize(("trigger", "code"), [
    ({"type": "date", "field": "name"}, "no_such_date"), ({"type": "date", "field": "nothing"}, "no_such_date"),
    ({"type": "date", "field": "born", "offset": {"n": 2, "unit": "hour"}}, "date_has_no_hours"), ({"type": "date", "field": "visit", "yearly": True}, "yearly_needs_day"),
    ({"type": "schedule", "every": "week"}, "clock_when_missing"), ({"type": "schedule", "every": "once", "on": "2026-02-31T10:00"}, "clock_when_missing"),
    ({"type": "schedule", "every": "day", "when": one({"field": "size", "operator": ">", "value": 1})}, "schedule_rule_without_each")])
def test_what_is_wrong_is_said(sqlite_database: Database, sqlite_boss: Actor, trigger: dict[str, Any], code: str) -> None:

    crm = made(sqlite_database, sqlite_boss, [("form", PERSON)])
    with pytest.raises(Invalid) as refused:
        crm.publish(flow("timed", trigger, NOTE))
    assert [problem.code for problem in refused.value.problems] == [code]


def test_the_job_strikes_and_asks_for_its_next_time(database: Database, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workflow that is published in between is looked at when it is due, not at the next full hour."""
    crm = made(database, boss, [("form", PERSON)])
    now = NOW.replace(minute=20)
    monkeypatch.setattr("runtime.clock.now", lambda: now)
    crm.publish(flow("timed", {"type": "schedule", "every": "day", "at": "12:30"}, NOTE))
    runner = Runner(database, clock.kinds(crm.live), rest=0)
    runner.drain()
    f = Flows(crm)
    waiting = [(kind, at) for kind, state, at in f.all(tables.job, "kind", "state", "run_at") if state == "waiting"]
    assert f.runs() == [] and waiting == [(clock.KIND, "2026-11-22T04:30:00Z")]
    now = now + timedelta(minutes=10)
    runner.drain()
    assert len(f.runs()) == 1 and (WORK, "waiting") in f.all(tables.job, "kind", "state")


def test_a_run_without_a_record_tells_people(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "schedule", "every": "week", "weekdays": [1]}, NOW, ZONES[0])
    f.crm.publish(flow("timed", {"type": "schedule", "every": "week", "weekdays": [1]},
                       step("a", "notify", who=[{"role": "administrator"}], text={"zh": "周一了", "en": "It is Monday"})))
    f.crm.later(days=1)
    assert strike(f) == 1
    f.work()
    assert f.runs()[0].state == "done" and ("workflow_says", f"/a/{f.crm.key}/customer/") in f.all(tables.notice, "code", "href")


def test_moments_that_are_known_are_waited_for(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "date", "field": "visit", "offset": {"n": -1, "unit": "day"}}, NOW, ZONES[1])
    f.crm.add("customer", name="a", visit="2026-11-23T04:03:00Z")
    with database.read() as conn:
        assert clock.following(conn, f.crm.app(conn), f.crm.as_of) == NOW + timedelta(minutes=3)


def test_the_sentences(sqlite_database: Database, sqlite_boss: Actor) -> None:

    crm = made(sqlite_database, sqlite_boss, [("form", PERSON)])
    with sqlite_database.read() as conn:
        told = {lang: Teller(crm.app(conn), "customer", RecordNames(conn, crm.app(conn), lang, "Asia/Shanghai")) for lang in ("zh", "en")}
        for node, zh, en in (
            ({"type": "date", "field": "born", "yearly": True, "at": "09:00"}, "每年生日当天 09:00", "every year on 生日, 09:00"),
            ({"type": "date", "field": "visit", "offset": {"n": -2, "unit": "hour"}}, "来访前 2 小时", "2 hours before 来访"),
            ({"type": "schedule", "every": "week", "weekdays": [5, 1], "at": "08:30"}, "每周一、周五 08:30", "every Mon, Fri, 08:30"),
            ({"type": "schedule", "every": "month", "day": "last"}, "每月最后一天 09:00", "on the last day of the month, 09:00")):
            assert [TRIGGERS[node["type"]].say(node, told[lang]) for lang in ("zh", "en")] == [zh, en]


def test_a_date_is_found_by_its_index(database: Database, boss: Actor) -> None:
    """The look for who is due opens an index, so that a million records cost nothing."""
    f = begun(database, boss, {"type": "date", "field": "born", "yearly": True}, NOW, ZONES[0])
    f.crm.later(days=1)
    strike(f)
    with database.read() as conn:
        made_ = f.crm.app(conn).form("customer").tables
        names = {item["name"] for item in sa.inspect(conn).get_indexes(made_.main.name)}
    assert any(name and name.startswith("due_") for name in names)
    publish_again = json.loads(json.dumps(PERSON))
    publish_again["properties"]["born"]["x-fenzu"]["label"]["zh"] = "出生日期"
    f.crm.publish(("form", publish_again))
    f.crm.later(days=1)
    strike(f)
    with database.read() as conn:
        assert any(str(item["name"]).startswith("due_") for item in sa.inspect(conn).get_indexes(made_.main.name))


def test_leap_days_and_ends_of_months() -> None:
    window = moments.Window(datetime(2027, 2, 27, 12, tzinfo=UTC), datetime(2027, 3, 1, 12, tzinfo=UTC), ZoneInfo(ZONES[0]))
    assert moments.due_days(moments.ON_DAY, "09:00", window, True) == {"02-28": date(2027, 2, 28), "02-29": date(2027, 2, 28), "03-01": date(2027, 3, 1)}
    found = moments.due_days({"n": 1, "unit": "month"}, "09:00", window, False)
    assert sorted(day for day, due in found.items() if due == date(2027, 2, 28)) == ["2027-01-28", "2027-01-29", "2027-01-30", "2027-01-31"]
