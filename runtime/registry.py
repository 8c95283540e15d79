"""A family of things (field types, operators, file formats) as one frozen literal whose misses speak."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Protocol, TypeVar


class Named(Protocol):
    """A member of a family is found by its name."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T]):
    """Members by name, in the order they were listed."""

    def __init__(self, family: str, *members: T) -> None:
        self.family = family
        self._members: dict[str, T] = {}
        for member in members:
            if member.name in self._members:
                raise ValueError(f"two members of '{family}' are named '{member.name}'")
            self._members[member.name] = member

    def __getitem__(self, name: str) -> T:
        try:
            return self._members[name]
        except KeyError:
            near = get_close_matches(str(name), self._members, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise LookupError(f"no {self.family} '{name}'{hint}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
