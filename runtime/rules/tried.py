"""Values that would change a condition's answer: the ones it names, their neighbours, and blank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement

from runtime import clock
from runtime.clock import AsOf
from runtime.errors import Invalid
from runtime.fold import fold
from runtime.rules import binding, dates, leaves
from runtime.rules.operators import OPERATORS
from runtime.rules.resolved import resolved
from runtime.rules.target import FOLDED, WHO, HeldValues, Operand
from runtime.rules.values import kept_as, literal
from runtime.sql.types import BinaryText

Leaf = Mapping[str, Any]
# Values of these kinds are tried; what a period, a place or a consent would have to be nobody can say in one value.
KINDS = ("number", "file", "rows", "date", "datetime", "time", "text", "choice", "tree", "person", "link", "boolean", "many", "people")
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_FILLED: Mapping[str, Any] = {"number": 0, "file": 1, "rows": 1, "text": "?", "time": "00:00", "boolean": True}


@dataclass(frozen=True)
class Tried:
    """A value as its column would hold it. `any` says that it only stands for any value at all."""

    value: Any
    any: bool = False


def values(operand: Operand, asked: Sequence[Leaf], actual: Any, as_of: AsOf) -> list[Tried]:
    """What might be in a field instead, so that some condition on it changes its answer."""
    found = [Tried(value) for leaf in asked for value in _named(operand, leaf, as_of)]
    if not operand.never_blank:
        found.append(Tried(None))
        if any(leaf["operator"] in ("null", "notNull") for leaf in asked):
            found += _filled(operand, as_of)
    return [one for one in dict.fromkeys(found) if one.value != actual]


def sets(operand: Operand, asked: Sequence[Leaf], actual: Sequence[Any]) -> list[Tried]:
    """The same for a field of many values: what it has with one more, one less, with all that is asked for, or nothing."""
    named = [tuple(dict.fromkeys(_bound(operand, leaf))) for leaf in asked]
    every = named_of(operand, asked)
    have = tuple(actual)
    found = [(*have, one) if one not in have else tuple(v for v in have if v != one) for one in every]
    for each in named:
        found += [each, tuple(dict.fromkeys((*have, *each))), tuple(v for v in have if v not in each)]
    found.append(())
    return [Tried(one) for one in dict.fromkeys(found) if set(one) != set(have)]


def others(operand: Operand) -> Any:
    """What stands for all values of a field of many that no condition names."""
    return -1 if operand.kind in WHO else "\uffff"


def holds(operand: Operand, leaf: Leaf, value: Any, as_of: AsOf, path: str) -> ColumnElement[bool]:
    """A condition asked of a value instead of the record's own, by the same interpreter."""
    operator = OPERATORS[leaf["operator"]]
    if operand.many is not None:
        held = replace(operand, many=HeldValues(tuple(value)))
    else:
        kind = sa.Double() if isinstance(value, float) else kept_as(operand.kind)
        folded = literal(fold(value) if value else None, BinaryText) if operand.kind in FOLDED else None
        held = replace(operand, value=literal(value, kind), folded=folded)
    found = leaves.leaf(held, operator.denies or operator.name, leaf.get("value"), as_of, path)
    return sa.not_(found) if operator.denies else found


def named_of(operand: Operand, asked: Sequence[Leaf]) -> list[Any]:
    """The values that conditions name, each once."""
    return list(dict.fromkeys(value for leaf in asked for value in _bound(operand, leaf)))


def _bound(operand: Operand, leaf: Leaf) -> Iterator[Any]:
    value = leaf.get("value")
    for one in value if isinstance(value, list) else [] if value is None else [value]:
        try:
            yield binding.bind(operand, one, "")
        except Invalid:
            continue


def _named(operand: Operand, leaf: Leaf, as_of: AsOf) -> Iterator[Any]:
    if operand.kind in ("date", "datetime"):
        yield from _days(operand.kind, leaf, as_of)
        return
    bound = list(_bound(operand, leaf))
    yield from bound
    if operand.kind in ("number", "file", "rows"):
        yield from (value + step for value in bound for step in (-1, 1) if value + step >= 0 or value < 0)
    elif operand.kind == "time":
        yield from (_minutes(value, step) for value in bound for step in (-1, 1))
    elif operand.options is not None:
        other = next((o["const"] for o in operand.options if o["const"] not in bound and not o.get("retired")), None)
        yield from [] if other is None else [other]
    elif operand.kind == "boolean":
        yield from (True, False)


def _days(kind: str, leaf: Leaf, as_of: AsOf) -> Iterator[str]:
    """The first and last day that a condition lets in, and the days beside them."""
    operator, value = leaf["operator"], leaf.get("value")
    if OPERATORS[operator].takes == "none":
        return
    span = resolved(OPERATORS[operator].denies or operator, value, as_of)
    if operator.startswith("anniversary"):
        assert span is not None
        found = [_turn(turn, as_of) for turn in span if turn]
    elif span is not None:
        found = [date.fromisoformat(day) for day in span if day]
    else:
        written = value if isinstance(value, list) else [value]
        found = [dates.day_of(one, as_of) for one in written]
        if kind == "datetime":
            yield from _instants((one for one in written if len(str(one)) > 10), as_of)
    for day in found:
        for near in (day, day - _DAY, day + _DAY):
            yield near.isoformat() if kind == "date" else clock.text(as_of.start_of(near))
    if kind == "datetime":
        yield from (clock.text(as_of.at + step) for step in (-_SECOND, timedelta(), _SECOND))


def _instants(written: Iterable[Any], as_of: AsOf) -> Iterator[str]:
    for one in written:
        at = dates.instant(str(one), as_of)
        yield from (clock.text(at + step) for step in (timedelta(), -_SECOND, _SECOND))


def _turn(turn: str, as_of: AsOf) -> date:
    """A day of this year for a month and day; `00-00` and `99-99` mean any."""
    month, day = int(turn[:2]), int(turn[3:])
    if not 1 <= month <= 12:
        return as_of.today
    return dates.add(date(as_of.today.year, month, 1), 0, "day") + timedelta(days=min(day, 28) - 1)


def _minutes(text: str, step: int) -> str:
    moved = datetime(2000, 1, 1, int(text[:2]), int(text[3:5])) + timedelta(minutes=step)
    return f"{moved:%H:%M}"


def _filled(operand: Operand, as_of: AsOf) -> Iterator[Tried]:
    """Something instead of nothing, where a condition only asks whether the field is filled in."""
    if operand.options:
        yield Tried(operand.options[0]["const"], any=True)
    elif operand.kind == "date":
        yield Tried(as_of.today.isoformat(), any=True)
    elif operand.kind == "datetime":
        yield Tried(clock.text(as_of.at), any=True)
    elif operand.kind in _FILLED:
        yield Tried(_FILLED[operand.kind], any=True)
