"""Parts of a rule that change nothing: a condition that can never be true in its place, or that the others say already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from runtime.clock import AsOf
from runtime.rules import shape
from runtime.rules.claims import Formula, claims, denied
from runtime.rules.proof import Patience, Proof, contradiction
from runtime.rules.target import Target


class Needless(NamedTuple):
    """A part of a rule by its path: `never` says that it cannot be true there, otherwise that the rest says it already."""

    path: str
    never: bool
    timed: bool


def parts_of(rule: Any, target: Target, as_of: AsOf, patience: Patience) -> list[Needless]:
    """The parts of a rule that could be taken out, all of them together, without any record noticing."""
    walk = _Walk(target, as_of, patience)
    walk.box(rule, "", True, [])
    return walk.found


def without(rule: Any, paths: Collection[str], path: str = "") -> Any:
    """A rule without some of its parts."""
    if not shape.is_group(rule):
        return rule
    parts = ((shape.under(path, at), part) for at, part in enumerate(rule["rules"]))
    return {**rule, "rules": [without(part, paths, here) for here, part in parts if here not in paths]}


class _Walk:
    """The boxes of a rule from the outside in, each with what is known to be true where it counts."""

    def __init__(self, target: Target, as_of: AsOf, patience: Patience) -> None:
        self.target, self.as_of, self.patience = target, as_of, patience
        self.found: list[Needless] = []

    def box(self, rule: Any, path: str, holds: bool, known: Sequence[Formula]) -> None:
        """One box. A part is looked at beside what is left of the others, so that two never excuse each other."""
        holds ^= rule.get("not", False)
        every = (rule["combinator"] == "and") == holds
        kept = {at: self._claims(part, shape.under(path, at), holds) for at, part in enumerate(rule["rules"])}
        for at in sorted(kept, reverse=True):
            others = [other for key, other in kept.items() if key != at]
            found = self._needless(kept[at], others, known, every, holds) if others else None
            if found is not None:
                del kept[at]
                self.found.append(Needless(shape.under(path, at), *found))
        for at, part in enumerate(rule["rules"]):
            if at in kept and shape.is_group(part):
                beside = [other for key, other in kept.items() if key != at] if every else []
                self.box(part, shape.under(path, at), holds, [*known, *beside])
                kept[at] = self._claims(part, shape.under(path, at), holds)

    def _claims(self, part: Any, path: str, holds: bool) -> Formula:
        """A part as claims, without what was found needless in it."""
        return claims(without(part, {one.path for one in self.found}, path), self.target, self.as_of, "", holds=holds)

    def _needless(self, own: Formula, others: Sequence[Formula], known: Sequence[Formula], every: bool, holds: bool) -> tuple[bool, bool] | None:
        """Whether a part may go: of all, when the rest makes it true; of any, when it never is or the rest says it too."""
        proof: Proof | None
        if every:
            proof = contradiction([*known, *others, denied(own)], self.patience)
            return None if proof is None else (False, proof.timed)
        proof = contradiction([*known, own], self.patience)
        if proof is not None:
            return holds, proof.timed
        proof = contradiction([*known, own, *map(denied, others)], self.patience)
        return None if proof is None else (False, proof.timed)
