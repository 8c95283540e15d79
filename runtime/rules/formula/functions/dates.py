"""Days and moments. What day it is comes from the moment of asking, never from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from runtime import clock
from runtime.rules.formula import typed
from runtime.rules.formula.functions.base import function
from runtime.rules.formula.functions.numbers import floor, literal
from runtime.rules.formula.tree import Call, Constant
from runtime.rules.formula.typed import DATE, DATETIME, WHOLE, Expr
from runtime.rules.formula.wrong import Wrong
from runtime.rules.leaves import at as moment
from runtime.sql.own import own
from runtime.sql.types import BinaryText
from runtime.words import Words

if TYPE_CHECKING:
    from runtime.rules.formula.compile import Compiler

UNITS = {"d": "day", "m": "month", "y": "year", "day": "day", "month": "month", "year": "year", "days": "day",
         "months": "month", "years": "year", "天": "day", "日": "day", "月": "month", "个月": "month", "年": "year"}
UNIT = Words("\"D\"（天）、\"M\"（月）或 \"Y\"（年）", "\"D\" (days), \"M\" (months) or \"Y\" (years)")
SPAN = 4_000_000
DATE_PARTS = ("年, 月, 日", "year, month, day")


def _unit(call: Call, at: int) -> str:
    part = call.parts[at] if at < len(call.parts) else None
    if part is None:
        return "day"
    value = part.value if isinstance(part, Constant) else None
    if not isinstance(value, str) or value.strip().lower() not in UNITS:
        raise Wrong("formula_literal", part.at, part.end, name=call.name, wanted=UNIT)
    return UNITS[value.strip().lower()]


def _today(work: Compiler, call: Call) -> Expr:
    return typed.day(moment(lambda now: now.today.isoformat(), work.as_of))


def _now(work: Compiler, call: Call) -> Expr:
    return Expr(DATETIME, moment(lambda now: clock.text(now.at), work.as_of, daily=False))


def _date(work: Compiler, call: Call) -> Expr:
    if len(call.parts) == 1:
        return work.of(call.parts[0], (DATE,))
    if len(call.parts) == 2:
        raise Wrong("formula_count", call.at, call.end, name=call.name, shape=Words(*(f"DATE({said})" for said in DATE_PARTS)))
    year, month, day = (floor(work.number(part)).value for part in call.parts)
    return typed.day(own("day", year, month, day, type_=BinaryText))


def _dateadd(work: Compiler, call: Call) -> Expr:
    unit: Any = sa.literal_column(f"'{_unit(call, 2)}'")
    day, n = work.of(call.parts[0], (DATE,)).value, floor(work.number(call.parts[1])).value
    return typed.day(own("moved", day, n, unit, type_=BinaryText))


def _apart(first: Any, last: Any, unit: str) -> Expr:
    if unit == "day":
        return typed.whole(own("days", first, last, type_=WHOLE), SPAN)
    months = own("months", first, last, type_=WHOLE)
    return typed.whole(months if unit == "month" else months // sa.literal_column("12", WHOLE), SPAN)


def _datedif(work: Compiler, call: Call) -> Expr:
    first, last = (work.of(part, (DATE,)).value for part in call.parts[:2])
    return _apart(first, last, _unit(call, 2))


def _age(work: Compiler, call: Call) -> Expr:
    return _apart(work.of(call.parts[0], (DATE,)).value, _today(work, call).value, "year")


def _piece(start: int, size: int) -> Any:
    def piece(work: Compiler, call: Call) -> Expr:
        day = work.of(call.parts[0], (DATE,)).value
        return typed.whole(sa.cast(sa.func.substr(day, start, size, type_=BinaryText), WHOLE), 9999)

    return piece


def _weekday(work: Compiler, call: Call) -> Expr:
    first = literal(call, 1, 1, 1, 2)
    return typed.whole(own("weekday", work.of(call.parts[0], (DATE,)).value, first, type_=WHOLE), 7)


FUNCTIONS = (
    function("TODAY", "date", ("", ""), ("今天。", "Today."), (0, 0), _today),
    function("NOW", "date", ("", ""), ("现在的日期和时间。", "The date and time now."), (0, 0), _now),
    function("DATE", "date", DATE_PARTS, ("一个日期；没有这一天就是空。", "A date; blank when there is no such day."), (1, 3), _date),
    function("DATEADD", "date", ("日期, 多少, \"D\" \"M\" 或 \"Y\"", "date, how many, \"D\", \"M\" or \"Y\""),
             ("往后推几天、几个月或几年，月底自动对齐。", "So many days, months or years later; month ends are kept."), (2, 3), _dateadd),
    function("DATEDIF", "date", ("开始, 结束, \"D\" \"M\" 或 \"Y\"", "start, end, \"D\", \"M\" or \"Y\""),
             ("相差多少天、整月或整年。", "How many days, whole months or whole years apart."), (2, 3), _datedif),
    function("YEAR", "date", ("日期", "date"), ("年份。", "Its year."), (1, 1), _piece(1, 4)),
    function("MONTH", "date", ("日期", "date"), ("月份。", "Its month."), (1, 1), _piece(6, 2)),
    function("DAY", "date", ("日期", "date"), ("几号。", "Its day of the month."), (1, 1), _piece(9, 2)),
    function("WEEKDAY", "date", ("日期, 2", "date, 2"), ("星期几：写 2 时星期一是 1，不写时星期日是 1。",
             "Day of the week: with 2 Monday is 1, without it Sunday is 1."), (1, 2), _weekday),
    function("AGE", "date", ("生日", "birthday"), ("到今天的周岁。", "Whole years until today."), (1, 1), _age),
)
