"""The meaning of a rule a second time, by brute force over plain Python values; only tests may own such a thing."""

from __future__ import annotations

import calendar
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from runtime.clock import AsOf
from runtime.rules import spots
from tests.runtime.rules_table import Record

NEGATIVE = {
    "!=": "=",
    "doesNotContain": "contains",
    "doesNotBeginWith": "beginsWith",
    "doesNotEndWith": "endsWith",
    "notIn": "in",
    "notBetween": "between",
    "notUnder": "under",
    "hasNoneOf": "hasAnyOf",
    "doesNotCover": "covers",
    "notNear": "near",
    "null": "notNull",
}
TEXTS, NUMBERS = ("name", "alias"), ("amount", "paid", "files", "lines")


def holds(rule: Mapping[str, Any], record: Record, now: AsOf) -> bool:
    """Whether a record fulfils a rule."""
    return _holds(rule, record.values, record, now)


def _holds(rule: Mapping[str, Any], values: Mapping[str, Any], record: Record | None, now: AsOf) -> bool:
    if "rules" in rule:
        answers = [_holds(part, values, record, now) for part in rule["rules"]]
        return (all(answers) if rule["combinator"] == "and" else any(answers)) != rule.get("not", False)
    if "match" in rule:
        assert record is not None
        return _match(rule, record, now)
    operator = rule["operator"]
    if operator in NEGATIVE:
        return not _holds({**rule, "operator": NEGATIVE[operator]}, values, record, now)
    if rule["field"] == "$group":
        assert record is not None
        return bool(set(rule["value"]) & record.groups)
    if "agg" in rule:
        assert record is not None
        return _aggregate(rule, record, now)
    have = values[rule["field"]]
    if rule.get("valueSource") == "field":
        other = values[rule["value"]]
        compare = _text if operator in ("contains", "beginsWith", "endsWith") else _ordered
        return have is not None and other is not None and compare(operator, _folded(have), _folded(other))
    return _leaf(rule["field"], operator, have, rule.get("value"), now)


