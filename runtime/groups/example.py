"""A rule from examples: the shortest readable rules that fit those who belong and none of those who don't.

Deterministic and without any model: conditions as tight as the examples allow are put together, fewest first, as all of,
any of, or one of the two inside the other. A rule found on some of the examples is asked of all of them by the interpreter; whoever
it gets wrong joins the examples it is looked for with (counterexample-guided search, Solar-Lezama 2008).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.groups.example_atoms import Atom, chosen, covering, excluding, loose
from runtime.groups.example_facts import Fact, facts
from runtime.records.targets import RecordTarget, shown
from runtime.rules.compile import compile_rule
from runtime.sql.lists import among
from runtime.sql.scan import scan_of
from runtime.storage.live import LiveApp, LiveForm

Rule = dict[str, Any]
MOST = 4  # conditions in a rule
OFFERED = 3
SAMPLE, ADDED, ROUNDS = 150, 40, 8
# How far the search goes: sets that are tried, conditions that are tried with others inside, people looked at for the hardest.
TRIES, TRIED, LOOKED_AT = 3_000, 12, 24


@dataclass(frozen=True)
class Suggestion:
    """A rule, how many of the examples on each side it gets right, and how many records it would fit."""

    rule: Rule
    kept: int
    left_out: int
    total: int


@dataclass(frozen=True)
class _Found:
    """Some conditions put together, with others inside put together the other way."""

    combinator: str
    atoms: tuple[Atom, ...]
    inner: tuple[Atom, ...] = ()

    @property
    def rank(self) -> tuple[int, float]:
        every = (*self.atoms, *self.inner)
        return len(every), sum(atom.cost for atom in every)

    @property
    def about(self) -> str:
        """What it asks about, whatever the limits are."""
        asked = [json.dumps([a.leaf["field"], a.leaf.get("agg")], sort_keys=True) for a in (*self.atoms, *self.inner)]
        return json.dumps(sorted(asked))

    def asks(self, fact: Fact) -> bool:
        """Whether one of its conditions is about this fact."""
        return any(
            (atom.leaf["field"], atom.leaf.get("agg")) == (fact.base["field"], fact.base.get("agg"))
            for atom in (*self.atoms, *self.inner)
        )

    @property
    def rule(self) -> Rule:
        rules: list[Any] = [dict(atom.leaf) for atom in self.atoms]
        if self.inner:
            other = "or" if self.combinator == "and" else "and"
            rules.append({"combinator": other, "rules": [dict(atom.leaf) for atom in self.inner]})
        return {"combinator": self.combinator, "rules": rules}


def suggest(conn: Connection, app: LiveApp, live: LiveForm, ins: Sequence[int], outs: Sequence[int], as_of: AsOf) -> list[Suggestion]:
    """Up to three rules for the records that belong and those that don't, the shortest first; [] where none tells them apart."""
    mine, theirs = sorted(set(ins)), sorted(set(outs) - set(ins))
    if not mine or not theirs:
        return []
    sample = [_spread(mine, SAMPLE), _spread(theirs, SAMPLE)]
    for _ in range(ROUNDS):
        found = _search(facts(conn, app, live, [*sample[0], *sample[1]], as_of), len(sample[0]), len(sample[1]), as_of)
        if not found:
            return []
        wrong = _wrong(conn, app, live, found[0].rule, mine, theirs, as_of)
        more = [_spread(sorted(set(each) - set(known)), ADDED) for each, known in zip(wrong, sample, strict=True)]
        if not any(more):
            break
        sample = [[*known, *new] for known, new in zip(sample, more, strict=True)]
    made = [_told(conn, app, live, one.rule, mine, theirs, as_of) for one in found]
    made.sort(key=lambda one: (len(mine) - one.kept) + (len(theirs) - one.left_out))
    return made[:OFFERED]


