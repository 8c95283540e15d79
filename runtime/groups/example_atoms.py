"""Short conditions that tell some records from others: each as tight as the examples allow and as round as it can be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from runtime.clock import AsOf
from runtime.groups.example_facts import NUMBERS, Fact
from runtime.rules.dates import day_of

FEW = 5  # values that a person still reads as one condition
TEXTS = 12  # different texts from which on a text is a name rather than a kind
DAYS = ("date", "datetime")
ORDERED = (*NUMBERS, *DAYS)
SPANS = (7, 14, 30, 60, 90, 180, 365, 730)


@dataclass(frozen=True)
class Atom:
    """One condition and whom of the sample it fits, a bit for each."""

    leaf: Mapping[str, Any]
    mask: int
    cost: float


def covering(facts: Sequence[Fact], ins: int, outs: int, as_of: AsOf) -> list[Atom]:
    """Conditions that fit all of `ins` and not all of `outs`."""
    found = [atom for fact in facts for atom in _of(fact, ins, outs, as_of)]
    return _best((atom for atom in found if not ins & ~atom.mask and outs & ~atom.mask), ins | outs)


def excluding(facts: Sequence[Fact], ins: int, outs: int, as_of: AsOf) -> list[Atom]:
    """Conditions that fit some of `ins` and none of `outs`: as tight as they can be on those whom nobody outside is like."""
    found = [atom for fact in facts for part in _apart(fact, ins, outs, as_of) for atom in _of(fact, part, outs, as_of)]
    return _best((atom for atom in found if not outs & atom.mask and ins & atom.mask), ins | outs)


def loose(facts: Sequence[Fact], ins: int, outs: int, as_of: AsOf) -> list[Atom]:
    """Conditions that fit more of one side than of the other, for examples that nothing tells apart for good."""
    found: list[Atom] = []
    for fact in facts:
        for part in _cut(fact, ins):
            found += _of(fact, part, outs & ~part, as_of)
    return _best((atom for atom in found if ins & atom.mask and outs & ~atom.mask), ins | outs)


def _best(found: Iterable[Atom], every: int) -> list[Atom]:
    """Of conditions that answer alike the simplest."""
    best: dict[int, Atom] = {}
    for atom in sorted(found, key=lambda atom: atom.cost):
        best.setdefault(atom.mask & every, atom)
    return list(best.values())


def _apart(fact: Fact, ins: int, outs: int, as_of: AsOf) -> Iterator[int]:
    """Parts of `ins` whose values nobody of `outs` has: beyond the largest, under the smallest, of another kind, blank."""
    held = {at: fact.values[at] for at in chosen(ins)}
    theirs = [fact.values[at] for at in chosen(outs)]
    if fact.kind == "many":
        for one in sorted({v for values in held.values() for v in values} - {v for values in theirs for v in values}, key=str):
            yield _bits(at for at, values in held.items() if one in values)
        return
    if fact.kind in ORDERED:
        place = {value: _place(fact, value, as_of) for value in {*held.values(), *theirs} if value is not None}
        others = [place[value] for value in theirs if value is not None]
        if others:
            yield _bits(at for at, value in held.items() if value is not None and place[value] > max(others))
            yield _bits(at for at, value in held.items() if value is not None and place[value] < min(others))
    else:
        for one in sorted({value for value in held.values() if value is not None} - set(theirs), key=str):
            yield _bits(at for at, value in held.items() if value == one)
        yield _bits(at for at, value in held.items() if value is not None and value not in theirs)
    yield _bits(at for at, value in held.items() if value is None)


def _cut(fact: Fact, ins: int) -> Iterator[int]:
    """`ins` without its ends, or those of one kind."""
    held = {at: fact.values[at] for at in chosen(ins)}
    if fact.kind in ORDERED:
        order = sorted((at for at, value in held.items() if value is not None), key=lambda at: (fact.values[at], at))
        for share in (5, 10, 20, 50):
            drop = len(order) * share // 100
            yield from (_bits(order[drop:]), _bits(order[: len(order) - drop]))
    else:
        many = fact.kind == "many"
        kinds = {v for values in held.values() for v in values} if many else {v for v in held.values() if v is not None}
        for one in sorted(kinds, key=str):
            yield _bits(at for at, value in held.items() if (one in value if many else value == one))


def _place(fact: Fact, value: Any, as_of: AsOf) -> Any:
    return day_of(value, as_of) if fact.kind in DAYS else Decimal(str(value))


def _bits(places: Iterable[int]) -> int:
    return sum(1 << at for at in places)


def chosen(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _of(fact: Fact, ins: int, outs: int, as_of: AsOf) -> Iterator[Atom]:
    mine = [fact.values[at] for at in chosen(ins)]
    theirs = [fact.values[at] for at in chosen(outs)]
    if not mine:
        return
    if fact.kind == "many":
        yield from _sets(fact, mine, theirs)
    elif fact.kind in NUMBERS:
        yield from _numbers(fact, mine, theirs)
    elif fact.kind in DAYS:
        yield from _days(fact, mine, theirs, as_of)
    else:
        yield from _kinds(fact, mine, theirs)
    if fact.kind != "many":
        if None not in mine:
            yield _atom(fact, "notNull", None, lambda value: value is not None, 1.5)
        elif not any(value is not None for value in mine):
            yield _atom(fact, "null", None, lambda value: value is None, 1.5)


def _atom(fact: Fact, operator: str, value: Any, holds: Callable[[Any], bool], cost: float) -> Atom:
    mask = sum(1 << at for at, held in enumerate(fact.values) if holds(held))
    leaf = {**fact.base, "operator": operator} | ({} if value is None else {"value": value})
    return Atom(leaf, mask, cost * fact.cost)


def _sets(fact: Fact, mine: Sequence[Collection[Any]], theirs: Sequence[Collection[Any]]) -> Iterator[Atom]:
    common = frozenset.intersection(*map(frozenset, mine)) if mine else frozenset()
    for one in sorted(common, key=str):
        yield _atom(fact, "hasAnyOf", [one], _with(one), 1)
    never = {one for held in theirs for one in held} - {one for held in mine for one in held}
    for one in sorted(never, key=str):
        yield _atom(fact, "hasNoneOf", [one], _without(one), 1.1)
    every = sorted({one for held in mine for one in held}, key=str)
    if all(mine) and 1 < len(every) <= FEW:
        yield _atom(fact, "hasAnyOf", every, lambda held: bool(held), 1 + len(every) / 4)


def _with(one: Any) -> Callable[[Any], bool]:
    return lambda held: one in held


def _without(one: Any) -> Callable[[Any], bool]:
    return lambda held: one not in held


def _under(tops: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda held: held is not None and held.startswith(tops)


def _numbers(fact: Fact, mine: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Atom]:
    if None in mine or not mine:
        return
    others = [Decimal(str(value)) for value in theirs if value is not None]
    held = [Decimal(str(value)) for value in mine]
    low, high = min(held), max(held)
    below, above = [v for v in others if v < low], [v for v in others if v > high]
    least = plain(_round(max(below), low, ROUND_FLOOR)) if below else None
    most = plain(_round(min(above), high, ROUND_CEILING)) if above else None
    if least is not None:
        yield _atom(fact, ">=", least, lambda v: v is not None and v >= least, 1)
    if most is not None:
        yield _atom(fact, "<=", most, lambda v: v is not None and v <= most, 1)
    if least is not None and most is not None:
        yield _atom(fact, "between", [least, most], lambda v: v is not None and least <= v <= most, 1.8)


def _round(outside: Decimal, edge: Decimal, how: str) -> Decimal:
    """The roundest number from the edge (included) towards the nearest value that must stay outside."""
    for step in (Decimal(10) ** power * digit for power in range(12, -7, -1) for digit in (5, 2, 1)):
        found = (edge / step).to_integral_value(how) * step
        if (outside < found <= edge) if how == ROUND_FLOOR else (edge <= found < outside):
            return found
    return edge


def plain(value: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _days(fact: Fact, mine: Sequence[Any], theirs: Sequence[Any], as_of: AsOf) -> Iterator[Atom]:
    """In the last so many days, longer ago than that, or a range of calendar days."""
    if None in mine or not mine:
        return
    day = {value: day_of(value, as_of) for value in fact.values if value is not None}
    held, others = [day[v] for v in mine], [day[v] for v in theirs if v is not None]
    oldest, newest = (as_of.today - min(held)).days, (as_of.today - max(held)).days
    if newest >= 0:
        n = _span(oldest, min(((as_of.today - o).days for o in others if o < min(held)), default=None))
        if n is not None:
            first = as_of.today - timedelta(days=n)
            yield _atom(fact, "inLast", {"n": n, "unit": "day"}, lambda v: v is not None and first <= day[v] <= as_of.today, 1.1)
        after = [(as_of.today - o).days for o in others if o > max(held)]
        n = _span(max(after, default=-1), newest)
        if after and n is not None and n >= 0:
            edge = as_of.today - timedelta(days=n)
            yield _atom(fact, "olderThan", {"n": n, "unit": "day"}, lambda v: v is not None and day[v] < edge, 1.1)
    if fact.kind == "date":
        since, until = _month(min(held), [o for o in others if o < min(held)]), max(held)
        yield _atom(fact, ">=", since.isoformat(), lambda v: v is not None and day[v] >= since, 1.4)
        yield _atom(fact, "<=", until.isoformat(), lambda v: v is not None and day[v] <= until, 1.4)


def _span(least: int, below: int | None) -> int | None:
    """A usual number of days from `least` on and under `below`; `least` itself where there is none."""
    if below is not None and below <= least:
        return None
    return next((n for n in SPANS if n >= least and (below is None or n < below)), least if below is not None else None)


def _month(edge: date, before: Sequence[date]) -> date:
    """The first of the year or month, where nobody stands between it and the edge."""
    last = max(before, default=date.min)
    return next((day for day in (edge.replace(month=1, day=1), edge.replace(day=1)) if day > last), edge)


def _kinds(fact: Fact, mine: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Atom]:
    have, other = set(mine), set(theirs) - {None}
    if fact.kind == "boolean":
        yield _atom(fact, "=", True, lambda held: held is True, 1)
        yield _atom(fact, "=", False, lambda held: held is False, 1)
        return
    if fact.kind == "text" and len(set(fact.values)) > TEXTS:
        return
    if None not in have and 0 < len(have) <= FEW:
        values = sorted(have, key=str)
        one = len(values) == 1
        yield _atom(fact, "=" if one else "in", values[0] if one else values, lambda held: held in have, 0.8 + len(values) / 5)
    never = other - have
    if 0 < len(never) <= FEW:
        values = sorted(never, key=str)
        one = len(values) == 1
        yield _atom(fact, "!=" if one else "notIn", values[0] if one else values, lambda held: held not in never, 0.9 + len(values) / 5)
    if fact.kind == "tree":
        yield from _trees(fact, have)


def _trees(fact: Fact, have: set[Any]) -> Iterator[Atom]:
    """Under a province or a city that all have in common; codes tell what lies where by their digits."""
    if None in have or not all(isinstance(code, str) and len(code) == 6 and code.isdigit() for code in have):
        return
    for size in (2, 4):
        tops = sorted({code[:size] for code in have})
        if len(tops) <= FEW and not all(code[size:] == "0" * (6 - size) for code in have):
            value = [top.ljust(6, "0") for top in tops]
            yield _atom(fact, "under", value, _under(tuple(tops)), 0.9 + len(tops) / 5)
