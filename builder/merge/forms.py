"""Two copies of a form that went on from the same one become one form, or say where they cannot."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from builder.edits import tree
from builder.merge.three import GONE, MINE, THEIRS, Path, Three, at, same
from builder.merge.unfolded import IN, MAIN, PLACE, fold, tame, unfold
from runtime.definitions import form_check
from runtime.errors import Problem

Body = dict[str, Any]
Check = Callable[[Body], list[Problem]]
# What of a form is looked at one by one when two changes that are sound alone are not sound together.
SHELVES: tuple[Path, ...] = (("properties",), ("layouts", MAIN, "parts"), ("x-fenzu", "logic"), ("x-fenzu",))
MOST_TRIED = 40


class Sides(NamedTuple):
    """The three copies, laid flat where they can be."""

    base: Body
    mine: Body
    theirs: Body


@dataclass(frozen=True)
class Clash:
    """What both changed and cannot both have: the paths that I changed and those that they did.

    They are the same path, unless two changes are only wrong together; then `problem` says what would be wrong.
    `key` names this clash with these two values, so that what was chosen for it is never used for another.
    """

    key: str
    mine: tuple[Path, ...]
    theirs: tuple[Path, ...]
    problem: Problem | None = None


@dataclass(frozen=True)
class Merged:
    """The body with what both did; where they clash it is theirs. `sides` are what the paths of clashes lie in."""

    body: Body
    clashes: tuple[Clash, ...]
    sides: Sides


def merge(base: Body, mine: Body, theirs: Body, chosen: Mapping[str, str] | None = None, check: Check = form_check.check) -> Merged:
    """Put two changed copies together; `chosen` says by the key of a clash whose side counts: `mine` or `theirs`."""
    flat = all(tame(body) for body in (base, mine, theirs))
    sides = Sides(*(unfold(body) if flat else body for body in (base, mine, theirs)))
    for whole in (theirs, mine):
        if mine == theirs or base == (mine if whole is theirs else theirs):
            return Merged(whole, (), sides)
    joint = _Joint(sides, Sides(base, mine, theirs), flat, check)
    choices: dict[Path, str] = {}
    while True:
        body, clashes = joint.once(choices)
        known = [clash for clash in clashes if (chosen or {}).get(clash.key) in (MINE, THEIRS)]
        for clash in known:
            side = (chosen or {})[clash.key]
            choices |= dict.fromkeys(clash.theirs if side == MINE else clash.mine, side)
        if not known or len(known) < len(clashes):
            return Merged(body, tuple(clash for clash in clashes if clash not in known), sides)


@dataclass
class _Joint:
    """One merge of forms, tried with more and more choices."""

    sides: Sides
    bodies: Sides
    flat: bool
    check: Check

    def once(self, choices: Mapping[Path, str]) -> tuple[Body, list[Clash]]:
        """The body with these choices, and what is still open."""
        body, paths = self._body(choices)
        if paths:
            return body, [self._clash((path,), (path,)) for path in paths]
        known = {_ident(problem) for side in (self.bodies.mine, self.bodies.theirs) for problem in self.check(side)}
        return body, list(self._together(choices, body, known))

    def _body(self, choices: Mapping[Path, str]) -> tuple[Body, list[Path]]:
        three = Three(choices)
        found = three.merge(*self.sides)
        if not self.flat:
            return found, three.clashes
        paths = [*three.clashes, *(path for path in _homeless(found, self.sides) if path not in choices)]
        return tree.tidy(fold(found)), list(dict.fromkeys(paths))

    def _together(self, choices: Mapping[Path, str], body: Body, known: set[Any]) -> Iterator[Clash]:
        """Changes that are sound alone and wrong together: the one of each side without which it would be right."""
        wrong = [problem for problem in self.check(body) if problem.severity == "error" and _ident(problem) not in known]
        if not wrong:
            return
        mine, theirs = _changed(self.sides.base, self.sides.mine), _changed(self.sides.base, self.sides.theirs)
        yield self._clash(
            self._enough(choices, mine, THEIRS, known), self._enough(choices, theirs, MINE, known), wrong[0]
        )

    def _enough(self, choices: Mapping[Path, str], paths: list[Path], side: str, known: set[Any]) -> tuple[Path, ...]:
        """One change that is enough to take from the other side; the whole form where no single one is."""
        for path in paths[:MOST_TRIED]:
            body, _open = self._body({**choices, path: side})
            if all(_ident(problem) in known or problem.severity != "error" for problem in self.check(body)):
                return (path,)
        return ((),)

    def _clash(self, mine: tuple[Path, ...], theirs: tuple[Path, ...], problem: Problem | None = None) -> Clash:
        held = [[path, *(_plain(at(side, path)) for side in self.sides[1:])] for path in (*mine, *theirs)]
        key = hashlib.sha256(json.dumps(held, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
        return Clash(key, mine, theirs, problem)


def _plain(value: Any) -> Any:
    return "" if value is GONE else [value]


def _ident(problem: Problem) -> Any:
    """What makes a problem the same one in another copy, where lists may have other numbers."""
    return problem.code, json.dumps(problem.params, sort_keys=True, default=str), problem.path.partition("[")[0]


def _homeless(flat: Body, sides: Sides) -> Iterator[Path]:
    """Parts of the layout that one side took away and into which the other one put something."""
    for name, layout in flat["layouts"].items():
        places = [node[PLACE] for node in flat["properties"].values() if PLACE in node] if name == MAIN else []
        for part in (*layout["parts"].values(), *places):
            path = ("layouts", name, "parts", part[IN])
            if part[IN] and part[IN] not in layout["parts"] and any(at(side, path) is not GONE for side in sides):
                yield path


def _changed(base: Body, side: Body) -> list[Path]:
    """The things of a form that a side changed: fields, parts of the layout, logic rules, facts of the form."""
    found = []
    for shelf in SHELVES:
        old, new = (_members(at(each, shelf)) for each in (base, side))
        for name in dict.fromkeys([*new, *old]):
            path = (*shelf, name)
            if path not in SHELVES and not same(old.get(name, GONE), new.get(name, GONE)):
                found.append(path)
    return found


def _members(shelf: Any) -> Mapping[str, Any]:
    if isinstance(shelf, list):
        return {member["key"]: member for member in shelf if isinstance(member, Mapping) and "key" in member}
    return shelf if isinstance(shelf, Mapping) else {}