def _spread(ids: Sequence[int], most: int) -> list[int]:
    """So many of them, evenly from the first to the last."""
    if len(ids) <= most:
        return list(ids)
    return [ids[at * (len(ids) - 1) // (most - 1)] for at in range(most)]


def _wrong(conn: Connection, app: LiveApp, live: LiveForm, rule: Rule, mine: Sequence[int], theirs: Sequence[int], as_of: AsOf) -> tuple[list[int], list[int]]:
    """Who belongs and is not found, and who is found and does not belong."""
    made = compile_rule(rule, RecordTarget(app, live, shown(app)), as_of)
    main = live.tables.main

    def fitting(ids: Sequence[int]) -> set[int]:
        return set(conn.execute(sa.select(main.c.id).where(among(main.c.id, list(ids)), made.where)).scalars())

    there, false = fitting(mine), fitting(theirs)
    return [one for one in mine if one not in there], sorted(false)


def _told(conn: Connection, app: LiveApp, live: LiveForm, rule: Rule, mine: Sequence[int], theirs: Sequence[int], as_of: AsOf) -> Suggestion:
    missed, false = _wrong(conn, app, live, rule, mine, theirs, as_of)
    made = compile_rule(rule, RecordTarget(app, live, shown(app)), as_of, scan=True)
    main = live.tables.main
    source = made.select_from(scan_of(main))
    total = conn.execute(sa.select(sa.func.count()).select_from(source).where(main.c.deleted_at.is_(None), made.where)).scalar()
    return Suggestion(rule, len(mine) - len(missed), len(theirs) - len(false), int(total or 0))


def _search(known: Sequence[Fact], first: int, second: int, as_of: AsOf) -> list[_Found]:
    """The shortest rules that tell the sample apart, each about other things; where none does, those that nearly do."""
    side = _Sides(known, as_of, (1 << first) - 1, ((1 << second) - 1) << first)
    found = _exact(side)
    while found and len(found) < OFFERED:  # what else could be said, without what was said already
        side = replace(side, facts=[fact for fact in side.facts if not any(one.asks(fact) for one in found)])
        more = _exact(side)
        if not more:
            break
        found += more
    return found[:OFFERED] or _nearly(side)


def _exact(side: _Sides) -> list[_Found]:
    """The shortest rules without an error, each about other things than the one before."""
    found = [*_all(side, MOST), *_any(side, MOST)]
    if not found or min(len(one.atoms) for one in found) > 2:
        found += _mixed(side)
    kept: dict[str, _Found] = {}
    for one in sorted(found, key=lambda one: one.rank):
        kept.setdefault(one.about, one)
    return list(kept.values())


@dataclass(frozen=True)
class _Sides:
    """Who belongs and who doesn't, a bit each, with what is known of them."""

    facts: Sequence[Fact]
    as_of: AsOf
    ins: int
    outs: int

    def covering(self) -> list[tuple[Atom, int]]:
        """Conditions that fit everybody who belongs, with whom they leave out."""
        return [(atom, self.outs & ~atom.mask) for atom in covering(self.facts, self.ins, self.outs, self.as_of)]

    def excluding(self) -> list[tuple[Atom, int]]:
        """Conditions that fit nobody who doesn't belong, with whom they fit."""
        return [(atom, self.ins & atom.mask) for atom in excluding(self.facts, self.ins, self.outs, self.as_of)]


def _all(side: _Sides, most: int) -> list[_Found]:
    return [_Found("and", atoms) for atoms in _covers(side.covering(), side.outs, most)]


def _any(side: _Sides, most: int) -> list[_Found]:
    return [_Found("or", atoms) for atoms in _covers(side.excluding(), side.ins, most)]


def _mixed(side: _Sides) -> Iterator[_Found]:
    """One condition and any of some; one condition or all of some."""
    for atom, gone in sorted(side.covering(), key=lambda pair: -pair[1].bit_count())[:TRIED]:
        for inner in _any(replace(side, outs=side.outs & ~gone), MOST - 1):
            if len(inner.atoms) > 1:
                yield _Found("and", (atom,), inner.atoms)
    for atom, taken in sorted(side.excluding(), key=lambda pair: -pair[1].bit_count())[:TRIED]:
        for inner in _all(replace(side, ins=side.ins & ~taken), MOST - 1):
            if len(inner.atoms) > 1:
                yield _Found("or", (atom,), inner.atoms)


def _covers(given: Sequence[tuple[Atom, int]], left: int, most: int) -> list[tuple[Atom, ...]]:
    """The smallest sets of conditions that deal with everybody in `left`; each comes with whom it deals with."""
    for size in range(1, most + 1):
        tries = iter(range(TRIES))
        found = {frozenset(map(id, each)): each for each in _cover(given, left, size, tries)}
        if found:
            return sorted(found.values(), key=lambda each: sum(atom.cost for atom in each))[: 4 * OFFERED]
    return []


def _cover(given: Sequence[tuple[Atom, int]], left: int, size: int, tries: Iterator[int]) -> Iterator[tuple[Atom, ...]]:
    """Whoever is hardest to deal with must be dealt with by one of the conditions: only those are tried."""
    if not left:
        yield ()
    elif size and next(tries, None) is not None:
        some = list(islice(chosen(left), LOOKED_AT))
        hardest = 1 << min(some, key=lambda at: sum(dealt >> at & 1 for _atom, dealt in given))
        for atom, dealt in sorted((pair for pair in given if pair[1] & hardest), key=lambda pair: pair[0].cost):
            for rest in _cover(given, left & ~dealt, size - 1, tries):
                yield (atom, *rest)


def _nearly(side: _Sides) -> list[_Found]:
    """Conditions added one by one as long as fewer are wrong, as all of and as any of."""
    given = loose(side.facts, side.ins, side.outs, side.as_of)
    return [found for how in ("and", "or") if (found := _grown(given, side, how)) is not None]


def _grown(given: Sequence[Atom], side: _Sides, how: str) -> _Found | None:
    every = side.ins | side.outs
    atoms: tuple[Atom, ...] = ()
    mask, wrong = (every, side.outs.bit_count()) if how == "and" else (0, side.ins.bit_count())
    while given and len(atoms) < MOST:
        tried = [(mask & atom.mask if how == "and" else mask | atom.mask, atom) for atom in given]
        new, atom = min(tried, key=lambda pair: (((pair[0] & every) ^ side.ins).bit_count(), pair[1].cost))
        if ((new & every) ^ side.ins).bit_count() >= wrong:
            break
        mask, wrong, atoms = new, ((new & every) ^ side.ins).bit_count(), (*atoms, atom)
    return _Found(how, atoms) if atoms else None
