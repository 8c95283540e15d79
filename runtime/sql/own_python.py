"""Our SQL functions as SQLite runs them. `own_postgresql` says the same; a law test holds the two together."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo

CEILING = 9 * 10**18
FURTHEST = {"day": 3_660_000, "month": 120_000, "year": 10_000}
# One capital for one small letter, so that both databases say the same of every script they know.
PAIRS = {chr(at): chr(at).lower() for at in [*range(65, 91), *range(0xC0, 0x530), *range(0xFF21, 0xFF3B)]
         if len(chr(at).lower()) == 1 and chr(at).lower() != chr(at) and chr(at).lower().upper() == chr(at)}
CAPITALS, SMALL = "".join(PAIRS), "".join(PAIRS.values())
_DOWN, _UP = str.maketrans(CAPITALS, SMALL), str.maketrans(SMALL, CAPITALS)


def _strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """NULL when anything is NULL."""

    @wraps(function)
    def asked(*parts: Any) -> Any:
        return None if None in parts else function(*parts)

    return asked


def _kept(number: int) -> int | None:
    return number if abs(number) <= CEILING else None


def _half_up(number: int, by: int) -> int:
    """Divided by a whole number, halves away from zero."""
    found = (2 * abs(number) + abs(by)) // (2 * abs(by))
    return found if (number < 0) == (by < 0) else -found


def _plus(a: int, b: int) -> int | None:
    return _kept(a + b)


def _times(a: int, b: int, drop: int) -> int | None:
    return _kept(_half_up(a * b, 10**drop))


def _over(a: int, b: int, up: int) -> int | None:
    return None if b == 0 else _kept(_half_up(a * 10**up, b))


def _mod(a: int, b: int) -> int | None:
    return None if b == 0 else a % b


def _shift(a: int, drop: int) -> int:
    return _half_up(a, 10**drop)


def _floor(a: int, drop: int) -> int:
    return int(a // 10**drop)


def _compare(a: int, b: int, up_a: int, up_b: int) -> int:
    left, right = a * int(10**up_a), b * int(10**up_b)
    return (left > right) - (left < right)


def _say(a: int, scale: int) -> str:
    """A number without needless zeros: 128.5."""
    return _form(a, scale, scale, 0).rstrip("0").rstrip(".") if scale else str(a)


def _form(a: int, scale: int, decimals: int, grouped: int) -> str:
    """A number with so many decimals, with or without separators of thousands."""
    number = _half_up(a, 10 ** (scale - decimals)) if decimals < scale else a * 10 ** (decimals - scale)
    digits = str(abs(number)).zfill(decimals + 1)
    whole, part = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    whole = f"{int(whole):,}" if grouped else whole
    return f"{'-' if number < 0 else ''}{whole}{'.' if decimals else ''}{part}"


def _moved(day: str, n: int, unit: str) -> str | None:
    if abs(n) > FURTHEST[unit]:
        return None
    at = date.fromisoformat(day)
    try:
        if unit == "day":
            return date.fromordinal(at.toordinal() + n).isoformat()
        months = at.year * 12 + at.month - 1 + n * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        return date(year, month + 1, min(at.day, calendar.monthrange(year, month + 1)[1])).isoformat()
    except (ValueError, OverflowError):
        return None


def _days(first: str, last: str) -> int:
    return date.fromisoformat(last).toordinal() - date.fromisoformat(first).toordinal()


def _months(first: str, last: str) -> int:
    """Whole months from one day to another, as DATEDIF counts them; backwards they are negative."""
    if last < first:
        return -_months(last, first)
    a, b = date.fromisoformat(first), date.fromisoformat(last)
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day)


def _weekday(day: str, first: int) -> int:
    """1 is Sunday, or with `first` 2 Monday."""
    return date.fromisoformat(day).isoweekday() % 7 + 1 if first == 1 else date.fromisoformat(day).isoweekday()


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=50)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _local(moment: str, zone: str) -> str:
    """A stored moment on the organisation's clock: `2025-02-18 14:30:00`."""
    at = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return at.astimezone(_zone(zone)).replace(tzinfo=None).isoformat(" ", "seconds")


def _upper(text: str) -> str:
    return text.translate(_UP)


def _lower(text: str) -> str:
    return text.translate(_DOWN)


def _fold(text: str) -> str:
    """A text as it is compared: runtime.fold for what was stripped before it was stored."""
    return text.casefold()


def _left(text: str, n: int) -> str | None:
    return text[: max(n, 0)] or None


def _right(text: str, n: int) -> str | None:
    return text[max(len(text) - n, 0) :] or None if n > 0 else None


def _mid(text: str, start: int, n: int) -> str | None:
    return text[start - 1 : start - 1 + max(n, 0)] or None if start > 0 else None


def _when(moment: str, spec: str) -> str:
    """Pieces of a written moment, `start:size:without zeros`, with what stands between them."""
    parts = spec.split("|")
    for at in range(1, len(parts), 2):
        start, size, bare = map(int, parts[at].split(":"))
        piece = moment[start - 1 : start - 1 + size]
        parts[at] = str(int(piece)) if bare else piece
    return "".join(parts)


def _same(a: int | None, b: int | None, up_a: int, up_b: int) -> int:
    """1 where two numbers are equal or both are blank."""
    return int(a is b is None) if a is None or b is None else int(a * 10**up_a == b * 10**up_b)


def _least(*parts: Any) -> Any:
    return min((part for part in parts if part is not None), default=None)


def _greatest(*parts: Any) -> Any:
    return max((part for part in parts if part is not None), default=None)


_STRICT: dict[str, tuple[int, Callable[..., Any]]] = {
    "plus": (2, _plus), "times": (3, _times), "over": (3, _over), "mod": (2, _mod), "shift": (2, _shift),
    "floor": (2, _floor), "compare": (4, _compare), "say": (2, _say), "form": (4, _form), "moved": (3, _moved),
    "days": (2, _days), "months": (2, _months), "weekday": (2, _weekday), "day": (3, _day), "local": (2, _local),
    "fold": (1, _fold), "upper": (1, _upper), "lower": (1, _lower), "left": (2, _left), "right": (2, _right), "mid": (3, _mid), "when": (2, _when),
}
# By name: how many arguments (-1: any number) and the function.
OPS: dict[str, tuple[int, Callable[..., Any]]] = {name: (size, _strict(one)) for name, (size, one) in _STRICT.items()}
OPS |= {"same": (4, _same), "least": (-1, _least), "greatest": (-1, _greatest)}
