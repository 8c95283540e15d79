"""Laws of the clock: the runs that begin are those of one oracle, whenever the clock strikes, is killed, or is put forward and back."""

from __future__ import annotations

import calendar
import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.workflows import clock
from tests.crm import one
from tests.flows import Flows
from tests.timed import ZONES, Due, Killed, begun, seen, strike

# Around both changes of daylight saving in New York, a leap day, the end of a year.
BEGINS = (datetime(2026, 3, 6, 20, tzinfo=UTC), datetime(2026, 10, 30, 3, tzinfo=UTC), datetime(2028, 2, 26, 15, 50, tzinfo=UTC), datetime(2026, 12, 29, 9, tzinfo=UTC))
TIMES = ("00:00", "01:30", "02:30", "09:00", "23:59")


def strokes(f: Flows, dice: random.Random, begin: datetime, end: datetime, jump: bool) -> list[datetime]:
    """Strokes at random moments until the end, some of them killed, some with the clock a day ahead or behind; gives when."""
    now, struck = begin, []
    while now < end:
        now = min(end, now + dice.choice([timedelta(minutes=7), timedelta(hours=1), timedelta(hours=11), timedelta(days=3)]))
        away = dice.choice([timedelta(0), timedelta(days=1), timedelta(days=-1)]) if jump and now < end else timedelta(0)
        f.crm.as_of = AsOf(min(now + away, end), f.crm.as_of.zone)
        lives = dice.choice([0, 1, 2, 99])

        def pause() -> None:
            nonlocal lives
            lives -= 1
            if lives < 0:
                raise Killed

        with suppress(Killed):
            clock.strike(f.crm.database, f.crm.live, f.crm.as_of, pause)
        struck.append(f.crm.as_of.at)
    f.crm.as_of = AsOf(end, f.crm.as_of.zone)
    strike(f)
    return struck


