"""Whether conditions can ever be true together, by thinking alone: no record is asked, so it holds for all there will ever be.

It may find nothing where there is something to find. It never says that something cannot be where it could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.rules.claims import FLOATS, TURNS, Fact, Formula, Joined, Spot, denied
from runtime.rules.ranges import EVERYTHING

STEPS = 3_000
_Known = Mapping[str, tuple[Fact, ...]]


@dataclass(frozen=True)
class Proof:
    """Why several claims exclude each other: the conditions that do, and whether that is so with today's dates only."""

    spots: frozenset[Spot]
    timed: bool

    def __or__(self, other: Proof) -> Proof:
        return Proof(self.spots | other.spots, self.timed or other.timed)

    @property
    def owners(self) -> set[str]:
        """Whose rules these conditions stand in."""
        return {spot.owner for spot in self.spots}


NO_PROOF = Proof(frozenset(), False)


@dataclass
class Patience:
    """How many steps of thought are left for several questions together."""

    left: int = 60_000


def contradiction(parts: Sequence[Formula], patience: Patience | None = None) -> Proof | None:
    """Why no record can ever fulfil all of these; None where one might, or where it would take too long to find out."""
    patience = patience or Patience()
    search = _Search(min(STEPS, patience.left))
    given = search.left
    try:
        return search.closed({}, [], parts)
    except _TooLong:
        return None
    finally:
        patience.left -= given - max(search.left, 0)


def _end(facts: Sequence[Fact]) -> Proof:
    """Facts that exclude each other. Days that all move along together do so tomorrow as well, and so do opposites."""
    opposites = len(facts) == 2 and facts[0].source == facts[1].source
    clocks = {fact.clock for fact in facts if fact.clock or fact.says != EVERYTHING}
    return Proof(frozenset(fact.spot for fact in facts), not opposites and (TURNS in clocks or (FLOATS in clocks and "" in clocks)))


class _TooLong(Exception):
    """So many ways are open that nobody should wait for the end."""


class _Search:
    """All ways in which claims could be true, each followed until two facts of it exclude each other."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def closed(self, known: _Known, either: Sequence[Joined], more: Sequence[Formula]) -> Proof | None:
        """Why every way ends; None when one stays open."""
        known, choices, stack = dict(known), list(either), list(more)
        ended = NO_PROOF
        while True:
            clash = self._take(known, choices, stack)
            if clash is not None:
                return ended | clash
            found = self._narrowest(known, choices)
            if found is None:
                return None
            chosen, ways, facts = found
            ended |= facts
            choices = [choice for choice in choices if choice is not chosen]
            if len(ways) != 1:
                break
            stack = ways
        for way in ways:
            end = self.closed(known, choices, [way])
            if end is None:
                return None
            ended |= end
        return ended

    def _take(self, known: dict[str, tuple[Fact, ...]], choices: list[Joined], stack: list[Formula]) -> Proof | None:
        """Put claims beside what is known; the facts that exclude each other, where some do."""
        while stack:
            part = stack.pop()
            if isinstance(part, Joined):
                if part.every:
                    stack.extend(part.parts)
                else:
                    choices.append(part)
                continue
            clash = self._clash(known, part)
            if clash is not None:
                return clash
            known[part.thing] = (*known.get(part.thing, ()), part)
        return None

    def _narrowest(self, known: _Known, choices: Sequence[Joined]) -> tuple[Joined, list[Formula], Proof] | None:
        """The choice with the fewest ways that are still open; None where all are decided."""
        best: tuple[Joined, list[Formula], Proof] | None = None
        for choice in choices:
            if any(self._sure(known, part) for part in choice.parts):
                continue
            ways, facts = self._ways(known, choice)
            if best is None or len(ways) < len(best[1]):
                best = (choice, ways, facts)
            if len(ways) < 2:
                break
        return best

    def _ways(self, known: _Known, choice: Joined) -> tuple[list[Formula], Proof]:
        """The parts of a choice that do not clash at once, and why the others do."""
        open_: list[Formula] = []
        ended = NO_PROOF
        for part in choice.parts:
            clash = self._clash(known, part) if isinstance(part, Fact) else None
            if clash is None:
                open_.append(part)
            else:
                ended |= clash
        return open_, ended

    def _sure(self, known: _Known, part: Formula) -> bool:
        """Whether what is known makes a part true, so that there is nothing to choose."""
        opposite = denied(part) if isinstance(part, Fact) and part.thing in known else None
        return isinstance(opposite, Fact) and self._clash(known, opposite) is not None

    def _clash(self, known: _Known, fact: Fact) -> Proof | None:
        """Why a new fact is impossible beside what is known, by as few facts as it takes; None where it is possible."""
        self.left -= 1
        if self.left < 0:
            raise _TooLong
        beside = [*known.get(fact.thing, ())]
        if fact.theory.possible([*beside, fact]):
            return None
        for one in tuple(beside):
            fewer = [other for other in beside if other is not one]
            if not fact.theory.possible([*fewer, fact]):
                beside = fewer
        return _end([*beside, fact])
