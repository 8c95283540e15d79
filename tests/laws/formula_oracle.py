"""Formulas worked out in plain Python, by another road than SQL: fractions for numbers, dates for dates, None for blank."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from runtime.fold import fold

CEILING = 9 * 10**18
Row = Mapping[str, Any]
Made = tuple[Any, int]


def half_up(number: Fraction, decimals: int) -> Fraction:
    """Rounded to so many decimals, halves away from zero."""
    scaled = abs(number) * 10**decimals + Fraction(1, 2)
    found = Fraction(scaled.numerator // scaled.denominator, 10**decimals)
    return -found if number < 0 else found


def kept(number: Fraction, scale: int) -> Made:
    """A number of some decimals, or blank where it does not fit."""
    return (number if abs(number * 10**scale) <= CEILING else None), scale


def worth(tree: Any, row: Row) -> Any:
    """The value of a drawn formula for a row."""
    return number(tree, row)[0] if tree[0] in NUMBERS else OTHERS[tree[0]](tree, row)


def number(tree: Any, row: Row) -> Made:
    """A number with how many decimals it is kept with."""
    return NUMBERS[tree[0]](tree, row)


def _field(tree: Any, row: Row) -> Made:
    value = row[tree[1]]
    return (None if value is None else Fraction(value)), 2


def _literal(tree: Any, _row: Row) -> Made:
    value = Decimal(tree[1]).normalize()
    return Fraction(value), max(0, -int(value.as_tuple().exponent))


def _pair(tree: Any, row: Row) -> tuple[Any, Any, int]:
    """Two numbers brought to the longer decimals of the two; one that then does not fit is blank."""
    (a, x), (b, y) = number(tree[1], row), number(tree[2], row)
    scale = max(x, y)
    return *(None if one is None else kept(one, scale)[0] for one in (a, b)), scale  # type: ignore[return-value]


def _plus(tree: Any, row: Row) -> Made:
    a, b, scale = _pair(tree, row)
    return (None, scale) if a is None or b is None else kept(a + b, scale)


def _minus(tree: Any, row: Row) -> Made:
    a, b, scale = _pair(tree, row)
    return (None, scale) if a is None or b is None else kept(a - b, scale)


def _times(tree: Any, row: Row) -> Made:
    (a, x), (b, y) = number(tree[1], row), number(tree[2], row)
    scale = min(6, x + y)
    return (None, scale) if a is None or b is None else kept(half_up(a * b, scale), scale)


def _over(tree: Any, row: Row) -> Made:
    a, b = number(tree[1], row)[0], number(tree[2], row)[0]
    return (None, 6) if a is None or not b else kept(half_up(a / b, 6), 6)


def _mod(tree: Any, row: Row) -> Made:
    a, b, scale = _pair(tree, row)
    return (None, scale) if a is None or not b else (a - b * (a // b), scale)


def _round(tree: Any, row: Row) -> Made:
    a, scale = number(tree[1], row)
    return (None, 0) if a is None else (half_up(a, min(tree[2], scale)), min(tree[2], scale))


def _int(tree: Any, row: Row) -> Made:
    a = number(tree[1], row)[0]
    return None if a is None else Fraction(a.numerator // a.denominator), 0


def _if_number(tree: Any, row: Row) -> Made:
    scale = max(number(part, row)[1] for part in tree[2:])
    value = number(tree[2] if OTHERS[tree[1][0]](tree[1], row) else tree[3], row)[0]
    return (None, scale) if value is None else kept(value, scale)


def _least(tree: Any, row: Row) -> Made:
    a, b, scale = _pair(tree, row)
    return min((one for one in (a, b) if one is not None), default=None), scale


def _len(tree: Any, row: Row) -> Made:
    text = worth(tree[1], row)
    return (None if text is None else Fraction(len(text))), 0


def _days(tree: Any, row: Row) -> Made:
    a, b = worth(tree[1], row), worth(tree[2], row)
    return (None if a is None or b is None else Fraction((b - a).days)), 0


def _months(tree: Any, row: Row) -> Made:
    a, b = worth(tree[1], row), worth(tree[2], row)
    if a is None or b is None:
        return None, 0
    sign, (a, b) = (1, (a, b)) if a <= b else (-1, (b, a))
    count = 0
    while _reached(a, count + 1) <= (b.year, b.month, b.day):
        count += 1
    return Fraction(sign * count), 0


def _reached(day: date, months: int) -> tuple[int, int, int]:
    """The day of so many months later, were every month long enough."""
    found = day.year * 12 + day.month - 1 + months
    return found // 12, found % 12 + 1, day.day


def _year(tree: Any, row: Row) -> Made:
    day = worth(tree[1], row)
    return (None if day is None else Fraction(day.year)), 0


def say(value: Any) -> str:
    """What `&` makes of a value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Fraction):
        text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)


def _join(tree: Any, row: Row) -> Any:
    return "".join(say(worth(part, row)) for part in tree[1:]) or None


def _left(tree: Any, row: Row) -> Any:
    text, n = worth(tree[1], row), worth(tree[2], row)
    return None if text is None or n is None else text[: max(0, n.numerator // n.denominator)] or None


def _if(tree: Any, row: Row) -> Any:
    return worth(tree[2] if worth(tree[1], row) else tree[3], row)


def _moved(tree: Any, row: Row) -> Any:
    day, n = worth(tree[1], row), worth(tree[2], row)
    if day is None or n is None:
        return None
    months = day.year * 12 + day.month - 1 + n.numerator // n.denominator
    year, month = divmod(months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _next(tree: Any, row: Row) -> Any:
    day, n = worth(tree[1], row), worth(tree[2], row)
    try:
        return None if day is None or n is None else day + timedelta(days=n.numerator // n.denominator)
    except OverflowError:
        return None


def _compare(tree: Any, row: Row) -> bool:
    a, b = (worth(part, row) for part in tree[2:])
    a, b = (fold(one) or None if isinstance(one, str) else one for one in (a, b))
    if tree[1] in ("=", "<>"):
        return bool((a == b) == (tree[1] == "="))
    if a is None or b is None:
        return False
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[tree[1]])


NUMBERS: dict[str, Any] = {
    "field": _field, "literal": _literal, "+": _plus, "-": _minus, "*": _times, "/": _over, "MOD": _mod, "ROUND": _round,
    "INT": _int, "IF#": _if_number, "MIN": _least, "LEN": _len, "DAYS": _days, "MONTHS": _months, "YEAR": _year,
}
OTHERS: dict[str, Any] = {
    "text": lambda tree, row: row[tree[1]], "quote": lambda tree, row: tree[1] or None, "&": _join, "LEFT": _left, "IF": _if,
    "UPPER": lambda tree, row: None if (text := worth(tree[1], row)) is None else text.upper(),
    "date": lambda tree, row: row[tree[1]], "DATEADD": _moved, "date+": _next, "compare": _compare,
    "yes": lambda tree, row: row[tree[1]], "NOT": lambda tree, row: not worth(tree[1], row),
    "AND": lambda tree, row: all(worth(part, row) for part in tree[1:]),
    "OR": lambda tree, row: any(worth(part, row) for part in tree[1:]),
    "ISBLANK": lambda tree, row: worth(tree[1], row) is None or say(worth(tree[1], row)).strip() == "",
    "COALESCE": lambda tree, row: next((v for part in tree[1:] if (v := worth(part, row)) is not None), None),
}