def moved(day: date, n: int, unit: str) -> date:
    """A day moved, said in another way than the code says it."""
    if unit in ("day", "week"):
        return day + timedelta(days=n * (7 if unit == "week" else 1))
    month = day.year * 12 + day.month - 1 + n
    return date(month // 12, month % 12 + 1, min(day.day, calendar.monthrange(month // 12, month % 12 + 1)[1]))


def birthdays(born: date, years: range) -> list[date]:
    return [date(year, 2, 28) if (born.month, born.day) == (2, 29) and not calendar.isleap(year) else born.replace(year=year) for year in years]


def instant(day: date, at: str, zone: str) -> datetime:
    hour, minute = map(int, at.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


OFFSET = st.builds(lambda n, unit: {"n": n, "unit": unit}, st.sampled_from([-30, -2, -1, 0, 1, 7]), st.sampled_from(["day", "week", "month"]))
SMALL = OFFSET.filter(lambda offset: abs(offset["n"]) < 7)


@settings(max_examples=12)
@given(st.data())
def test_dates_begin_what_the_oracle_says(database: Database, boss: Actor, data: st.DataObject) -> None:
    """Days with an offset and a time of day, yearly or not, against a count over all records."""
    zone, begin, yearly = data.draw(st.sampled_from(ZONES)), data.draw(st.sampled_from(BEGINS)), data.draw(st.booleans())
    offset, at, jump, dice = data.draw(SMALL), data.draw(st.sampled_from(TIMES)), data.draw(st.booleans()), random.Random(data.draw(st.integers(0, 10**6)))
    end = begin + timedelta(days=dice.choice([1, 3, 12]))
    with fresh(database):
        f = begun(database, boss, {"type": "date", "field": "born", "offset": offset, "at": at, "yearly": yearly}, begin, zone)
        near = [moved(begin.date(), -offset["n"], offset["unit"]) + timedelta(days=dice.randint(-5, 14)) for _ in range(30)]
        born = [day.replace(year=day.year - 28 * dice.randint(0, 2)) if yearly else day for day in near] + [date(2000, 2, 29), date(1971, 12, 31)]
        ids = f.crm.add_many("customer", [{"name": "n", "born": day.isoformat()} for day in born] + [{"name": "blank"}])
        low = min([begin, *strokes(f, dice, begin, end, jump)])
        wanted = Due()
        for record, day in zip(ids, born, strict=False):
            for each in birthdays(day, range(begin.year - 3, begin.year + 4)) if yearly else [day]:
                due = moved(each, offset["n"], offset["unit"])
                if low < instant(due, at, zone) <= end:
                    wanted[record, f"{due}T{at}"] += 1
        assert seen(f) == wanted


@settings(max_examples=8)
@given(st.data())
def test_moments_begin_what_the_oracle_says(database: Database, boss: Actor, data: st.DataObject) -> None:
    """Moments keep their time of day over changes of the clock when they are moved by days, and their distance when by hours."""
    zone, begin = data.draw(st.sampled_from(ZONES)), data.draw(st.sampled_from(BEGINS))
    offset = data.draw(st.one_of(SMALL, st.builds(lambda n: {"n": n, "unit": "hour"}, st.sampled_from([-36, -1, 0, 2]))))
    jump, dice = data.draw(st.booleans()), random.Random(data.draw(st.integers(0, 10**6)))
    end = begin + timedelta(days=dice.choice([1, 4]))
    with fresh(database):
        f = begun(database, boss, {"type": "date", "field": "visit", "offset": offset}, begin, zone)
        back = datetime.combine(moved(begin.date(), -offset["n"], offset["unit"]), begin.timetz()) if offset["unit"] != "hour" else begin - timedelta(hours=offset["n"])
        visits = [(back + timedelta(minutes=dice.randint(-2000, 7000))).replace(second=dice.randint(0, 59)) for _ in range(40)]
        ids = f.crm.add_many("customer", [{"name": "n", "visit": moment.strftime("%Y-%m-%dT%H:%M:%SZ")} for moment in visits])
        low = min([begin, *strokes(f, dice, begin, end, jump)])
        wanted = Due()
        for record, moment in zip(ids, visits, strict=True):
            local = moment.astimezone(ZoneInfo(zone))
            due = moment + timedelta(hours=offset["n"]) if offset["unit"] == "hour" else \
                datetime.combine(moved(local.date(), offset["n"], offset["unit"]), local.time(), ZoneInfo(zone)).astimezone(UTC)
            if low < due <= end:
                wanted[record, due.strftime("%Y-%m-%dT%H:%M:%SZ")] += 1
        assert seen(f) == wanted


SCHEDULES = st.one_of(
    st.just({"every": "day"}), st.builds(lambda days: {"every": "week", "weekdays": sorted(days)}, st.sets(st.integers(1, 7), min_size=1)),
    st.builds(lambda day: {"every": "month", "day": day}, st.sampled_from(["last", 1, 7, 29, 30, 31])))


def falls(node: dict[str, Any], day: date) -> bool:
    last = (day + timedelta(days=1)).month != day.month
    match node["every"]:
        case "week":
            return day.weekday() + 1 in node["weekdays"]
        case "month":
            return last if node["day"] == "last" else day.day == node["day"] or (last and day.day < node["day"])
    return True


@settings(max_examples=8)
@given(st.data())
def test_schedules_strike_once(database: Database, boss: Actor, data: st.DataObject) -> None:
    """Of the moments between two strokes the newest begins, once for each record that fits or once without one."""
    zone, begin, node, each = data.draw(st.sampled_from(ZONES)), data.draw(st.sampled_from(BEGINS)), data.draw(SCHEDULES), data.draw(st.booleans())
    at, dice = data.draw(st.sampled_from(TIMES)), random.Random(data.draw(st.integers(0, 10**6)))
    end = begin + timedelta(days=dice.choice([2, 9]))
    big = one({"field": "size", "operator": ">", "value": 5})
    with fresh(database):
        f = begun(database, boss, {"type": "schedule", **node, "at": at, "each": each, **({"when": big} if each else {})}, begin, zone)
        ids = f.crm.add_many("customer", [{"name": "n", "size": n} for n in range(10)])
        struck = strokes(f, dice, begin, end, jump=False)
        days = [begin.date() + timedelta(days=n) for n in range(-1, 12)]
        wanted = Due()
        for low, high in zip([begin, *struck], struck, strict=False):
            due = [day for day in days if falls(node, day) and low < instant(day, at, zone) <= high]
            for who in (ids[6:] if each else [None]) if due else []:
                wanted[who, f"{due[-1]}T{at}"] += 1
        assert seen(f) == wanted


class fresh:
    """The database as it was, when one example is over: records, runs and definitions of its app go."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        with self.database.write() as conn:
            for table in (tables.stroke, tables.run, tables.place, tables.run_line, tables.event, tables.job):
                conn.execute(sa.delete(table))
            conn.execute(sa.update(tables.app).values(state="gone"))
