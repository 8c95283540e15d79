"""Conditions on what happened: a field that changed, a tag that was put on, a group that was entered in the last n days.

Their value is a length of time with more beside it: `{"n": 30, "unit": "day", "from": …, "to": …}` for `changed`, where
`from` and `to` are conditions without a field, `{"operator": "in", "value": ["a"]}`, each optional; `tags` for
`taggedInLast`, `groups` for `enteredInLast`. A field that was filled in when its record was made has not changed, a tag that
was put on then was put on. Everything is read from the lines that were written at the time, so the answer for a day of the
past is what it was on that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime import clock
from runtime.clock import AsOf
from runtime.errors import Invalid, Problem
from runtime.rules import binding, dates, leaves, shape
from runtime.rules.operators import OPERATORS, OPERATORS_OF
from runtime.rules.target import Diaried, Lines, Operand, Past
from runtime.sql.types import BinaryText

if TYPE_CHECKING:
    from runtime.rules.compile import Work

SIDES = ("from", "to")
# What stands in the value of each of these operators beside the length of time.
BESIDE: Mapping[str, tuple[str, ...]] = {"changed": SIDES, "taggedInLast": ("tags",), "enteredInLast": ("groups",)}
BLANK = ("null", "notNull")
Bool = ColumnElement[bool]


def side_operators(operand: Operand) -> tuple[str, ...]:
    """How what a field was, and became, can be compared; where the history does not say its values as its column does,
    only whether it was filled in.
    """
    past = operand.past() if operand.past else None
    return () if past is None else OPERATORS_OF[operand.kind] if past.retold else BLANK


def happened(work: Work, operand: Operand, rule: Mapping[str, Any], path: str) -> Bool:
    """`changed` and `taggedInLast`: whether the history of a field has such a line in the last n days."""
    name = rule["operator"]
    if operand.past is None or (name == "taggedInLast" and not operand.tagged):
        raise Invalid(Problem(path, "rule_no_operator", {"operator": OPERATORS[name].phrase, "field": operand.label}))
    past, span = operand.past(), span_of(name, rule.get("value"), path)
    if name == "changed":
        return _changed(work, operand, past, rule["value"], span, path)
    wanted = [binding.bind(operand, one, path) for one in binding.many_values(rule["value"].get("tags"), f"{path}.value.tags")]
    return _tagged(work, operand, past, wanted, span)


def _tagged(work: Work, operand: Operand, past: Past, wanted: Sequence[Any], span: Mapping[str, Any]) -> Bool:
    """A tag was put on by a change, or when the record was made."""
    assert past.was.many and past.became.many and past.begun.many and operand.many
    if past.fresh:
        return sa.false() if span.get("today", True) is False else operand.many.any_of(wanted)
    put_on = sa.or_(*(sa.and_(past.became.many.any_of([one]), sa.not_(past.was.many.any_of([one]))) for one in wanted))
    recent = sa.and_(*_time(past.made.at, span, work.as_of))
    return sa.or_(within(work, past.changed, span, put_on), sa.and_(recent, _has(work, past.made, [past.begun.many.any_of(wanted)])))


def entered(work: Work, rule: Mapping[str, Any], path: str) -> Bool:
    """Whether the diary says that a record joined any of some groups in the last n days; it may have left again."""
    span = span_of("enteredInLast", rule.get("value"), path)
    return within(work, entries(work, rule, path), span, sa.true())


def entries(work: Work, rule: Mapping[str, Any], path: str) -> Lines:
    """The lines of the diary by which a record joined any of the groups of a condition."""
    if not isinstance(work.target, Diaried):
        raise Invalid(Problem(path, "rule_no_operator", {"operator": OPERATORS["enteredInLast"].phrase, "field": "$group"}))
    try:
        return work.target.entered([str(key) for key in binding.many_values(rule["value"].get("groups"), f"{path}.value.groups")])
    except Invalid as miss:
        raise Invalid([problem if problem.path.startswith(path) else problem.under(path) for problem in miss.problems]) from None


def span_of(name: str, value: Any, path: str) -> Mapping[str, Any]:
    """The length of time of such a condition, without what stands beside it."""
    if not isinstance(value, Mapping):
        raise Invalid(Problem(path, "rule_bad_span"))
    return binding.span_of({key: part for key, part in value.items() if key not in BESIDE[name]}, path)


def within(work: Work, lines: Lines, span: Mapping[str, Any], which: Bool) -> Bool:
    """Whether a record has such a line in the last n days. A few records look up their own lines; a scan finds the lines first."""
    if work.scan:
        return work.target.id.in_(sa.select(lines.record).where(lines.where, *_time(lines.at, span, work.as_of), which))
    return _has(work, lines, [*_time(_by_record(lines.at), span, work.as_of), which])


def _by_record(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The time of a line where the line is found by its record: an index by time, which SQLite prefers, would look
    through everybody's lines for each record.
    """
    return sa.func.coalesce(at, sa.literal("", BinaryText), type_=BinaryText)


