"""Sets of values that have an order: what a comparison lets in, what it keeps out, and what of it is left beside others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# A place between values: just before one (0) or just after it (1). None at an end means that there is no end.
Cut = tuple[Any, int]
Part = tuple[Cut | None, Cut | None]
_LAST = chr(0x10FFFF)


@dataclass(frozen=True)
class Ranges:
    """Disjoint ranges in their order. Values of one set are all of one type: numbers, or texts by their code points."""

    parts: tuple[Part, ...]

    def __invert__(self) -> Ranges:
        found: list[Part] = []
        last: Cut | None = None
        for low, high in self.parts:
            if low is not None and low != last:
                found.append((last, low))
            if high is None:
                return Ranges(tuple(found))
            last = high
        return Ranges((*found, (last, None)))

    def __and__(self, other: Ranges) -> Ranges:
        found: list[Part] = []
        mine, theirs = list(self.parts), list(other.parts)
        while mine and theirs:
            (low, high), (below, above) = mine[0], theirs[0]
            first = low if below is None else below if low is None else max(low, below)
            last = high if above is None else above if high is None else min(high, above)
            if first is None or last is None or first < last:
                found.append((first, last))
            (mine if above is None or (high is not None and high <= above) else theirs).pop(0)
        return Ranges(tuple(found))

    def __or__(self, other: Ranges) -> Ranges:
        return ~(~self & ~other)

    @property
    def nothing(self) -> bool:
        return not self.parts

    @property
    def values(self) -> list[Any] | None:
        """The values one by one, where there is nothing but single ones; None where a range holds any number of them."""
        single = [low[0] for low, high in self.parts if low is not None and high == (low[0], 1) and low[1] == 0]
        return single if len(single) == len(self.parts) else None


EVERYTHING = Ranges(((None, None),))
NOTHING = Ranges(())


def between(low: Any, high: Any) -> Ranges:
    """From one value to another, both included; None is no end. Nothing where the first comes after the last."""
    if low is not None and high is not None and low > high:
        return NOTHING
    return Ranges(((None if low is None else (low, 0), None if high is None else (high, 1)),))


def before(value: Any) -> Ranges:
    """Everything smaller than a value."""
    return Ranges(((None, (value, 0)),))


def after(value: Any) -> Ranges:
    """Everything larger than a value."""
    return Ranges((((value, 1), None),))


def points(values: Iterable[Any]) -> Ranges:
    """Some single values."""
    return Ranges(tuple(((value, 0), (value, 1)) for value in sorted(set(values))))


def beginning(stem: str) -> Ranges:
    """All texts that begin with one."""
    kept = stem.rstrip(_LAST)
    return Ranges((((stem, 0), (kept[:-1] + chr(ord(kept[-1]) + 1), 0) if kept else None),))


def whole(found: Ranges) -> Ranges:
    """The whole numbers of a set: each end at the first and the last that lie in it, so that gaps between two vanish."""
    moved: list[Part] = []
    for low, high in found.parts:
        first = None if low is None else _first(low)
        last = None if high is None else _first(high)
        if first is None or last is None or first < last:
            moved.append((first, last))
    return Ranges(tuple(moved))


def _first(cut: Cut) -> Cut:
    """The place just before the first whole number that comes after a place."""
    value, after_it = cut
    floor = value // 1
    return (int(floor) + 1, 0) if after_it or floor != value else (int(floor), 0)
