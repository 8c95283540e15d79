"""Three copies of a document become one: what only one side changed is taken, what both changed differently is a clash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.merge import sequence

Path = tuple[str, ...]
MINE, THEIRS = "mine", "theirs"
# What tells the members of a list apart; a list whose members have none of these is one thing.
NAMES = ("key", "const")
# Mappings whose members are things of their own: two that came under one key are two things, not one with both's facts.
SHELVES = ("properties", "parts")
# What says one thing only as a whole: half of one condition and half of another would be a third that nobody wrote.
WHOLE = ("when", "where", "picture")
GONE: Any = type("Gone", (), {"__repr__": lambda _self: "GONE"})()


@dataclass
class Three:
    """One merge: the choices that were made for clashes, by path, and the clashes that nothing was chosen for."""

    choices: Mapping[Path, str] = field(default_factory=dict)
    clashes: list[Path] = field(default_factory=list)

    def merge(self, base: Any, mine: Any, theirs: Any, path: Path = (), thing: bool = False) -> Any:
        """The one value of three; where they clash it is theirs until something is chosen."""
        if path in self.choices:
            return mine if self.choices[path] == MINE else theirs
        if same(mine, theirs):
            return theirs
        alone = same(base, mine) or same(base, theirs)
        taken = theirs if same(base, mine) else mine
        if alone and not any(chosen[: len(path)] == path for chosen in self.choices):
            return taken
        if thing and not alone and (base is GONE or (gone(mine) != gone(theirs) and not gone(base))):
            return self._clash(path, theirs)
        sides = (base, mine, theirs)
        if alone or not path or path[-1] not in WHOLE:
            if all(isinstance(side, Mapping) or (side is GONE and side is base) for side in sides):
                return self._mapping([{} if side is GONE else side for side in sides], path)
            if listed := _named(sides):
                return self._list(*listed, path)
        return taken if alone else self._clash(path, theirs)

    def _clash(self, path: Path, theirs: Any) -> Any:
        self.clashes.append(path)
        return theirs

    def _mapping(self, sides: list[Any], path: Path) -> dict[str, Any]:
        base, mine, theirs = sides
        things = bool(path) and path[-1] in SHELVES
        orders = bool(path) and path[-1] == "orders"
        found = {}
        for key in dict.fromkeys([*theirs, *mine]):
            held = [side.get(key, GONE) for side in sides]
            if orders:
                found[key] = _order(held)
            elif (value := self.merge(held[0], held[1], held[2], (*path, key), things)) is not GONE:
                found[key] = value
        if not things:
            return found
        return {key: found[key] for key in sequence.merged(list(base), list(mine), list(theirs), list(found))}

    def _list(self, sides: list[dict[str, Any]], things: bool, path: Path) -> list[Any]:
        """A list of named things, or of words that stand in it once."""
        base, mine, theirs = sides
        found = {}
        for key in dict.fromkeys([*theirs, *mine]):
            value = self.merge(base.get(key, GONE), mine.get(key, GONE), theirs.get(key, GONE), (*path, key), things)
            if value is not GONE:
                found[key] = value
        return [found[key] for key in sequence.merged(list(base), list(mine), list(theirs), list(found))]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, the order of a mapping's names aside; true is not 1."""
    return bool(one is other or (type(one) is type(other) and one == other))


def gone(part: Any) -> bool:
    """Whether a thing was taken away: it is not there, or retired with its data kept."""
    if part is GONE:
        return True
    return isinstance(part, Mapping) and bool(part.get("deprecated") or _ui(part).get("retired"))


def _ui(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found = part.get("x-fenzu", {})
    return found if isinstance(found, Mapping) else {}


def _order(sides: list[Any]) -> list[str]:
    """The order inside one part; who is in it in the end the parts themselves say."""
    base, mine, theirs = ([] if side is GONE else side for side in sides)
    return sequence.merged(base, mine, theirs, list(dict.fromkeys([*theirs, *mine])))


def _named(sides: tuple[Any, ...]) -> tuple[list[dict[str, Any]], bool] | None:
    """The members of three lists by name, and whether they are things; None for what is not such a list."""
    lists = [[] if side is GONE else side for side in sides]
    members = [member for side in lists if isinstance(side, list) for member in side]
    if not members or not all(isinstance(side, list) for side in lists):
        return None
    if all(isinstance(member, str) for member in members):
        return _by([{member: member for member in side} for side in lists], lists, False)
    for name in NAMES:
        if all(isinstance(member, Mapping) and isinstance(member.get(name), str) for member in members):
            return _by([{member[name]: member for member in side} for side in lists], lists, True)
    return None


def _by(found: list[dict[str, Any]], lists: list[Any], things: bool) -> tuple[list[dict[str, Any]], bool] | None:
    return (found, things) if all(len(one) == len(other) for one, other in zip(found, lists, strict=True)) else None


def at(part: Any, path: Path) -> Any:
    """What lies at a path of a document; GONE where nothing does."""
    for name in path:
        if isinstance(part, list):
            part = next((member for member in part if member == name or _called(member) == name), GONE)
        else:
            part = part.get(name, GONE) if isinstance(part, Mapping) else GONE
    return part


def _called(member: Any) -> Any:
    return next((member[name] for name in NAMES if name in member), None) if isinstance(member, Mapping) else None
