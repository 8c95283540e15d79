"""Dates, times and numbers as people read them, by Babel and by the organisation's zone."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from runtime import clock
from runtime.words import Words


class Formats:
    """One reader's way of writing dates and numbers."""

    def __init__(self, lang: str, zone: str) -> None:
        self.lang, self.zone = lang, ZoneInfo(zone)
        self.locale = "zh_Hans_CN" if lang == "zh" else "en_US"

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def day(self, value: str | date) -> str:
        """A day without its year when it is this year's: 10月16日, Oct 16."""
        found = date.fromisoformat(value) if isinstance(value, str) else value
        this_year = found.year == clock.now().astimezone(self.zone).year
        pattern = {"zh": "M月d日" if this_year else "y年M月d日", "en": "MMM d" if this_year else "MMM d, y"}[self.lang]
        return format_date(found, pattern, locale=self.locale)

    def moment(self, stored: str) -> str:
        """A stored moment near now in few words: 今天 15:00, 昨天 09:00, 10月16日 16:20."""
        local = clock.moment(stored).astimezone(self.zone)
        days = (clock.now().astimezone(self.zone).date() - local.date()).days
        near = {0: Words("今天", "Today"), 1: Words("昨天", "Yesterday"), -1: Words("明天", "Tomorrow")}.get(days)
        return f"{near.say(self.lang) if near else self.day(local.date())} {local:%H:%M}"

    def inside(self, stored: str) -> str:
        """The same within a sentence: last ran today 15:00."""
        said = self.moment(stored)
        return said[0].lower() + said[1:] if said.startswith(("Today", "Tomorrow", "Yesterday")) else said

    def dated(self, value: str | date) -> str:
        """A day with its weekday: 10月16日 星期四, Thursday, Oct 16."""
        return f"{self.day(value)} {self.weekday(value)}" if self.lang == "zh" else f"{self.weekday(value)}, {self.day(value)}"

    def weekday(self, value: str | date) -> str:
        """星期四, Thursday."""
        return format_date(date.fromisoformat(value) if isinstance(value, str) else value, "EEEE", locale=self.locale)

    def time(self, stored: str) -> str:
        """The time of a stored moment: 15:00."""
        return f"{clock.moment(stored).astimezone(self.zone):%H:%M}"

    def near(self, stored: str) -> str:
        """The day of a stored moment, with its time unless it means the whole day: 今天, 明天 10:30, 10月16日."""
        local = clock.moment(stored).astimezone(self.zone)
        said = self.moment(stored)
        return said.rsplit(" ", 1)[0] if f"{local:%H:%M:%S}" == "23:59:59" else said

    def full(self, stored: str) -> str:
        """A stored moment with everything, for titles and tooltips."""
        return format_datetime(clock.moment(stored).astimezone(self.zone), locale=self.locale)