def _folded(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _leaf(field: str, operator: str, have: Any, want: Any, now: AsOf) -> bool:
    if have is None or have == []:
        return False
    if operator == "notNull":
        return True
    if field in ("tags", "team", "pals"):
        return {
            "hasAnyOf": bool(set(have) & set(want)),
            "hasAllOf": set(want) <= set(have),
            "hasExactly": set(want) == set(have),
        }[operator]
    if field in TEXTS:
        return _text(operator, _folded(have), want)
    if field == "born":
        return _day(operator, date.fromisoformat(have), want, now)
    if field == "seen":
        return _moment(operator, datetime.fromisoformat(have), want, now)
    if field == "agreed":
        return _moment(operator, datetime.fromisoformat(have[:20]), want, now)
    if field == "term":
        return _period(operator, *map(date.fromisoformat, have.split("/")), want, now)
    if field == "spot":
        return _spot(operator, have, str(want))
    if operator == "under":
        return any(
            have.startswith(code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code)
            for code in want
        )
    if field in NUMBERS:
        have, want = (
            Decimal(str(have)),
            [Decimal(str(one)) for one in want] if isinstance(want, list) else Decimal(str(want)),
        )
    return _plain(operator, have, want)


def _spot(operator: str, have: str, want: str) -> bool:
    """How far apart two places are, by the angle between the lines from the middle of the earth."""
    spot = spots.read(have)
    assert spot is not None
    if operator == "contains":
        return want.strip().casefold() in spot.rest.casefold()
    circle = spots.circle(want)
    assert circle is not None
    one, two = (_line(float(each.lat), float(each.lon)) for each in (spot, circle))
    return 6371.0088 * math.acos(max(-1.0, min(1.0, sum(a * b for a, b in zip(one, two, strict=True))))) <= circle.km


def _line(lat: float, lon: float) -> tuple[float, float, float]:
    up, round_ = math.radians(lat), math.radians(lon)
    return math.cos(up) * math.cos(round_), math.cos(up) * math.sin(round_), math.sin(up)


def _plain(operator: str, have: Any, want: Any) -> bool:
    if operator == "in":
        return have in want
    if operator == "between":
        return bool(min(want) <= have <= max(want))
    return _ordered(operator, have, want)


def _ordered(operator: str, have: Any, want: Any) -> bool:
    return bool(
        {
            "=": have == want,
            "<": operator == "<" and have < want,
            "<=": operator == "<=" and have <= want,
            ">": operator == ">" and have > want,
            ">=": operator == ">=" and have >= want,
        }[operator]
    )


def _text(operator: str, have: str, want: Any) -> bool:
    if operator == "in":
        return have in [_folded(one) for one in want]
    want = _folded(want)
    return {
        "=": have == want,
        "contains": want in have,
        "beginsWith": have.startswith(want),
        "endsWith": have.endswith(want),
    }[operator]


def shift(day: date, n: int, unit: str) -> date:
    """A day moved by calendar units, clamped at the end of the month."""
    if unit in ("day", "week"):
        return day + timedelta(days=n if unit == "day" else 7 * n)
    for _ in range(abs(n) * {"month": 1, "quarter": 3, "year": 12}[unit]):
        step = 1 if n > 0 else -1
        year, month = (day.year + (day.month + step - 1) // 12, (day.month + step - 1) % 12 + 1)
        day = date(year, month, 1)
    return day


def moved(day: date, n: int, unit: str) -> date:
    there = shift(day, n, unit)
    if unit in ("day", "week") or n == 0:
        return there
    return there.replace(day=min(day.day, calendar.monthrange(there.year, there.month)[1]))


def local_day(want: Any, now: AsOf) -> date:
    """The day that a written or a relative value means."""
    if isinstance(want, str):
        return date.fromisoformat(want)
    today, anchor = now.today, want["anchor"]
    start = {
        "today": today,
        "startOfMonth": today.replace(day=1),
        "startOfWeek": today - timedelta(days=today.weekday()),
        "endOfMonth": today.replace(day=calendar.monthrange(today.year, today.month)[1]),
    }[anchor]
    return moved(start, want.get("offset", 0), want.get("unit", "day"))


def _day(operator: str, have: date, want: Any, now: AsOf) -> bool:
    today = now.today
    if isinstance(want, Mapping) and "n" in want:
        n, unit, counts_today = want["n"], want["unit"], want.get("today", True)
        past, future = moved(today, -n, unit), moved(today, n, unit)
        if operator.startswith("anniversary"):
            first, last = (today, future) if operator == "anniversaryInNext" else (past, today)
            window = [first + timedelta(days=at) for at in range((last - first).days + 1)]
            window = [day for day in window if counts_today or day != today]
            return len(window) >= 366 or any(_anniversary(have, day) for day in window)
        return {
            "inLast": past <= have <= today and (counts_today or have != today),
            "olderThan": have < past,
            "inNext": today <= have <= future and (counts_today or have != today),
            "furtherThan": have > future,
        }[operator]
    wants = [local_day(one, now) for one in want] if isinstance(want, list) else local_day(want, now)
    return _plain(operator, have, wants)


def _period(operator: str, first: date, last: date, want: Any, now: AsOf) -> bool:
    if operator == "covers":
        return first <= local_day(want, now) <= last
    day = first if operator.startswith("starts") else last
    asked = operator.removeprefix("starts").removeprefix("ends")
    return _day({"Before": "<", "After": ">", "InNext": "inNext", "InLast": "inLast"}[asked], day, want, now)


def _anniversary(born: date, day: date) -> bool:
    if (born.month, born.day) == (2, 29) and not calendar.isleap(day.year):
        return (day.month, day.day) == (2, 28)
    return (born.month, born.day) == (day.month, day.day)


def _midnight(day: date, now: AsOf) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.zone).astimezone(UTC)


def _moment(operator: str, have: datetime, want: Any, now: AsOf) -> bool:
    if isinstance(want, Mapping) and "n" in want:
        n, unit, today = want["n"], want["unit"], now.today
        if unit == "hour":
            past, future = now.at - timedelta(hours=n), now.at + timedelta(hours=n)
        else:
            past, future = (
                _midnight(moved(today, -n, unit), now),
                _midnight(moved(today, n, unit) + timedelta(days=1), now),
            )
        return {
            "inLast": past <= have <= now.at,
            "olderThan": have < past,
            "inNext": now.at <= have < future,
            "furtherThan": have >= future,
        }[operator]
    return _plain(
        operator,
        have.astimezone(now.zone).date(),
        [local_day(one, now) for one in want] if isinstance(want, list) else local_day(want, now),
    )


def _rows(rule: Any, record: Record, now: AsOf) -> list[Mapping[str, Any]]:
    return [order for order in record.orders if rule is None or _holds(rule, order, None, now)]


def _aggregate(rule: Mapping[str, Any], record: Record, now: AsOf) -> bool:
    agg, want = rule["agg"], rule.get("value")
    rows = list(enumerate(_rows(agg.get("where"), record, now)))
    fn, of = agg["fn"], agg.get("of")
    if fn in ("first", "last"):
        ranked = sorted(
            (row[agg["by"]], at, row[of]) for at, row in rows if row[agg["by"]] is not None for row in [row]
        )
        have = None if not ranked else ranked[0 if fn == "first" else -1][2]
        return _leaf(of, rule["operator"], have, want, now)
    held = [_folded(row[of]) for _at, row in rows if of and row[of] is not None]
    if fn in ("count", "countDistinct"):
        return _leaf("files", rule["operator"], len(rows) if fn == "count" else len(set(held)), want, now)
    numbers = [Decimal(str(one)) for one in held] if of == "amount" else held
    have = {
        "sum": lambda: sum(numbers),
        "avg": lambda: _mean(numbers),
        "min": lambda: min(numbers, default=None),
        "max": lambda: max(numbers, default=None),
    }[fn]()
    return _leaf(of, rule["operator"], have, want, now)


def _mean(numbers: Sequence[Any]) -> Any:
    return float(sum(numbers) * 100) / len(numbers) / 100 if numbers else None


def _match(rule: Mapping[str, Any], record: Record, now: AsOf) -> bool:
    inner = rule["value"] if "rules" in rule["value"] else {"combinator": "and", "rules": [rule["value"]]}
    hits, total, limit = len(_rows(inner, record, now)), len(record.orders), rule["match"].get("threshold", 0)
    return {
        "some": hits > 0,
        "none": hits == 0,
        "all": total > 0 and hits == total,
        "atLeast": hits >= limit,
        "atMost": hits <= limit,
        "exactly": hits == limit,
    }[rule["match"]["mode"]]
