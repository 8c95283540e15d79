"""Reading and showing days and times, shared by date and datetime; a day without a year is no day."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from runtime.fields.base import Refused
from runtime.fields.typed import short, written

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH = datetime(1899, 12, 30)
_LAST_SERIAL = 2_958_465

_DAY = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"|(?P<y2>\d{4}) ?(?P<s>[-/.年]) ?(?P<m2>\d{1,2}) ?(?:(?P=s)|月) ?(?P<d2>\d{1,2}) ?日?"
    r"|(?P<M>[a-z]{3,9})\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?,? (?P<y3>\d{4})"
    r"|(?P<d4>\d{1,2})[ -](?P<M2>[a-z]{3,9})\.?,?[ -](?P<y4>\d{4})",
    re.ASCII,
)
_TIME = re.compile(
    r"(?P<half>上午|下午|晚上|中午)? ?(?P<h>\d{1,2})[:时点](?:(?P<mi>\d{1,2})分?)?"
    r"(?::?(?P<s>\d{1,2})秒?(?:\.\d+)?)? ?(?P<ampm>am|pm)?",
    re.ASCII,
)
_NO_YEAR = re.compile(r"\d{1,2} ?[-/.月] ?\d{1,2} ?日?|[a-z]{3,9}\.? \d{1,2}|\d{1,2} [a-z]{3,9}", re.ASCII)
_SHORT = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
_TURNED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", re.ASCII)


def read_day(text: str) -> date:
    """A typed day; refused, with its own reason, when the year is missing or the order cannot be known."""
    found = _DAY.fullmatch(text.casefold())
    if not found:
        raise Refused(_why_not(text.casefold()), text=short(text))
    year, day = (
        next(found[key] for key in keys if found[key]) for keys in (("y", "y2", "y3", "y4"), ("d", "d2", "d3", "d4"))
    )
    month = found["m"] or found["m2"] or _month(found["M"] or found["M2"])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("no_such_day", text=short(text)) from None


def _month(word: str) -> int:
    """A month's number from its English name or a beginning of three letters; 0 when it is none."""
    return _MONTHS.index(word[:3]) + 1 if word[:3] in _MONTHS else 0


def _why_not(text: str) -> str:
    """The code that tells best what is wrong with a typed day."""
    reasons = ((_NO_YEAR, "date_no_year"), (_TURNED, "date_order"), (_SHORT, "date_short_year"))
    fitting = next((code for shape, code in reasons if shape.fullmatch(text)), None)
    return fitting or ("date_serial" if re.fullmatch(r"\d{5}(\.\d+)?", text, re.ASCII) else "not_a_date")


@lru_cache(maxsize=5_000)
def read_moment(text: str) -> datetime:
    """A typed day with its time of day, without zone; midnight when only the day is typed."""
    day, rest = _cut(text)
    found = _TIME.fullmatch(rest.strip().casefold()) if rest.strip() else None
    if rest.strip() and not found:
        raise Refused("not_a_time", text=short(text))
    return datetime.combine(read_day(day.strip()), _clock(found, text) if found else time())


@lru_cache(maxsize=2_000)
def read_clock(text: str) -> time | None:
    """A typed time of day without a day, `14:30`, `下午2:30`, `7am`; None when it is none."""
    found = _TIME.fullmatch(re.sub(r"^(\d{1,2}) ?(am|pm)$", r"\1:00\2", text.casefold(), flags=re.ASCII))
    try:
        return _clock(found, text) if found else None
    except Refused:
        return None


def _cut(text: str) -> tuple[str, str]:
    """Day and time of a text, cut after 日 or before the hours."""
    if "日" in text:
        day, _, rest = text.partition("日")
        return f"{day}日", rest
    found = re.search(r"(?:T|,? ) ?(?=(?:上午|下午|晚上|中午)? ?\d{1,2}[:时点])", text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


def _clock(found: re.Match[str], text: str) -> time:
    hour = int(found["h"])
    if (
        (found["half"] in ("下午", "晚上", "中午") or found["ampm"] == "pm")
        and 0 < hour < 12
        and not (found["half"] == "中午" and hour > 10)
    ):
        hour += 12
    elif (found["half"] == "上午" or found["ampm"] == "am") and hour == 12:
        hour = 0
    try:
        return time(hour, int(found["mi"] or 0), int(found["s"] or 0))
    except ValueError:
        raise Refused("not_a_time", text=short(text)) from None


def from_serial(cell: Any) -> Any:
    """A numeric cell as the moment a spreadsheet means by it; eight digits are a day written together."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    if 1 <= cell <= _LAST_SERIAL:
        return _EPOCH + timedelta(seconds=round(cell * 86400))
    return str(int(cell)) if 10_000_101 <= cell <= 99_991_231 and cell == int(cell) else cell


def typed_day(typed: Any) -> date:
    """A day from text or from a date object; the time of day is let go."""
    if isinstance(typed, datetime):
        return typed.date()
    if isinstance(typed, date):
        return typed
    return read_moment(written(typed, "not_a_date")).date()


def say_day(day: date, lang: str) -> str:
    """A day as people say it."""
    return (
        f"{day.year}年{day.month}月{day.day}日"
        if lang == "zh"
        else f"{_MONTHS[day.month - 1].title()} {day.day}, {day.year}"
    )
