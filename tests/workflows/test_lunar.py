"""Days of the lunar calendar: everybody whose birthday it is, once in each lunar year, against a calendar walked day by day in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from borax.calendars.lunardate import LunarDate

from runtime.accounts.actor import Actor
from runtime.clock import AsOf
from runtime.storage.db import Database
from runtime.workflows import dated, holidays, lunar, moments
from runtime.workflows.moments import Window
from tests.timed import begun, seen, strike

ZONE = ZoneInfo("Asia/Shanghai")
Month = tuple[int, int, int]  # lunar year, month, and whether it is a leap one
# The days on which holidays were, as calendars on walls had them.
KNOWN = {
    "spring": "2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    "lantern": "2024-02-24 2025-02-12 2026-03-03", "dragon_boat": "2023-06-22 2024-06-10 2025-05-31 2026-06-19",
    "qixi": "2024-08-10 2025-08-29 2026-08-19", "mid_autumn": "2023-09-29 2024-09-17 2025-10-06 2026-09-25",
    "double_ninth": "2024-10-11 2025-10-29 2026-10-18", "qingming": "2023-04-05 2024-04-04 2025-04-04 2026-04-05 2027-04-05",
    "new_year": "2026-01-01", "labour": "2026-05-01", "national": "2026-10-01", "christmas": "2026-12-25",
}


@cache
def months() -> dict[Month, list[date]]:
    """Every lunar month of two centuries with its days."""
    days = (lunar.FIRST + timedelta(days=n) for n in range((lunar.LAST - lunar.FIRST).days + 1))
    there = [(day, LunarDate.from_solar(day)) for day in days]
    return {key: [day for day, _ in part] for key, part in groupby(there, lambda one: (one[1].year, one[1].month, int(one[1].leap)))}


def birthday(year: int, month: int, day: int) -> date:
    """When a lunar month and day is celebrated in a lunar year."""
    days = months()[year, month, 0]
    return days[min(day, len(days)) - 1]


def of(stored: date, calendar: str) -> tuple[int, int]:
    """The lunar month and day that a stored date means."""
    if calendar == dated.WRITTEN:
        return stored.month, stored.day
    return next((month, days.index(stored) + 1) for (_, month, _), days in months().items() if days[0] <= stored <= days[-1])


@pytest.mark.parametrize("holiday", KNOWN)
def test_holidays_are_where_calendars_have_them(holiday: str) -> None:
    wanted = [date.fromisoformat(text) for text in KNOWN[holiday].split()]
    for day in wanted:
        assert [one for n in range(-20, 21) if holidays.falls_on([holiday], one := day + timedelta(days=n))] == [day]
    assert set(KNOWN) == set(holidays.NAMES) == {*holidays.SOLAR.values(), *holidays.LUNAR.values(), "qingming"}


@pytest.mark.parametrize("holiday", KNOWN)
def test_each_holiday_once_in_each_year(holiday: str) -> None:
    for year in (1925, 1984, 2033, 2034, 2057, 2099):
        assert sum(holidays.falls_on([holiday], date(year, 1, 1) + timedelta(days=n)) for n in range(365)) == 1


@pytest.mark.parametrize("calendar", [dated.LUNAR, dated.WRITTEN])
@pytest.mark.parametrize("offset", [{"n": 0, "unit": "day"}, {"n": -3, "unit": "day"}])
def test_every_day_of_some_years(database: Database, boss: Actor, calendar: str, offset: dict[str, Any]) -> None:
    """2025 has a leap sixth month, 2033 a leap eleventh one, and there is a year without."""
    dice = random.Random(7)
    begin, trigger = datetime(2024, 12, 1, tzinfo=UTC), {"type": "date", "field": "born", "yearly": True, "calendar": calendar, "offset": offset}
    f = begun(database, boss, trigger, begin, "Asia/Shanghai")
    leap = [dice.choice(days) for (year, _, leap), days in months().items() if leap and 1930 < year < 2024]
    late = [days[29] for (year, _, _), days in months().items() if len(days) == 30 and 1930 < year < 2024 and dice.random() < 0.08]
    born = [*leap, *late, *(date(1930, 1, 1) + timedelta(days=dice.randrange(34_000)) for _ in range(300)), date(2000, 2, 29), date(1999, 8, 31), date(1880, 5, 5)]
    ids = f.crm.add_many("customer", [{"name": "n", "born": day.isoformat()} for day in born] + [{"name": "blank"}])
    found, wanted = Counter[tuple[int | None, str]](), Counter[tuple[int | None, str]]()
    spans = [(date(2025, 1, 1), date(2026, 12, 31)), (date(2033, 6, 1), date(2034, 3, 31))]
    with f.crm.act(boss) as act:
        live = act.app.form("customer")
        for day in (low + timedelta(days=n) for low, high in spans for n in range((high - low).days + 1)):
            window = Window(moments.local(day, "00:00", ZONE), moments.local(day + timedelta(days=1), "00:00", ZONE), ZONE)
            found.update((one, told["due"]) for one, told in dated.look({**trigger, "type": "date"}, act, live, window, 0).due.items())
    for one, stored in zip(ids, born, strict=False):
        if stored < lunar.FIRST and calendar == dated.LUNAR:
            continue  # from before the calendar that we have begins
        for year in (2024, 2025, 2026, 2033, 2034):
            due = birthday(year, *of(stored, calendar)) + timedelta(days=offset["n"])
            if any(low <= due <= high for low, high in spans):
                wanted[one, f"{due}T09:00"] += 1
    assert found == wanted and max(found.values()) == 1 and len(found) > 800


def test_the_clock_begins_them_once(database: Database, boss: Actor) -> None:
    """Slept through, put back, struck again: the moon's birthdays are begun once each; the usual ones are left as they were."""
    f = begun(database, boss, {"type": "date", "field": "born", "yearly": True, "calendar": dated.LUNAR}, datetime(2026, 9, 20, tzinfo=UTC), "Asia/Shanghai")
    autumn = f.crm.add("customer", name="中秋生", born="1990-10-03")  # 八月十五
    f.crm.add("customer", name="十月生", born="1990-09-25")
    for days in (2, 1, 3, -1, 2):
        f.crm.as_of = AsOf(f.crm.as_of.at + timedelta(days=days), f.crm.as_of.zone)
        strike(f)
        strike(f)
    assert seen(f) == {(autumn, "2026-09-25T09:00"): 1}


def test_a_schedule_names_holidays(database: Database, boss: Actor) -> None:
    f = begun(database, boss, {"type": "schedule", "every": "holiday", "holidays": ["spring", "mid_autumn", "national"], "before": 2, "at": "08:30", "each": True},
              datetime(2025, 12, 31, tzinfo=UTC), "Asia/Shanghai")
    f.crm.add("customer", name="n")
    for _ in range(73):
        f.crm.later(days=5)
        strike(f)
    assert sorted(due for _, due in seen(f)) == ["2026-02-15T08:30", "2026-09-23T08:30", "2026-09-29T08:30"]
