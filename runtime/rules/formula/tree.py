"""A formula as a tree; every node knows which characters it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula and its place in the text."""

    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """A number, a text, or TRUE or FALSE."""

    value: Decimal | str | bool


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A field: `amount`, or `customer.name` behind a link."""

    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function, or an operator by its sign (`-` with one part is the sign before a number)."""

    name: str
    parts: tuple[Node, ...]


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    yield node
    if isinstance(node, Call):
        for part in node.parts:
            yield from walk(part)
