"""The Chinese lunar calendar from 1900 to 2100: which lunar day a day is, and which stored dates are celebrated on it.

Whoever was born in a leap month celebrates in the ordinary month of that number, every year; a 30th day is the last day
of a month that has only 29.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

FIRST, LAST = date(1900, 1, 31), date(2101, 1, 28)  # before and after, nobody has worked the calendar out for us
QINGMING = 6  # among the 24 solar terms of a year


def month_day(day: date) -> tuple[int, int] | None:
    """The lunar month and day of a day; None in leap months, and where the calendar ends."""
    from borax.calendars.lunardate import LunarDate  # late: only who asks for lunar days pays for it

    if not FIRST <= day <= LAST:
        return None
    there = LunarDate.from_solar(day)
    return None if there.leap else (there.month, there.day)


def is_qingming(day: date) -> bool:
    """Whether a day is Qingming, which the sun decides."""
    if day.month != 4 or not FIRST <= day <= LAST:
        return False
    from borax.calendars.lunardate import TermUtils

    return bool(TermUtils.nth_term_day(day.year, QINGMING) == day)


def written(day: date, years: range) -> Iterator[str]:
    """Stored dates whose month and day are meant as lunar ones, and come back on a day."""
    found = _celebrated(day)
    if found is not None:
        month, days = found
        yield from (f"{year:04d}-{month:02d}-{each:02d}" for year in years for each in days)


def born(day: date, years: range) -> Iterator[str]:
    """Dates of some years whose own lunar month and day come back on a day: about one in each year."""
    from borax.calendars.lunardate import LCalendars, LunarDate

    found = _celebrated(day)
    if found is None:
        return
    month, days = found
    for year in range(max(years.start - 1, FIRST.year), min(years.stop, LAST.year)):
        for leap in (0, 1) if LCalendars.leap_month(year) == month else (0,):
            last = LCalendars.ndays(year, month, leap)
            yield from (LunarDate(year, month, each, leap).to_solar_date().isoformat() for each in days if each <= last)


def _celebrated(day: date) -> tuple[int, range] | None:
    """The lunar month and those days of it that come back on a day: on the last day of a month all that it does not have, too."""
    from borax.calendars.lunardate import LCalendars, LunarDate

    found = month_day(day)
    if found is None:
        return None
    last = LCalendars.ndays(LunarDate.from_solar(day).year, found[0])
    return found[0], range(found[1], 32 if found[1] == last else found[1] + 1)
