"""A number of its own for every record, counted up by the system: orders, tickets, contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from runtime.errors import Problem
from runtime.fields.base import Settings
from runtime.fields.code import Code
from runtime.fields.setting import choice, properties, setting
from runtime.words import Words

_DATES = {"": "", "YYYY": "%Y", "YYYYMM": "%Y%m", "YYYYMMDD": "%Y%m%d"}
_PERIODS = {"never": "", "yearly": "%Y", "monthly": "%Y%m", "daily": "%Y%m%d"}


class AutoNumber(Code):
    """Given once, when a record is made, from a counter that never gives a number twice; gaps are possible."""

    name = "auto_number"
    label = Words("自动编号", "Auto number")
    icon = "hash"
    shelf = "link"
    coded = False
    counted = True
    settings = properties(
        prefix=setting("string", "", "开头", "Begins with", maxLength=20),
        date=choice(
            "",
            "编号里带日期",
            "Date in the number",
            {"": ("不带", "None"), "YYYY": ("年", "Year"), "YYYYMM": ("年月", "Month"), "YYYYMMDD": ("年月日", "Day")},
        ),
        width=setting("integer", 4, "流水号几位", "Digits", minimum=1, maximum=12),
        start=setting("integer", 1, "从几开始", "Starts at", minimum=0, maximum=999_999_999),
        reset=choice(
            "never",
            "什么时候从头数",
            "Starts again",
            {
                "never": ("不重来", "Never"),
                "yearly": ("每年", "Yearly"),
                "monthly": ("每月", "Monthly"),
                "daily": ("每天", "Daily"),
            },
        ),
    )
    samples = ("SO-202511-0007", "0042")

    def contradictions(self, settings: Settings) -> Iterator[Problem]:
        """A count that starts again more often than its date part changes would give a number twice."""
        if len(_PERIODS[self.setting(settings, "reset")]) > len(_DATES[self.setting(settings, "date")]):
            yield Problem("reset", "number_repeats")

    def period(self, settings: Settings, today: date) -> str:
        """Which count a record made today belongs to."""
        return today.strftime(_PERIODS[self.setting(settings, "reset")])

    def numbered(self, settings: Settings, today: date, number: int) -> Any:
        """A counted number as people read it."""
        day = today.strftime(_DATES[self.setting(settings, "date")])
        middle = f"{day}-" if day else ""
        return f"{self.setting(settings, 'prefix')}{middle}{str(number).zfill(self.setting(settings, 'width'))}"
