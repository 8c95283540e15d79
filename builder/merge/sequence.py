"""The order of named things when two people have moved and added some of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

Names = Sequence[str]


def merged(base: Names, mine: Names, theirs: Names, kept: Collection[str]) -> list[str]:
    """The names in `kept`, in their order but for what I moved or added: that stands behind what it stands behind with me."""
    if mine in (theirs, base):
        found = list(theirs)
    elif theirs == base:
        found = list(mine)
    else:
        stayed = _stayed(base, mine)
        placed = [name for name in mine if name not in stayed]
        found = _put(mine, [name for name in theirs if name not in placed], placed)
    found = [name for name in found if name in kept]
    for side in (theirs, mine, base):
        found = _put(side, found, [name for name in side if name in kept and name not in found])
    return found + [name for name in kept if name not in found]


def _put(order: Names, found: list[str], names: Names) -> list[str]:
    """Some names put into a list, each behind the nearest one that it follows in an order."""
    for name in names:
        before = reversed(order[: order.index(name)])
        at = next((found.index(other) + 1 for other in before if other in found), 0)
        found = [*found[:at], name, *found[at:]]
    return found


def _stayed(base: Names, side: Names) -> set[str]:
    """What did not move: the longest run of names that stand in the same order on both sides."""
    place = {name: at for at, name in enumerate(base)}
    names = [name for name in side if name in place]
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, name in enumerate(names):
        length = bisect_left(ends, place[name])
        ends[length : length + 1] = [place[name]]
        last[length : length + 1] = [at]
        before.append(last[length - 1] if length else None)
    found, step = set(), last[-1] if last else None
    while step is not None:
        found.add(names[step])
        step = before[step]
    return found
