"""What values a thing can have at all: for each kind of condition, whether several of them can be true together.

Each answers `possible` for facts about one and the same thing. It may say yes where nothing fits; it never says no where
something could.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

from runtime.rules.ranges import EVERYTHING, Ranges, beginning, points, whole


class Claim(Protocol):
    """What is claimed of a thing: `says`, or its denial where it does not hold."""

    @property
    def says(self) -> Any: ...

    @property
    def holds(self) -> bool: ...


class Theory(Protocol):
    """One kind of thing."""

    def possible(self, claims: Sequence[Claim]) -> bool:
        """False only where no record can make all of these true."""
        ...


@dataclass(frozen=True)
class Ordered:
    """A value with an order. `says` is the Ranges it lies in; a denial lets blank pass, where the thing can be blank."""

    blank: bool = True
    every: Ranges = EVERYTHING
    integral: bool = False

    def possible(self, claims: Sequence[Claim]) -> bool:
        if self.blank and not any(claim.holds for claim in claims):
            return True
        left = reduce(lambda have, claim: have & (claim.says if claim.holds else ~claim.says), claims, self.every)
        return not (whole(left) if self.integral else left).nothing


@dataclass(frozen=True)
class Texts:
    """A folded text. `says` is an operator and the texts it compares with; `notNull` has none."""

    def possible(self, claims: Sequence[Claim]) -> bool:
        yes = [claim.says for claim in claims if claim.holds]
        if not yes:
            return True
        no = [claim.says for claim in claims if not claim.holds]
        left = EVERYTHING
        for claim in claims:
            lets = _range(*claim.says)
            left = left & (lets if claim.holds else ~lets) if lets is not None else left
        if left.nothing:
            return False
        known = left.values
        if known is not None:
            return any(all(_fits(one, *says) for says in yes) and not any(_fits(one, *says) for says in no) for one in known)
        ends = sorted({words[0] for operator, words in yes if operator == "endsWith"}, key=len)
        if any(not longer.endswith(ends[0]) for longer in ends[1:]):
            return False
        return not any(_forces(says, denied) for says in yes for denied in no)


def _range(operator: str, words: tuple[str, ...]) -> Ranges | None:
    """The texts an operator lets in, where that is a range."""
    if operator in ("=", "in"):
        return points(words)
    return beginning(words[0]) if operator == "beginsWith" else EVERYTHING if operator == "notNull" else None


def _fits(text: str, operator: str, words: tuple[str, ...]) -> bool:
    if operator in ("=", "in"):
        return text in words
    if operator == "notNull":
        return True
    made = {"contains": words[0] in text, "beginsWith": text.startswith(words[0]), "endsWith": text.endswith(words[0])}
    return made[operator]


def _forces(says: tuple[str, tuple[str, ...]], denied: tuple[str, tuple[str, ...]]) -> bool:
    """Whether a text that fits one test about its letters must fit another one: with `ab` in it, `b` is in it."""
    (operator, words), (other, parts) = says, denied
    if other == "notNull":
        return True
    if operator not in ("contains", "beginsWith", "endsWith") or other not in (operator, "contains"):
        return False
    return _fits(words[0], other, parts)


@dataclass(frozen=True)
class Sets:
    """Several values at once. `says` is `("has", value)`, `("only", values)` or `("any",)`."""

    def possible(self, claims: Sequence[Claim]) -> bool:
        has = {claim.says[1] for claim in claims if claim.says[0] == "has" and claim.holds}
        hasnt = {claim.says[1] for claim in claims if claim.says[0] == "has" and not claim.holds}
        limits = [claim.says[1] for claim in claims if claim.says[0] == "only" and claim.holds]
        # Whoever has more than these has something.
        more = [claim.says[1] for claim in claims if claim.says[0] == "only" and not claim.holds]
        present = bool(has or more) or any(claim.says[0] == "any" and claim.holds for claim in claims)
        if has & hasnt or (present and any(claim.says[0] == "any" and not claim.holds for claim in claims)):
            return False
        if not limits:
            return True
        most = frozenset.intersection(*limits) - hasnt
        return has <= most and (bool(most) or not present) and not any(most <= values for values in more)


@dataclass(frozen=True)
class Signs:
    """Two fields side by side. `says` is which of `<`, `=` and `>` may stand between them; a denial lets blanks pass."""

    def possible(self, claims: Sequence[Claim]) -> bool:
        if not any(claim.holds for claim in claims):
            return True
        left = frozenset("<=>")
        for claim in claims:
            left &= claim.says if claim.holds else left - claim.says
        return bool(left)


@dataclass(frozen=True)
class Opaque:
    """A condition nothing is known of but that it is true or false."""

    def possible(self, claims: Sequence[Claim]) -> bool:
        return len({claim.holds for claim in claims}) < 2
