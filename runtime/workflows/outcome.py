"""What a step can tell the engine: where its run goes from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Go:
    """On to what follows, or to a step by key."""

    to: str | None = None


@dataclass(frozen=True, slots=True)
class Into:
    """Down one branch; what follows the step comes after it."""

    branch: int


@dataclass(frozen=True, slots=True)
class Split:
    """Down several branches at once (branch number, what the places begin with); the step is left when all have ended."""

    into: Sequence[tuple[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay here until somebody answers or until `due` (stored time), remembering `data`."""

    due: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """The whole run ends here, well or stopped."""

    state: str = "done"


Outcome = Go | Into | Split | Wait | Stop