def _has(work: Work, lines: Lines, which: Sequence[Bool]) -> Bool:
    """Whether a record has such a line at all."""
    query = sa.select(sa.literal(1)).select_from(lines.source).where(lines.record == work.target.id, lines.where, *which)
    return query.correlate_except(lines.source).exists()


def _time(at: ColumnElement[Any], span: Mapping[str, Any], as_of: AsOf | None) -> list[Bool]:
    """From the start of n days ago until now. While people write there is nothing later than now, though another's clock
    may be a little ahead of ours; for a moment that was named, nothing later counts.
    """
    daily = span["unit"] not in dates.FINE
    found: list[Bool] = [at >= leaves.at(lambda now: clock.text(dates.back(span, now)[1]), as_of, daily)]
    if span.get("today", True) is False:
        found.append(at < leaves.at(lambda now: clock.text(now.start_of(now.today)), as_of))
    elif as_of is not None:
        found.append(at <= sa.literal(clock.text(as_of.at), BinaryText))
    return found


def _changed(work: Work, operand: Operand, past: Past, value: Mapping[str, Any], span: Mapping[str, Any], path: str) -> Bool:
    which = [_side(past, operand, value[name], name, work.as_of, f"{path}.value.{name}") for name in SIDES if name in value]
    return sa.false() if past.fresh else within(work, past.changed, span, sa.and_(sa.true(), *which))


def _side(past: Past, operand: Operand, side: Any, name: str, as_of: AsOf | None, path: str) -> Bool:
    """What the field was, or became, as a condition on that part of the line."""
    if not isinstance(side, Mapping) or side.keys() - {"operator", "value"}:
        raise Invalid(Problem(path, "rule_bad_shape"))
    asked = side.get("operator")
    if not isinstance(asked, str) or asked not in side_operators(operand):
        phrase = OPERATORS[asked].phrase if isinstance(asked, str) and asked in OPERATORS else shape.short(asked)
        raise Invalid(Problem(path, "rule_no_operator", {"operator": phrase, "field": operand.label}))
    if OPERATORS[asked].takes == "none" and side.get("value") is not None:
        raise Invalid(Problem(path, "rule_needless_value"))
    part = past.was if name == "from" else past.became
    denied = OPERATORS[asked].denies
    found = leaves.leaf(part, denied or asked, side.get("value"), as_of, path)
    return sa.and_(past.readable(name), sa.not_(found) if denied else found)


def last_change(work: Work, operand: Operand) -> tuple[ColumnElement[Any], ColumnElement[Any]] | None:
    """When a field changed last and what it was and became, for a record; None for a field without a history."""
    if operand.past is None:
        return None
    when, what = operand.past(), operand.past()
    return _newest(work, when.changed, when.changed.at), _newest(work, what.changed, what.whole)


def last_entry(work: Work, rule: Mapping[str, Any], path: str) -> ColumnElement[Any]:
    """When a record joined any of the groups of a condition last."""
    lines = entries(work, rule, path)
    return _newest(work, lines, lines.at)


def _newest(work: Work, lines: Lines, what: ColumnElement[Any]) -> ColumnElement[Any]:
    query = sa.select(what).select_from(lines.source).where(lines.record == work.target.id, lines.where)
    if work.as_of is not None:
        query = query.where(_by_record(lines.at) <= sa.literal(clock.text(work.as_of.at), BinaryText))
    return query.order_by(_by_record(lines.at).desc()).limit(1).scalar_subquery().correlate_except(lines.source)
